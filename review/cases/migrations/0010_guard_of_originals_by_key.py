"""The guard of originals finds the certificate by its key: it is asked for each row that goes."""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION original_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM retention_erasure WHERE {key} = {named}
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an original is kept as received: % refused', TG_OP;
END $$;
"""
SETTING = "current_setting('review.erasure', true)"
FORWARDS = BODY.format(key="id", named=f"nullif({SETTING}, '')::uuid")
BACKWARDS = BODY.format(key="id::text", named=SETTING)


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_forwarding_and_slips"), ("retention", "0003_keys_of_years")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
