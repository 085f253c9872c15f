"""The running number of inquiries at the simulated 住基ネット."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("paper", "0002_serial_and_guard")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE juki_net_simulated_serial",
            "DROP SEQUENCE juki_net_simulated_serial",
        )
    ]
