"""An audit entry marks its transaction, so that triggers elsewhere can ask whether there is one."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_marks_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('review.audited', pg_current_xact_id()::text, true);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_marks AFTER INSERT ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_marks_transaction();
"""
BACKWARDS = """
DROP TRIGGER audit_marks ON audit_auditevent;
DROP FUNCTION audit_marks_transaction();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_monthly_review")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
