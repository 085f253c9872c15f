"""The report of a verification, which names the signer, is sealed under the key of its year."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = sealing(
        "evidence",
        "Evidence",
        report=SealedTextField(year="case__tax_year", row="evidence:{id}"),
    )
