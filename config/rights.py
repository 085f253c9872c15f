"""Rights of the application's own database role (データベースの権限): what it needs, nothing else.

The tables belong to another role, the owner, which only migrations use. So nothing that reaches
the database through the application can lift a trigger, change a table, or touch what is only ever
added to.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

# Rows are read, added, changed and removed; a zone names its exceptions in RESTRICTED_TABLES.
ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
READ_ONLY = {"django_migrations": "SELECT"}


class NotTheOwner(Exception):
    """The connection is not the owner's; says in one line what to do."""


def grant(role: str) -> dict[str, str]:
    """Give the role its rights on every table, and return them by table.

    Runs on the owner's connection, after each migration; running it again changes nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone()
        if owner == role:
            raise NotTheOwner(f"connected as {role}: DATABASE_URL has to name the tables' owner")
        # A part of a table is reached through the table, whose rights count then: it has none.
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        rights = rights_of(tables)
        who, where = sql.Identifier(role), sql.Identifier(database)
        cursor.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(where, who))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who))
        for table, allowed in rights.items():
            name = sql.Identifier(table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(name, who))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(allowed), name, who))
        sequences = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}"
        cursor.execute(sql.SQL(sequences).format(who))
    return rights


def rights_of(tables: list[str]) -> dict[str, str]:
    """Return the rights for each table, as GRANT takes them."""
    restricted: Mapping[str, str] = getattr(settings, "RESTRICTED_TABLES", {})
    exceptions = {**READ_ONLY, **restricted}
    return {table: exceptions.get(table, ORDINARY) for table in tables}
