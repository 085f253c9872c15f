"""Applying rows (資料行の反映): linked, corrected and cancelled by set-based SQL, in any order.

What counts follows from the set of a key's rows and the days on which the city received them,
never from the order in which files were imported: a shuffled, split or repeated file ends alike.

* A 訂正 replaces what was received before it, and new rows of the same day.
* A 取消 voids what was received before it, and the same content of the same day.
* The same content again is the same document, unless it was cancelled in between.

A document's id follows from key and content (md5: no secret and no proof, only a name).
"""

from datetime import datetime

from django.db import connection

from review.assessment.models import SourceDocument
from review.sources.models import Arrival, Entry

ENTRY = Entry._meta.db_table
DOCUMENT = SourceDocument._meta.db_table
# The number says "srcs" to nobody else in this database.
SOURCES_LOCK = 0x73726373

# A row whose key a person has linked before goes to the same person (訂正 of such a row).
_FOLLOW = f"""
    UPDATE {ENTRY} e SET addressee_id = sibling.addressee_id, method = sibling.method
    FROM {ENTRY} sibling
    WHERE e.arrival_id = %(arrival)s AND e.addressee_id IS NULL
        AND sibling.key = e.key AND sibling.addressee_id IS NOT NULL
"""  # noqa: S608
_TOUCHED = f"""
    CREATE TEMP TABLE source_touched ON COMMIT DROP AS
    SELECT DISTINCT key FROM {ENTRY} WHERE arrival_id = %(arrival)s
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


def apply(arrival: Arrival, *, now: datetime) -> None:
    """Let the rows of a file that are in count, and what they replace or cancel no more."""
    values = {"arrival": arrival.pk}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, values)
        cursor.execute("DROP TABLE IF EXISTS source_touched")
        cursor.execute(_TOUCHED, values)
    settle("source_touched", now=now)


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
