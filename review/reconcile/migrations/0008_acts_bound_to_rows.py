"""Why a dependant was added or denied is bound to the moment of the proposal as well."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0007_sealed_acts")]
    operations = [
        *rebinding(
            "reconcile",
            "DependantAct",
            why=SealedTextField(
                "理由",
                max_length=300,
                year="tax_year",
                row="dependant-act:{claimant_id}:{person_key}:{proposed_at}",
            ),
        )
    ]
