"""Whose ワンストップ特例 is void is told so by letter, which goes to the person."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("notice_294", "294-3通知"),
    ("slip", "資料連絡箋"),
    ("data", "扶養是正データ"),
    ("query", "扶養親族確認書"),
    ("inquiry", "被扶養者所得照会書"),
    ("one_stop", "ワンストップ特例の無効の通知"),
]


class Migration(migrations.Migration):
    dependencies = [("letters", "0005_domiciles_bound_to_rows")]
    operations = [
        migrations.RemoveConstraint("mailing", "mailing_has_its_recipient"),
        migrations.AlterField(
            "mailing", "kind", models.CharField(choices=KINDS, max_length=12, verbose_name="種類")
        ),
        migrations.AlterField("letter", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddConstraint(
            "mailing",
            models.CheckConstraint(
                condition=Q(kind__in=["query", "one_stop"], recipient__isnull=True)
                | ~Q(kind__in=["query", "one_stop"]) & Q(recipient__isnull=False),
                name="mailing_has_its_recipient",
            ),
        ),
    ]
