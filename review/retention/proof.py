"""Proof of absence (不存在の確認): every table is searched for what was erased.

Looks for ids and receipt numbers in all columns that could hold one, free text included, and for
個人番号 that somebody typed where none belongs, told by their keyed hashes. What may rightly name
a record is listed: the log of operations, and the certificates themselves.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from review.addressees.models import Addressee, number_index

# Their own periods, and no person's data: what the log says of an act outlives its object.
MAY_NAME = ("audit_", "retention_", "exchange_", "django_", "auth_")
SEARCHED_TYPES = ("uuid", "text", "character varying", "jsonb", "bytea")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RECEIPT = r"[0-9]{4}-[0-9]{7}-[A-Z]"
TOKEN = f"{_UUID}|{_RECEIPT}"
TWELVE_DIGITS = r"(?<![0-9])[0-9]{12}(?![0-9])"


@dataclass(frozen=True)
class Column:
    """One column of the database that could hold a name for a record."""

    table: str
    name: str
    kind: str


@dataclass(frozen=True)
class Leftover:
    """A trace of what was erased, with the place but never with the value."""

    table: str
    column: str
    count: int


def columns() -> list[Column]:
    """Return every column that is searched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.data_type = ANY(%s) ORDER BY 1, 2",
            [list(SEARCHED_TYPES)],
        )
        found = [Column(*row) for row in cursor.fetchall()]
    return [column for column in found if not column.table.startswith(MAY_NAME)]


def search(names: Collection[str]) -> dict[str, Any]:
    """Search for ids and receipt numbers, and for residents' 個人番号 in the open.

    Returns {"columns": n, "names": n, "found": [{table, column, count}]}, ready to stand on a
    certificate.
    """
    places = columns()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE proof_needle (name text PRIMARY KEY)")
        with cursor.copy("COPY proof_needle FROM STDIN") as copy:
            for name in sorted(set(names)):
                copy.write_row([name])
        cursor.execute("ANALYZE proof_needle")
    found = [*_names(places), *_numbers(places)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE proof_needle")
    return {
        "columns": len(places),
        "names": len(set(names)),
        "found": [vars(leftover) for leftover in found],
    }


def _names(places: Iterable[Column]) -> Iterator[Leftover]:
    """Look for the names among the tokens of each column that have the shape of one."""
    for place in places:
        if place.kind == "bytea":
            continue
        tokens = _tokens(place, TOKEN)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({tokens}) t JOIN proof_needle USING (name)")  # noqa: S608
            count = int(cursor.fetchone()[0])
        if count:
            yield Leftover(place.table, place.name, count)


def _numbers(places: Iterable[Column]) -> Iterator[Leftover]:
    """Look for 個人番号 that stand in the open: twelve digits that hash to a resident's."""
    for place in places:
        if place.kind in ("uuid", "bytea"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(_tokens(place, TWELVE_DIGITS))
            indexes = [number_index(digits) for (digits,) in cursor.fetchall()]
        count = Addressee.objects.filter(number_index__in=indexes).count() if indexes else 0
        if count:
            yield Leftover(place.table, place.name, count)


def _tokens(place: Column, pattern: str) -> str:
    """Return the query for what looks like `pattern` in a column; all names are the schema's."""
    quote = connection.ops.quote_name
    table, column = quote(place.table), quote(place.name)
    if place.kind == "uuid":
        return f"SELECT {column}::text AS name FROM {table}"  # noqa: S608
    return (
        f"SELECT (regexp_matches({column}::text, '({pattern})', 'g'))[1] AS name"  # noqa: S608
        f" FROM {table} WHERE {column}::text ~ '{pattern}'"
    )
