"""Why an entry was sent back or cancelled is sealed under the key of its year."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("paper", "0003_simulated_inquiries")]
    operations = [
        *sealing(
            "paper",
            "PaperEntry",
            comment=SealedTextField(
                max_length=300, blank=True, default="", year="tax_year", row="paper-comment:{id}"
            ),
        )
    ]
