"""Many rows changed at once (一括更新): one short statement, the values as columns.

Django's `bulk_update` writes a CASE with a branch for each row and each field: to put that together
costs more than the database's work.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

UPDATE = """
UPDATE {table} AS kept SET {changed}
FROM unnest({given}) AS given ({names}) WHERE kept.{key} = given.{key}
"""


def write_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of these rows, all of one table and all saved before."""
    if not rows:
        return
    table = type(rows[0])._meta
    known = {column.name: column for column in table.concrete_fields}
    assert table.pk is not None
    columns = [table.pk, *(known[name] for name in fields)]
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows]
        for column in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(table.db_table, columns), values)


def _statement(table: str, columns: Sequence["models.Field[Any, Any]"]) -> str:
    quote = connection.ops.quote_name
    names = [quote(str(column.column)) for column in columns]
    # Without its length: a cast would cut off what is too long, where storing it is refused.
    kinds = [str(column.db_type(connection)).split("(")[0] for column in columns]
    given = ", ".join(f"%s::{kind}[]" for kind in kinds)
    changed = ", ".join(f"{name} = given.{name}" for name in names[1:])
    return UPDATE.format(
        table=quote(table), changed=changed, given=given, names=", ".join(names), key=names[0]
    )
