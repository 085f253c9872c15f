"""「ほかの資料による」 denies only some of what it decides: what follows stands beside each finding."""

from django.db import migrations, models

OUTCOMES = [
    ("declared", "申告のとおり"),
    ("reported", "ほかの資料による"),
    ("income", "所得を改める"),
    ("both", "年の途中の死亡(両方とも認める)"),
]


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0012_registered_deaths")]
    operations = [
        migrations.AlterField(
            "disagreement",
            "outcome",
            models.CharField(blank=True, choices=OUTCOMES, default="", max_length=10),
        ),
    ]
