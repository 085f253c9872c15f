"""Recipients change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("recipients", "0001_initial"), ("audit", "0006_changes_are_audited")]
    operations = [watched("recipients_recipient")]
