"""Staging (資料行の取込み): batches of rows on their way into the database, one read ahead.

While the database makes entries and documents of a batch, the next one is read, checked and
sealed: both cores work. Nobody else uses the connection meanwhile: psycopg lets one statement end
before the next begins, whichever thread it comes from.
"""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from django.db import connection

from review.assessment.models import SourceDocument
from review.sources.models import Entry, RowError

ENTRY = Entry._meta.db_table
ERROR = RowError._meta.db_table
DOCUMENT = SourceDocument._meta.db_table
_CREATE = """
    DROP TABLE IF EXISTS source_stage;
    CREATE TEMP TABLE source_stage (
        line integer, division smallint, key text, digest text,
        number_index bytea, addressee_id uuid, method text,
        content bytea, subject_sealed bytea, errors text
    ) ON COMMIT DROP
"""
_COPY = """
    COPY source_stage (line, division, key, digest, number_index, addressee_id, method, content,
        subject_sealed, errors) FROM STDIN (FORMAT binary)
"""
_TYPES = ["int4", "int2", "text", "text", "bytea", "uuid", "text", "bytea", "bytea", "text"]
_ERRORS = f"""
    INSERT INTO {ERROR} (arrival_id, line, "column", item, code, message)
    SELECT %(arrival)s, s.line, e."column", e.item, e.code, e.message
    FROM source_stage s, jsonb_to_recordset(s.errors::jsonb)
        AS e ("column" smallint, item text, code text, message text)
    WHERE s.errors IS NOT NULL
"""  # noqa: S608
_ENTRIES = f"""
    WITH made AS (
        INSERT INTO {ENTRY} (
            arrival_id, line, kind, tax_year, division, received_on, key, digest, number_index,
            content, subject_sealed, current, addressee_id, method, document_id)
        SELECT %(arrival)s, s.line, %(kind)s, %(tax_year)s, s.division, %(received_on)s, s.key,
            s.digest, s.number_index,
            CASE WHEN s.addressee_id IS NULL THEN s.content END, s.subject_sealed,
            s.division < 3, s.addressee_id, s.method,
            CASE WHEN s.addressee_id IS NOT NULL AND s.division < 3
                THEN md5(s.key || s.digest)::uuid END
        FROM source_stage s
        WHERE s.errors IS NULL ORDER BY s.line
        ON CONFLICT (key, digest, division, received_on) DO NOTHING
        RETURNING line, document_id, addressee_id, key, digest, method)
    INSERT INTO {DOCUMENT} (
        id, tax_year, addressee_id, kind, source, content, received_at, link_method, changed_at)
    SELECT m.document_id, %(tax_year)s, m.addressee_id, %(kind)s, m.key || '-' || m.digest,
        s.content, %(received_at)s, m.method, %(now)s
    FROM made m JOIN source_stage s ON s.line = m.line
    WHERE m.document_id IS NOT NULL
    ON CONFLICT (id) DO NOTHING
"""  # noqa: S608
# The references are looked up here and not in the commit, at which nothing else is to be done.
_CHECK = ("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED", "TRUNCATE source_stage")


class Stage:
    """The rows of one arrival, batch by batch; all of them are in when the block ends."""

    def __init__(self, **values: Any) -> None:
        self._values = values
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stage")
        self._running: Future[None] | None = None

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute(_CREATE)
        return self

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take in a batch; what the database makes of it goes on after the return."""
        self._wait()
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)
        self._running = self._thread.submit(self._apply, connection.connection)

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if kind is None:
            self._wait()

    def _wait(self) -> None:
        if self._running:
            self._running.result()

    def _apply(self, raw: Any) -> None:
        with raw.cursor() as cursor:
            for statement in (_ERRORS, _ENTRIES):
                cursor.execute(statement, self._values)
            for statement in _CHECK:
                cursor.execute(statement)
