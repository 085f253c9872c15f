"""Acts on dependants change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0004_basics_and_dependants"), ("audit", "0006_changes_are_audited")]
    operations = [watched("reconcile_dependantact")]
