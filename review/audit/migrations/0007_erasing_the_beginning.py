"""The log's beginning is erased through a function of the owner's: the application has no DELETE.

The function lifts nothing: the triggers ask for the certificate and for the position noted in the
same transaction, whoever deletes.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_erase_beginning(last bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM audit_auditevent WHERE position <= last;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_changes_are_audited")]
    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION audit_erase_beginning(bigint);"),
    ]
