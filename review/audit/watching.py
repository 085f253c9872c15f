"""Watching tables (変更の監視): for migrations of tables whose rows change with an entry only."""

from django.db import migrations

TRIGGER = """
CREATE CONSTRAINT TRIGGER {table}_audited AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_is_audited();
"""


def watched(*tables: str) -> migrations.RunSQL:
    """Let the database refuse a change of these tables without an audit entry beside it."""
    return migrations.RunSQL(
        "".join(TRIGGER.format(table=table) for table in tables),
        "".join(f"DROP TRIGGER {table}_audited ON {table};" for table in tables),
    )
