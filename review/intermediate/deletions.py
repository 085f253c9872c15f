"""Deletions of copies (副本の消去): ordered with the erasure, told in files, closed by answers."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from review.audit.services import record_by
from review.intermediate import folder, formats
from review.intermediate.models import CopyDeletion, DeletionFile
from review.staff.actors import Actor

State = CopyDeletion.State
IN_ONE_FILE = 10_000
# After so many days without an answer somebody has to ask.
ANSWERED_WITHIN = timedelta(days=7)
REASON = "副本の消去(保存期間の経過)"
_ORDER = """
INSERT INTO intermediate_copydeletion (run, unified_number, tax_year, state, code)
SELECT DISTINCT %s, u.number, b.tax_year, 'waiting', ''
FROM erasing_now n
JOIN assessment_assessment a ON a.id = n.id
JOIN assessment_mergedbasis b ON b.id = a.basis_id
JOIN addressees_addressee p ON p.id = b.addressee_id
JOIN addressees_unifiednumber u ON u.number_index = p.number_index
ON CONFLICT DO NOTHING
"""


def order(run: int) -> int:
    """Order the deletion of what the chunk of assessments in `erasing_now` is copied from there.

    In the caller's transaction: the order stands if, and only if, the city's own rows are gone.
    """
    if not folder.is_linked():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [run])
        return int(cursor.rowcount)


def tell(*, by: Actor, now: datetime) -> int:
    """Write what waits into files for the terminal; return how many were told."""
    told = 0
    while folder.is_linked() and (count := _tell_next(by=by, now=now)):
        told += count
    return told


def _tell_next(*, by: Actor, now: datetime) -> int:
    with transaction.atomic():
        waiting = CopyDeletion.objects.select_for_update().filter(state=State.WAITING)
        rows = list(waiting.order_by("id")[:IN_ONE_FILE])
        if not rows:
            return 0
        number = (DeletionFile.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        lines = [(line, row.unified_number, row.tax_year) for line, row in enumerate(rows, 1)]
        content = formats.orders(lines)
        name = f"delete-{number:06}.csv"
        file = DeletionFile.objects.create(
            number=number,
            name=name,
            count=len(rows),
            sha256=hashlib.sha256(content).hexdigest(),
            written_at=now,
            written_by=by.id,
        )
        for line, row in enumerate(rows, 1):
            row.state, row.file, row.line = State.TOLD, file, line
        CopyDeletion.objects.bulk_update(rows, ["state", "file", "line"], batch_size=2_000)
        # Before the commit: a kill in between writes the same file, with the same lines, again.
        folder.put(name, content)
        _log(file, "copies.told", by, now, count=file.count)
    return len(rows)


def take_answers(*, by: Actor, now: datetime) -> dict[str, int]:
    """Read the server's answers; what is deleted there needs no row here any more."""
    counts = {"deleted": 0, "failed": 0, "unreadable": 0}
    for path in folder.arrived("answer-delete-"):
        try:
            codes = formats.read_answers(path.read_bytes())
        except formats.Unreadable:
            counts["unreadable"] += 1
            continue
        file = DeletionFile.objects.filter(name=path.name.removeprefix("answer-")).first()
        if file is None:
            counts["unreadable"] += 1
            continue
        for name, count in _take(file, codes, by=by, now=now).items():
            counts[name] += count
        path.unlink()
    return counts


def _take(file: DeletionFile, codes: dict[int, str], *, by: Actor, now: datetime) -> dict[str, int]:
    with transaction.atomic():
        locked = DeletionFile.objects.select_for_update().get(pk=file.pk)
        rows = list(locked.deletions.filter(line__in=codes))
        gone = [row for row in rows if codes[row.line or 0] in _ENDS]
        failed = [row for row in rows if codes[row.line or 0] not in _ENDS]
        for row in failed:
            row.state, row.code = State.FAILED, codes[row.line or 0]
        CopyDeletion.objects.bulk_update(failed, ["state", "code"], batch_size=2_000)
        CopyDeletion.objects.filter(pk__in=[row.pk for row in gone]).delete()
        locked.answered_at = now
        locked.deleted += len(gone)
        locked.failed = locked.deletions.filter(state=State.FAILED).count()
        locked.save()
        counts = {"deleted": len(gone), "failed": len(failed)}
        _log(locked, "copies.answered", by, now, **counts)
    return counts


# 該当なし: there was no copy of this person and year, so that nothing is left either.
_ENDS = (formats.DELETED, formats.UNKNOWN_THERE)


def standing() -> dict[str, int]:
    """Return how many orders wait, are told, and failed."""
    rows = CopyDeletion.objects.order_by().values_list("state").annotate(Count("pk"))
    found = dict(rows)
    return {state: int(found.get(state, 0)) for state in State.values}


def is_late(now: datetime) -> bool:
    """Tell whether an order failed, or has had no answer for too long."""
    silent = Q(file__written_at__lt=now - ANSWERED_WITHIN)
    return CopyDeletion.objects.filter(silent | Q(state=State.FAILED)).exists()


def _log(file: DeletionFile, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    subject = f"deletion-file:{file.number}"
    record_by(
        by,
        action,
        reason=REASON,
        now=now,
        subject=subject,
        detail={"sha256": file.sha256, **detail},
    )
