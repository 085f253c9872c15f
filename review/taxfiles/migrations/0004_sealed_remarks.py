"""How a fault of an import was dealt with is sealed under the key of the case's year."""

from django.db import migrations, models
from django.db.models import Q

from review.sealed_fields import EMPTY, SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("taxfiles", "0003_outgoing_sets")]
    operations = [
        migrations.RemoveConstraint("importfault", "fault_settled_has_who_and_how"),
        *sealing(
            "taxfiles",
            "ImportFault",
            remark=SealedTextField(
                "対応",
                max_length=200,
                blank=True,
                default="",
                year="case__tax_year",
                row="fault:{case_id}:{code}:{item}:{found_at}",
            ),
        ),
        migrations.AddConstraint(
            "importfault",
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by="", remark=EMPTY)
                | Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(remark=EMPTY),
                name="fault_settled_has_who_and_how",
            ),
        ),
    ]
