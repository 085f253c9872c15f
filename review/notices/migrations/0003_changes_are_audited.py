"""Orders, files, documents and returned mail change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_orders_channels_and_returns"),
        ("audit", "0006_changes_are_audited"),
    ]
    operations = [
        watched(
            "notices_order",
            "notices_printfile",
            "notices_issueddocument",
            "notices_returnedmail",
        )
    ]
