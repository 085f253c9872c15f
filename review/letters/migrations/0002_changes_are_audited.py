"""Letters, mailings and what was found out change only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("audit", "0006_changes_are_audited")]
    operations = [watched("letters_mailing", "letters_letter", "letters_domicile")]
