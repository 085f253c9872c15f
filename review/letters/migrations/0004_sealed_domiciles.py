"""Where people live, and who a dependant is, is sealed under the key of the year."""

from django.db import migrations, models

from review.sealed_fields import EMPTY, SealedTextField
from review.sealing_rows import sealing

Q = models.Q
EMPTY_OR_NOT = {"blank": True, "default": ""}


def text(label, column, length, **more):
    row = f"domicile-{column}:{{addressee_id}}:{{person_key}}"
    return SealedTextField(label, max_length=length, year="tax_year", row=row, **more)


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_sealed_letters")]
    operations = [
        migrations.RemoveConstraint("domicile", "domicile_of_a_dependant_has_a_name"),
        *sealing(
            "letters",
            "Domicile",
            why=text("理由", "why", 300),
            name=text("氏名", "name", 200, **EMPTY_OR_NOT),
            kana=text("フリガナ", "kana", 200, **EMPTY_OR_NOT),
            address=text("住民票の住所", "address", 300),
        ),
        migrations.AddConstraint(
            "domicile",
            models.CheckConstraint(
                condition=Q(person_key="") | ~Q(name=EMPTY) & Q(birth_date__isnull=False),
                name="domicile_of_a_dependant_has_a_name",
            ),
        ),
    ]
