"""What changed in a person's basics, and why, is bound to one row."""

from django.db import migrations

from review.sealed_fields import SealedJSONField, SealedTextField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("levy", "0006_sealed_changes")]
    operations = [
        *rebinding(
            "levy",
            "BasicsChange",
            why=SealedTextField("理由", max_length=300, year="tax_year", row="basics-why:{addressee_id}:{proposed_at}"),
            before=SealedJSONField(default=dict, year="tax_year", row="basics-before:{addressee_id}:{proposed_at}"),
            after=SealedJSONField(year="tax_year", row="basics-after:{addressee_id}:{proposed_at}"),
        ),
        *rebinding(
            "levy",
            "Decision",
            remark=SealedTextField(
                "説明",
                max_length=300,
                blank=True,
                default="",
                year="tax_year",
                row="decision-remark:{assessment_id}",
            ),
        ),
    ]
