"""Why the office added, ended or denied a dependant is sealed under the key of the year."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0006_sealed_disagreements")]
    operations = sealing(
        "reconcile",
        "DependantAct",
        why=SealedTextField(
            "理由",
            max_length=300,
            year="tax_year",
            row="dependant-act:{claimant_id}:{person_key}",
        ),
    )
