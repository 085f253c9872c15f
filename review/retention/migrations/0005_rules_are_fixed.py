"""A rule of the schedule changes only while its version waits for approval."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION rule_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.schedule_id ELSE NEW.schedule_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM retention_schedule WHERE id = version AND state = 'proposed')
       AND (TG_OP <> 'UPDATE' OR OLD.schedule_id = NEW.schedule_id) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'the schedule changes only by a new version: % refused', TG_OP;
END $$;
CREATE TRIGGER rule_no_change BEFORE INSERT OR UPDATE OR DELETE ON retention_rule
    FOR EACH ROW EXECUTE FUNCTION rule_is_fixed();
"""
BACKWARDS = """
DROP TRIGGER rule_no_change ON retention_rule;
DROP FUNCTION rule_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0004_schedule_and_disposals")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
