"""Attestations of the backups' places change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("retention", "0009_where_backups_lie"), ("audit", "0006_changes_are_audited")]
    operations = [watched("retention_placeattestation")]
