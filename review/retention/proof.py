"""Proof of absence (不存在の確認): every table and file store is searched for what was erased.

Looks for ids and receipt numbers in all columns that could hold one, free texts and sealed ones
included; for 個人番号 that somebody typed where none belongs and 宛名番号 of people who are gone,
told by their keyed hashes; and for what lost its parent. What may rightly name a record is listed:
the log of operations, and the certificates.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from time import perf_counter
from typing import Any

from django.db import connection

from filing.numbers import digits_of
from review.addressees.models import Addressee, number_index
from review.cases.bodies import left_alone
from review.cases.models import Original
from review.retention import numbers, stores
from review.retention.models import Run
from review.retention.sealed_search import SealedSearch
from review.retention.traces import SQL_HINT, TOKEN, TWELVE_DIGITS, UUID, Leftover
from review.sealed_fields import sealed_fields

# Their own periods, and no person's data: what the log says of an act outlives its object.
MAY_NAME = ("audit_", "retention_", "exchange_", "django_", "auth_")
# Of these, what staff write for holds, disposals and places: no 個人番号 belongs there either.
WRITTEN_BY_STAFF = "retention_"
LISTS = "retention_runitem"
SEARCHED_TYPES = ("uuid", "text", "character varying", "jsonb")


@dataclass(frozen=True)
class Column:
    """One column of the database that could hold a name for a record."""

    table: str
    name: str
    kind: str


def columns() -> list[Column]:
    """Return every column that is searched for all, table by table."""
    return [column for column in _columns() if not column.table.startswith(MAY_NAME)]


def notes() -> list[Column]:
    """Return the columns that may name a record, searched for 個人番号 alone."""
    return [
        column
        for column in _columns()
        if column.table.startswith(WRITTEN_BY_STAFF)
        and column.table != LISTS
        and column.kind != "uuid"
    ]


def _columns() -> list[Column]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " JOIN pg_class p ON p.relname = c.table_name AND NOT p.relispartition"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.data_type = ANY(%s) ORDER BY 1, 2",
            [list(SEARCHED_TYPES)],
        )
        return [Column(*row) for row in cursor.fetchall()]


def search(run: Run, *, now: datetime) -> dict[str, dict[str, Any]]:
    """Search for what a run has erased, and for residents' 個人番号 in the open: each value once.

    Returns by procedure {"columns": n, "opened": sealed values, "seconds", "stores": [setting],
    "names": n, "found": [{table, column, count}]}, ready to stand on its certificate. What is
    nobody's in particular (個人番号, orphans) stands on all of them.
    """
    began = perf_counter()
    places = columns()
    names = _make_needles(run)
    people = numbers.erased_marks(run.pk)
    opened = SealedSearch(people)
    found = [*_ids(places), *_texts(places), *_people(places, people), *opened.search()]
    about = notes()
    found += _numbers(about)
    found += orphans(run.years, now)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE proof_needle, proof_id")
    searched = {
        "columns": len(places) + len(about) + sum(1 for _each in sealed_fields()),
        "opened": opened.count,
        "seconds": ceil(perf_counter() - began),
        "stores": list(stores.SEARCHED),
    }
    return {
        procedure: {**searched, "names": count, "found": _found(found, procedure)}
        for procedure, count in names.items()
    }


def _found(found: Iterable[Leftover], procedure: str) -> list[dict[str, Any]]:
    """Return what a procedure's certificate says of the finds: its own and nobody's."""
    return [one.written() for one in found if one.procedure in ("", procedure)]


def orphans(years: Collection[str], now: datetime) -> Iterator[Leftover]:
    """Find rows whose parent is gone, and files that nothing stands for (years: see the keys)."""
    alone = Original.objects.filter(case__isnull=True).count()
    if alone:
        yield Leftover("cases_original", "case", alone)
    if bodies := left_alone():
        yield Leftover("cases_originalbody", "original_id", bodies)
    for setting, count in stores.strays(years, now).items():
        yield Leftover(setting, "file", count)


def _make_needles(run: Run) -> dict[str, int]:
    """Put what is gone into temporary tables, ids and all names as texts; count by procedure."""
    where = "run_id = %s AND state = 'erased' AND kind NOT IN ('log')"
    ids = f"SELECT name::uuid AS id, procedure FROM proof_needle WHERE name ~ '{UUID}'"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS proof_needle, proof_id")
        # A receipt number may rightly stand where another version of the filing had to stay.
        cursor.execute(
            "CREATE TEMP TABLE proof_needle AS"  # noqa: S608
            f" SELECT record AS name, procedure FROM retention_runitem WHERE {where}"
            f" AND record ~ '{UUID}' UNION"
            f" SELECT split_part(label, ':', 1), procedure FROM retention_runitem i WHERE {where}"
            " AND label <> '' AND NOT EXISTS (SELECT 1 FROM cases_case c"
            " WHERE c.receipt_number = split_part(i.label, ':', 1))",
            [run.pk, run.pk],
        )
        cursor.execute(f"CREATE TEMP TABLE proof_id AS {ids}")
        cursor.execute("CREATE INDEX ON proof_id (id)")
        cursor.execute("ANALYZE proof_needle")
        cursor.execute("ANALYZE proof_id")
        cursor.execute("SELECT procedure, count(*) FROM proof_needle GROUP BY procedure")
        counts = dict(cursor.fetchall())
    procedures = run.certificates.values_list("procedure", flat=True)
    return {procedure: int(counts.get(procedure, 0)) for procedure in procedures}


def _ids(places: Iterable[Column]) -> Iterator[Leftover]:
    for place in places:
        if place.kind == "uuid":
            table, column = _quoted(place)
            yield from _joined(place, f"{table} t JOIN proof_id p ON t.{column} = p.id")


def _joined(place: Column, joined: str) -> Iterator[Leftover]:
    """Count what a join with the needles finds, by procedure; all names are the schema's."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT p.procedure, count(*) FROM {joined} GROUP BY 1 ORDER BY 1")  # noqa: S608
        for procedure, count in cursor.fetchall():
            yield Leftover(place.table, place.name, int(count), procedure)


