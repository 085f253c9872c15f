"""No application, file or hand-over changes without an audit entry in its transaction."""

from django.db import migrations

TABLES = ("transfers_userequest", "transfers_linkfile", "transfers_handover")
TRIGGER = """
CREATE CONSTRAINT TRIGGER {table}_audited AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_is_audited();
"""
FORWARDS = "".join(TRIGGER.format(table=table) for table in TABLES)
BACKWARDS = "".join(f"DROP TRIGGER {table}_audited ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("transfers", "0001_initial"), ("audit", "0006_changes_are_audited")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
