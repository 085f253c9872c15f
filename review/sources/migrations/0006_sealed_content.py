"""What a row says is sealed for the document that it becomes."""

from django.db import migrations

from review.sealed_fields import SealedJSONField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_taxed_elsewhere")]
    operations = sealing(
        "sources",
        "Entry",
        content=SealedJSONField(
            year="tax_year", row="document:{kind}:{key}-{digest}", null=True
        ),
    )
