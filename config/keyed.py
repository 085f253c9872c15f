"""Rows by their key (キーで引く行): what every page reads first, by a statement written only once.

For a row found by its key, putting the statement together takes the ORM several times as long as
sending it and reading the answer. Everything else is asked for in the ordinary way.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)
STATEMENT = "SELECT {columns} FROM {table} WHERE {wanted}"


def row_by(model: type[Row], **key: Any) -> Row | None:
    """Return the row whose columns (by their attribute's name) have these values; None for none."""
    return next(iter(rows_by(model, key)), None)


def locked_row(model: type[Row], **key: Any) -> Row:
    """Return the row, locked until the transaction ends; ObjectDoesNotExist where there is none."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a row is locked within a transaction")
    found = rows_by(model, key, lock=True)
    if not found:
        raise ObjectDoesNotExist(f"no {model.__name__} to lock")
    return found[0]


def rows_by(
    model: type[Row], key: Mapping[str, Any], *, without: Sequence[str] = (), lock: bool = False
) -> list[Row]:
    """Return the rows in no order; a None stands for an empty column, `without` is read later."""
    names = tuple(key)
    empty = tuple(name for name, value in key.items() if value is None)
    statement, attributes = _statement(model, names, empty, tuple(without))
    statement += " FOR UPDATE" if lock else ""
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for value in key.values() if value is not None])
        found = cursor.fetchall()
    return [model.from_db(connection.alias, attributes, values) for values in found]


@cache
def _statement(
    model: type[models.Model],
    key: tuple[str, ...],
    empty: tuple[str, ...],
    without: tuple[str, ...],
) -> tuple[str, list[str]]:
    quote = connection.ops.quote_name
    fields = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    read = [name for name in fields if name not in without]
    conditions = [
        f"{quote(fields[name])} IS NULL" if name in empty else f"{quote(fields[name])} = %s"
        for name in key
    ]
    statement = STATEMENT.format(
        columns=", ".join(quote(fields[name]) for name in read),
        table=quote(model._meta.db_table),
        wanted=" AND ".join(conditions),
    )
    return statement, read
