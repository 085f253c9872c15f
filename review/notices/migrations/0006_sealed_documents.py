"""What a notice says, and what was found out after one came back, is sealed under its year's key."""

from django.db import migrations, models

from review.sealed_fields import EMPTY, SealedJSONField, SealedTextField
from review.sealing_rows import sealing

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_forms_to_fill_in")]
    operations = [
        *sealing(
            "notices",
            "IssuedDocument",
            content=SealedJSONField(
                year="tax_year",
                row="issued:{kind}:{decision_id}:{target_id}:{employer_number}",
            ),
        ),
        migrations.RemoveConstraint("returnedmail", "returned_mail_ends_with_day_and_finding"),
        *sealing(
            "notices",
            "ReturnedMail",
            finding=SealedTextField(
                "調査の結果",
                max_length=300,
                blank=True,
                default="",
                year="document__tax_year",
                row="returned-mail:{document_id}",
            ),
        ),
        migrations.AddConstraint(
            "returnedmail",
            models.CheckConstraint(
                condition=Q(outcome="open", ended_on__isnull=True)
                | ~Q(outcome="open") & Q(ended_on__isnull=False) & ~Q(finding=EMPTY),
                name="returned_mail_ends_with_day_and_finding",
            ),
        ),
    ]
