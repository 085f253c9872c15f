"""A list of targets changes only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_targets"), ("audit", "0006_changes_are_audited")]
    operations = [watched("mailing_target")]
