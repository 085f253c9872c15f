"""What is forwarded changes only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("forwarding", "0001_forwardings"), ("audit", "0006_changes_are_audited")]
    operations = [
        watched(
            "forwarding_forwarding",
            "forwarding_forwardeditem",
        )
    ]
