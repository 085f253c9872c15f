"""Why an amount was corrected is bound to the moment of the proposal as well."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_sealed_reasons")]
    operations = [
        *rebinding(
            "cases",
            "Amendment",
            reason=SealedTextField(
                "修正の理由",
                max_length=300,
                year="case__tax_year",
                row="amendment:{case_id}:{field}:{proposed_at}",
            ),
        )
    ]
