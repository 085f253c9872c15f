"""Why an amount was corrected is sealed under the key of the case's year."""

from django.db import migrations, models

from review.sealed_fields import EMPTY, SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_queue_filters")]
    operations = [
        migrations.RemoveConstraint("amendment", "amendment_has_a_reason"),
        *sealing(
            "cases",
            "Amendment",
            reason=SealedTextField(
                "修正の理由",
                max_length=300,
                year="case__tax_year",
                row="amendment:{case_id}:{field}",
            ),
        ),
        migrations.AddConstraint(
            "amendment",
            models.CheckConstraint(
                condition=~models.Q(reason=EMPTY), name="amendment_has_a_reason"
            ),
        ),
    ]
