"""A domicile's texts are bound to the moment of the proposal as well."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("letters", "0004_sealed_domiciles")]
    operations = [
        *rebinding(
            "letters",
            "Domicile",
            why=SealedTextField("理由", max_length=300, year="tax_year", row="domicile-why:{addressee_id}:{person_key}:{proposed_at}"),
            name=SealedTextField(
                "氏名", max_length=200, blank=True, default="", year="tax_year", row="domicile-name:{addressee_id}:{person_key}:{proposed_at}"
            ),
            kana=SealedTextField(
                "フリガナ", max_length=200, blank=True, default="", year="tax_year", row="domicile-kana:{addressee_id}:{person_key}:{proposed_at}"
            ),
            address=SealedTextField(
                "住民票の住所", max_length=300, year="tax_year", row="domicile-address:{addressee_id}:{person_key}:{proposed_at}"
            ),
        )
    ]
