"""Rows by their key (キーで一行): what every page reads first, by a statement written only once.

For a row found by a unique key, putting the statement together takes the ORM several times as long
as sending it and reading the answer. Everything else is asked for in the ordinary way.
"""

from functools import cache
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def row_by(model: type[Row], **key: object) -> Row | None:
    """Return the row whose columns (by their attribute's name) have these values; None for none."""
    statement, names = _statement(model, tuple(key))
    with connection.cursor() as cursor:
        cursor.execute(statement, list(key.values()))
        found = cursor.fetchone()
    return None if found is None else model.from_db(connection.alias, names, found)


@cache
def _statement(model: type[models.Model], key: tuple[str, ...]) -> tuple[str, list[str]]:
    quote = connection.ops.quote_name
    fields = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(column) for column in fields.values())
    wanted = " AND ".join(f"{quote(fields[name])} = %s" for name in key)
    statement = STATEMENT.format(columns=columns, table=quote(model._meta.db_table), wanted=wanted)
    return statement, list(fields)


STATEMENT = "SELECT {columns} FROM {table} WHERE {wanted}"
