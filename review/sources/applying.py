"""Applying rows (資料行の反映): linked, corrected and cancelled by set-based SQL, in any order.

What counts follows from the set of a key's rows and the days on which the city received them,
never from the order in which files were imported: a shuffled, split or repeated file ends alike.

* A 訂正 replaces what was received before it, and new rows of the same day.
* A 取消 voids what was received before it, and the same content of the same day.
* The same content again is the same document, unless it was cancelled in between.

A document's id follows from key and content (md5: no secret and no proof, only a name).
"""

from datetime import datetime
from typing import Any

from django.db import connection

from review.assessment.models import SourceDocument
from review.sources.models import Arrival, Entry, RowError

ENTRY = Entry._meta.db_table
ERROR = RowError._meta.db_table
DOCUMENT = SourceDocument._meta.db_table
# The number says "srcs" to nobody else in this database.
SOURCES_LOCK = 0x73726373

STAGE_COLUMNS = (
    "line, division, key, digest, number_index, addressee_id, method, amount, content,"
    " subject_sealed, errors"
)
CREATE_STAGE = """
    DROP TABLE IF EXISTS source_stage;
    CREATE TEMP TABLE source_stage (
        line integer, division smallint, key text, digest text,
        number_index bytea, addressee_id uuid, method text, amount bigint,
        content jsonb, subject_sealed bytea, errors jsonb
    ) ON COMMIT DROP
"""
_ERRORS = f"""
    INSERT INTO {ERROR} (arrival_id, line, "column", item, code, message)
    SELECT %(arrival)s, s.line, e."column", e.item, e.code, e.message
    FROM source_stage s, jsonb_to_recordset(s.errors)
        AS e ("column" smallint, item text, code text, message text)
    WHERE s.errors IS NOT NULL
"""  # noqa: S608
_ENTRIES = f"""
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
"""  # noqa: S608
_DOCUMENTS = f"""
    INSERT INTO {DOCUMENT} (
        id, tax_year, addressee_id, kind, source, content, received_at, link_method, changed_at)
    SELECT e.document_id, e.tax_year, e.addressee_id, e.kind, e.key || '-' || e.digest, s.content,
        %(received_at)s, e.method, %(now)s
    FROM source_stage s JOIN {ENTRY} e ON e.arrival_id = %(arrival)s AND e.line = s.line
    WHERE e.document_id IS NOT NULL
    ON CONFLICT (id) DO NOTHING
"""  # noqa: S608
# A row whose key a person has linked before goes to the same person (訂正 of such a row).
_FOLLOW = f"""
    UPDATE {ENTRY} e SET addressee_id = sibling.addressee_id, method = sibling.method
    FROM {ENTRY} sibling
    WHERE e.arrival_id = %(arrival)s AND e.addressee_id IS NULL
        AND sibling.key = e.key AND sibling.addressee_id IS NOT NULL
"""  # noqa: S608
_LINKED_DOCUMENTS = f"""
    INSERT INTO {DOCUMENT} (
        id, tax_year, addressee_id, kind, source, content, received_at, link_method, changed_at)
    SELECT md5(e.key || e.digest)::uuid, e.tax_year, e.addressee_id, e.kind,
        e.key || '-' || e.digest, e.content,
        e.received_on::timestamp AT TIME ZONE 'Asia/Tokyo', e.method, %(now)s
    FROM {ENTRY} e
    WHERE e.addressee_id IS NOT NULL AND e.content IS NOT NULL AND e.division < 3
    ORDER BY e.received_on
    ON CONFLICT (id) DO NOTHING
"""  # noqa: S608
_FORGET_PEOPLE = f"""
    UPDATE {ENTRY} SET content = NULL, subject_sealed = NULL,
        document_id = CASE WHEN division < 3 THEN md5(key || digest)::uuid END
    WHERE addressee_id IS NOT NULL AND subject_sealed IS NOT NULL
"""  # noqa: S608
_KEYS = f"""
    CREATE TEMP TABLE source_keys ON COMMIT DROP AS
    SELECT e.key FROM {ENTRY} e WHERE e.key IN (SELECT key FROM {{touched}})
    GROUP BY e.key HAVING count(*) > 1
"""  # noqa: S608
_CURRENT = f"""
    UPDATE {ENTRY} e SET current = NOT e.current
    FROM source_keys k
    WHERE e.key = k.key AND e.division < 3 AND e.current <> (
        NOT EXISTS (
            SELECT FROM {ENTRY} c WHERE c.key = e.key AND c.division = 2 AND c.id <> e.id AND (
                c.received_on > e.received_on OR (c.received_on = e.received_on
                    AND (e.division < 2 OR c.digest > e.digest))))
        AND NOT EXISTS (
            SELECT FROM {ENTRY} x WHERE x.key = e.key AND x.division = 3 AND (
                x.received_on > e.received_on
                OR (x.received_on = e.received_on AND x.digest = e.digest)))
        AND NOT EXISTS (
            SELECT FROM {ENTRY} p WHERE p.key = e.key AND p.digest = e.digest AND p.division < 3
                AND (p.received_on, p.division) < (e.received_on, e.division)
                AND NOT EXISTS (
                    SELECT FROM {ENTRY} x WHERE x.key = e.key AND x.division = 3
                        AND x.received_on BETWEEN p.received_on AND e.received_on)))
"""  # noqa: S608
_STATES = f"""
    WITH state AS (
        SELECT e.document_id AS id, bool_or(e.current) AS counts, (
            SELECT c.document_id FROM {ENTRY} c
            WHERE c.key = e.key AND c.division = 2 AND c.current AND c.document_id IS NOT NULL
            ORDER BY c.received_on DESC, c.digest DESC LIMIT 1) AS later
        FROM {ENTRY} e JOIN source_keys k ON k.key = e.key
        WHERE e.document_id IS NOT NULL GROUP BY e.document_id, e.key)
    UPDATE {DOCUMENT} d SET
        replaced_by_id = CASE WHEN s.counts THEN NULL ELSE s.later END,
        voided_at = CASE WHEN s.counts OR s.later IS NOT NULL THEN NULL
            ELSE coalesce(d.voided_at, %(now)s) END,
        changed_at = %(now)s
    FROM state s WHERE d.id = s.id AND (
        (d.replaced_by_id IS NULL AND d.voided_at IS NULL) <> s.counts
        OR (NOT s.counts AND d.replaced_by_id IS DISTINCT FROM s.later))
"""  # noqa: S608


def lock_sources() -> None:
    """Let imports and links come one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SOURCES_LOCK])


def apply_stage(arrival: Arrival, *, received_at: datetime, now: datetime) -> None:
    """Turn the staged rows into errors, entries and documents."""
    values: dict[str, Any] = {
        "arrival": arrival.pk,
        "kind": arrival.kind,
        "tax_year": arrival.tax_year,
        "received_on": arrival.received_on,
        "received_at": received_at,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE source_stage")
        for statement in (_ERRORS, _ENTRIES, _DOCUMENTS, _FOLLOW):
            cursor.execute(statement, values)
    settle("source_stage", now=now)


def settle(touched: str, *, now: datetime) -> None:
    """Make documents of linked rows, and let those of the touched keys count or not.

    `touched` is a table of ours with a column `key`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINKED_DOCUMENTS, {"now": now})
        cursor.execute(_FORGET_PEOPLE)
        cursor.execute(_KEYS.format(touched=touched))
        cursor.execute("ANALYZE source_keys")
        cursor.execute(_CURRENT)
        cursor.execute(_STATES, {"now": now})
        cursor.execute("DROP TABLE source_keys")
