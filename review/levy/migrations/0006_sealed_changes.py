"""What a person's basics were and become, and why a decision was made, is sealed."""

from django.db import migrations

from review.sealed_fields import SealedJSONField, SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("levy", "0005_non_residents_by_index")]
    operations = [
        *sealing(
            "levy",
            "BasicsChange",
            why=SealedTextField(
                "理由", max_length=300, year="tax_year", row="basics-why:{addressee_id}"
            ),
            before=SealedJSONField(
                year="tax_year", row="basics-before:{addressee_id}", default=dict
            ),
            after=SealedJSONField(year="tax_year", row="basics-after:{addressee_id}"),
        ),
        *sealing(
            "levy",
            "Decision",
            remark=SealedTextField(
                "説明",
                max_length=300,
                blank=True,
                default="",
                year="tax_year",
                row="decision-remark:{addressee_id}:{number}",
            ),
        ),
    ]
