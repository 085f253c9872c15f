"""What must hold in a restored database (復元後の確認): the log's chain, and what was erased."""

from typing import Any

from django.db import connections

from review import year_keys
from review.audit.chain import beginning, walk
from review.audit.models import AuditEvent
from review.cases.models import OriginalBody
from review.sealed_fields import sealed_fields


def audit_chain(using: str) -> dict[str, Any]:
    """Walk the restored log of operations (操作記録) from its first entry."""
    entries = AuditEvent.objects.using(using).order_by("position")
    state = walk(entries.iterator(chunk_size=2_000), beginning(using))
    problems = [f"entry {state.broken.position}: {state.broken.problem}"] if state.broken else []
    return {"entries": state.entries, "problems": problems}


def erased_years(using: str) -> dict[str, Any]:
    """Count the originals that open and those whose year's key was destroyed; sealed columns, too.

    A backup older than an erasure brings the rows back, but never their contents.
    """
    counts = {"readable": 0, "unreadable": 0}
    bodies = OriginalBody.objects.using(using).values_list("sealed", flat=True)
    for sealed in bodies.iterator(chunk_size=200):
        counts["readable" if year_keys.is_kept(bytes(sealed)) else "unreadable"] += 1
    return {**counts, "sealed": _sealed_values(using), "problems": []}


def _sealed_values(using: str) -> dict[str, int]:
    """Count the values of sealed columns by whether the key that each names is still there."""
    counts = {"readable": 0, "unreadable": 0}
    quote = connections[using].ops.quote_name
    for model, column in sealed_fields():
        name, table = quote(column.attname), quote(model._meta.db_table)
        # The key's id stands before the first colon.
        key = f"substring({name} FROM 1 FOR position(':'::bytea IN {name}))"
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, count(*) FROM {table} WHERE {name} <> ''::bytea GROUP BY 1"  # noqa: S608
            )
            for named, count in cursor.fetchall():
                kept = year_keys.is_kept(bytes(named))
                counts["readable" if kept else "unreadable"] += count
    return counts
