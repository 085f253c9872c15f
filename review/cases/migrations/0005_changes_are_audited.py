"""A change of a case without an audit entry in the same transaction is refused at its end.

The application always writes one; what comes past it (SQL typed by hand, another program) does not.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION case_change_is_audited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('review.audited', true)
       IS DISTINCT FROM pg_current_xact_id_if_assigned()::text THEN
        RAISE EXCEPTION 'a case changes only together with an audit entry: % refused', TG_OP;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_change_audited
    AFTER INSERT OR DELETE OR UPDATE OF
        state, verdict, addressee_id, forward, assigned_to_id, proposed_by_id, confirmed_by_id,
        checks, decision_reason, correction_message, receipt_number, version, original_id
    ON cases_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION case_change_is_audited();
CREATE CONSTRAINT TRIGGER amendment_change_audited
    AFTER INSERT OR UPDATE OR DELETE ON cases_amendment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION case_change_is_audited();
"""
BACKWARDS = """
DROP TRIGGER amendment_change_audited ON cases_amendment;
DROP TRIGGER case_change_audited ON cases_case;
DROP FUNCTION case_change_is_audited();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_desk_work"), ("audit", "0004_marks_transaction")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
