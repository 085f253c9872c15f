"""The running number of sessions and operations at the simulated 中間サーバー."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("transfers", "0002_changes_are_audited")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE intermediary_simulated_serial",
            "DROP SEQUENCE intermediary_simulated_serial",
        )
    ]
