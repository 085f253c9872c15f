"""The database refuses to change an original; it goes only with a certificate of erasure."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION original_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM retention_erasure
        WHERE id::text = current_setting('review.erasure', true)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an original is kept as received: % refused', TG_OP;
END $$;
CREATE TRIGGER original_no_change BEFORE UPDATE OR DELETE ON cases_original
    FOR EACH ROW EXECUTE FUNCTION original_is_immutable();
CREATE TRIGGER original_no_truncate BEFORE TRUNCATE ON cases_original
    FOR EACH STATEMENT EXECUTE FUNCTION original_is_immutable();
"""
BACKWARDS = """
DROP TRIGGER original_no_truncate ON cases_original;
DROP TRIGGER original_no_change ON cases_original;
DROP FUNCTION original_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("retention", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
