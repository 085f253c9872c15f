"""Whose tax changed most is sealed: 宛名番号 and amounts of whoever is named."""

from django.db import migrations

from review.sealed_fields import SealedJSONField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("levy", "0007_changes_bound_to_rows")]
    operations = [
        *sealing(
            "levy",
            "YearRun",
            movers=SealedJSONField(year="tax_year", row="movers:{id}", default=list),
        )
    ]
