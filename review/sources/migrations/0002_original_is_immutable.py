"""The database refuses to change a part of a file as it came; it goes only where that is allowed.

Allowed are a file that was given up before its import, and a certificate of erasure.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION arrival_part_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        EXISTS (SELECT 1 FROM sources_arrival WHERE id = OLD.arrival_id AND state = 'dropped')
        OR EXISTS (
            SELECT 1 FROM retention_erasure
            WHERE id = nullif(current_setting('review.erasure', true), '')::uuid)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an original is kept as received: % refused', TG_OP;
END $$;
CREATE TRIGGER arrival_part_no_change BEFORE UPDATE OR DELETE ON sources_arrivalpart
    FOR EACH ROW EXECUTE FUNCTION arrival_part_is_immutable();
"""
BACKWARDS = """
DROP TRIGGER arrival_part_no_change ON sources_arrivalpart;
DROP FUNCTION arrival_part_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_arrivals"), ("retention", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
