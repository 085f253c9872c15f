"""Changes of 個人基本 change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("levy", "0003_basics_and_dependants"), ("audit", "0006_changes_are_audited")]
    operations = [watched("levy_basicschange")]
