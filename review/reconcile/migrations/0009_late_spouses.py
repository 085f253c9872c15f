"""A spouse who died in the year may stand beside 寡婦・ひとり親, and nothing else may be ruled so."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0008_acts_bound_to_rows")]
    operations = [
        migrations.AlterField(
            "disagreement",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("declared", "申告のとおり"),
                    ("reported", "ほかの資料による(否認)"),
                    ("both", "年の途中の死亡(両方とも認める)"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "disagreement",
            models.CheckConstraint(
                condition=~Q(outcome="both") | Q(kind="contradiction"),
                name="disagreement_late_spouse_is_a_contradiction",
            ),
        ),
    ]
