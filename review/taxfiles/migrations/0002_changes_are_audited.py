"""What goes to the tax system and comes back changes only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("taxfiles", "0001_tax_files"), ("audit", "0006_changes_are_audited")]
    operations = [
        watched(
            "taxfiles_taxfile",
            "taxfiles_taxfilerow",
            "taxfiles_resultfile",
            "taxfiles_importfault",
        )
    ]
