"""What goes to the tax system and comes back changes only together with an audit entry."""

from django.db import migrations

TABLES = ("taxfiles_taxfile", "taxfiles_taxfilerow", "taxfiles_resultfile", "taxfiles_importfault")


def forwards():
    for table in TABLES:
        yield (
            f"CREATE CONSTRAINT TRIGGER {table}_audited AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_is_audited();"
        )


def backwards():
    for table in TABLES:
        yield f"DROP TRIGGER {table}_audited ON {table};"


class Migration(migrations.Migration):
    dependencies = [("taxfiles", "0001_tax_files"), ("audit", "0006_changes_are_audited")]
    operations = [migrations.RunSQL("\n".join(forwards()), "\n".join(backwards()))]
