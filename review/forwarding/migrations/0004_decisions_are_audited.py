"""A decision to forward changes only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("forwarding", "0003_decisions"), ("audit", "0006_changes_are_audited")]
    operations = [watched("forwarding_forwardingdecision")]