def _texts(places: Iterable[Column]) -> Iterator[Leftover]:
    """Read each table once; only where something looks like a name or number, column by column."""
    texts = [place for place in places if place.kind != "uuid"]
    for _table, group in groupby(texts, key=lambda place: place.table):
        its = list(group)
        if _hints(its):
            yield from _names(its)
            yield from _numbers(its)


def _hints(places: list[Column]) -> bool:
    table = _quoted(places[0])[0]
    whole = ", ".join(f"{_quoted(place)[1]}::text" for place in places)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {table} WHERE concat_ws(' ', {whole}) ~ '{SQL_HINT}')"  # noqa: S608
        )
        return bool(cursor.fetchone()[0])


def _names(places: Iterable[Column]) -> Iterator[Leftover]:
    """Look for the names among the tokens of each column that have the shape of one."""
    for place in places:
        yield from _joined(place, f"({_tokens(place, TOKEN)}) t JOIN proof_needle p USING (name)")


def _numbers(places: Iterable[Column]) -> Iterator[Leftover]:
    """Look for 個人番号 that stand in the open: twelve digits that hash to a resident's."""
    for place in places:
        with connection.cursor() as cursor:
            cursor.execute(_tokens(place, TWELVE_DIGITS))
            indexes = [number_index(digits_of(written)) for (written,) in cursor.fetchall()]
        count = Addressee.objects.filter(number_index__in=indexes).count() if indexes else 0
        if count:
            yield Leftover(place.table, place.name, count)


def _people(places: Iterable[Column], marks: dict[str, str]) -> Iterator[Leftover]:
    """Look for 宛名番号 of people who are gone; only where a run has erased any."""
    for place in places if marks else ():
        if place.kind == "uuid" or place.table in numbers.MAY_NAME:
            continue
        with connection.cursor() as cursor:
            found = _tokens(place, numbers.LOOKS_LIKE_ONE)
            # Each once: payers' numbers stand in every other row.
            cursor.execute(f"SELECT DISTINCT name FROM ({found}) t")  # noqa: S608
            counts = numbers.counts_of((token for (token,) in cursor.fetchall()), marks)
        for procedure, count in sorted(counts.items()):
            yield Leftover(place.table, place.name, count, procedure)


def _tokens(place: Column, pattern: str) -> str:
    """Return the query for what looks like `pattern` in a column; all names are the schema's."""
    table, column = _quoted(place)
    return (
        f"SELECT (regexp_matches({column}::text, '({pattern})', 'g'))[1] AS name"  # noqa: S608
        f" FROM {table} WHERE {column}::text ~ '{pattern}'"
    )


def _quoted(place: Column) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(place.table), quote(place.name)
