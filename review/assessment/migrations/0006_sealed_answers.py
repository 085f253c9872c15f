"""What a person's documents say together is sealed under the key of its year."""

from django.db import migrations

from review.sealed_fields import SealedJSONField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("assessment", "0005_sealed_content")]
    operations = sealing(
        "assessment",
        "MergedBasis",
        answers=SealedJSONField(year="tax_year", row="basis:{id}"),
    )
