"""A check of an agent changes only together with an audit entry, like the case it belongs to."""

from django.db import migrations

FORWARDS = """
CREATE CONSTRAINT TRIGGER agent_check_change_audited
    AFTER INSERT OR UPDATE OR DELETE ON agency_agentcheck DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION case_change_is_audited();
"""
BACKWARDS = "DROP TRIGGER agent_check_change_audited ON agency_agentcheck;"


class Migration(migrations.Migration):
    dependencies = [("agency", "0001_agent_checks"), ("cases", "0005_changes_are_audited")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
