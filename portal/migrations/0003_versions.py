"""A filing's versions share the receipt number; the resident may ask to withdraw."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_delayed_notice")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="receipt_number",
            field=models.CharField(max_length=14, verbose_name="受付番号"),
        ),
        migrations.AddField(
            model_name="submission",
            name="withdrawal_asked_at",
            field=models.DateTimeField(null=True, verbose_name="取下げの申出"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("receipt_number", "version"), name="submission_once_per_receipt_version"
            ),
        ),
    ]
