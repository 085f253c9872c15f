"""No row about a case, a person or a right changes without an audit entry in its transaction.

Erasure is the exception: it goes chunk by chunk under a certificate, which is its record.
"""

from django.db import migrations

# What the application writes row by row, always with an entry: everything that can happen to it.
WRITTEN = ("cases_note", "cases_export", "cases_savedfilter", "staff_rolegrant")
# What comes in by loads, or is made by batches: how it changes and goes is watched.
LOADED = (
    "addressees_addressee",
    "addressees_certificatelink",
    "assessment_sourcedocument",
    "assessment_mergedbasis",
    "assessment_assessment",
    "reconcile_disagreement",
)
# Columns that a log-in changes by itself (session, counters) are left out.
COLUMNS = {
    "staff_staffmember": "number, name, department, is_active, addressee_number",
    "staff_codedevice": "user_id, seed_sealed, confirmed",
    "staff_securitykey": "user_id, credential_id, credential, confirmed, approved_by, revoked_by",
}

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM retention_erasure
        WHERE id = nullif(current_setting('review.erasure', true), '')::uuid
    ) THEN
        RETURN NULL;
    END IF;
    IF current_setting('review.audited', true)
       IS DISTINCT FROM pg_current_xact_id_if_assigned()::text THEN
        RAISE EXCEPTION '{what} changes only together with an audit entry: % refused', {about};
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER {table}_audited AFTER {events} ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_is_audited();
"""


def statements():
    # That of cases is there already; it learns of erasure.
    yield FUNCTION.format(name="case_change_is_audited", what="a case", about="TG_OP")
    yield FUNCTION.format(
        name="change_is_audited", what="a row of %", about="TG_TABLE_NAME, TG_OP"
    )
    for table in WRITTEN:
        yield TRIGGER.format(table=table, events="INSERT OR UPDATE OR DELETE")
    for table in LOADED:
        yield TRIGGER.format(table=table, events="UPDATE OR DELETE")
    for table, columns in COLUMNS.items():
        yield TRIGGER.format(table=table, events=f"INSERT OR DELETE OR UPDATE OF {columns}")


def backwards():
    for table in (*WRITTEN, *LOADED, *COLUMNS):
        yield f"DROP TRIGGER {table}_audited ON {table};"
    yield "DROP FUNCTION change_is_audited();"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_beginning_of_the_log"),
        ("addressees", "0001_initial"),
        ("assessment", "0001_initial"),
        ("cases", "0008_paper_returns"),
        ("reconcile", "0001_initial"),
        ("retention", "0001_initial"),
        ("staff", "0004_security_keys"),
    ]
    operations = [migrations.RunSQL("".join(statements()), "".join(backwards()))]
