"""Runs of erasure (消去の実施): a list, a second person, a waiting period.

What is listed here is carried out by `review.retention.erasing`.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.retention.deleting import KINDS
from review.retention.keeping import Plan
from review.retention.models import Run, RunItem
from review.retention.planning import plans
from review.staff.actors import Actor

RUN_LOCK = 0x72756E
REASON = "保存期間の経過"
# What the lines of these kinds are called: 受付番号 and version, and marks of 宛名番号.
LABELLED = ("cases", "addressees")


def propose(as_of: date, *, by: Actor, now: datetime) -> Run:
    """List what has outlived its period and put it before a second person."""
    with transaction.atomic():
        lock_runs()
        if Run.objects.filter(state__in=Run.OPEN).exists():
            raise Refusal(_("終わっていない消去があります。それを終えるか、取りやめてください。"))
        if as_of > now.date() + timedelta(days=settings.RETENTION_LOOK_AHEAD_DAYS):
            raise Refusal(_("基準日が先すぎます。日付を確認してください。"))
        found = plans(as_of)
        run = Run.objects.create(
            number=(Run.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            as_of=as_of,
            refused=[entry for one in found for entry in one.refused],
            counts={kind: n for one in found for kind, n in one.counts.items()},
            years=sorted({year for one in found for year in one.years}),
            digest=_digest(found),
            proposed_by=by.id,
            proposed_at=now,
        )
        _write_items(run, found)
        log(run, "retention.proposed", by, now)
    return run


def approve(run: Run, *, by: Actor, now: datetime) -> Run:
    """Approve a list (承認). Never one's own; what was listed is what may go, nothing else."""
    with transaction.atomic():
        row = locked(run, Run.State.PROPOSED)
        if row.proposed_by == by.id:
            raise Refusal(_("自分が作った一覧は承認できません。別の職員が承認してください。"))
        row.state, row.approved_by, row.approved_at = Run.State.APPROVED, by.id, now
        row.not_before = now + timedelta(days=settings.RETENTION_WAITING_DAYS)
        row.save()
        log(row, "retention.approved", by, now)
    return row


def cancel(run: Run, *, reason: str, by: Actor, now: datetime) -> Run:
    """Call a run off (取りやめ) before anything is erased."""
    with transaction.atomic():
        row = locked(run, Run.State.PROPOSED, Run.State.APPROVED)
        row.state, row.remark, row.finished_at = Run.State.CANCELLED, reason, now
        row.save()
        log(row, "retention.cancelled", by, now)
    return row


def _write_items(run: Run, found: Iterable[Plan]) -> None:
    """Write the list with COPY: it may be a million lines long."""
    columns = ("run_id", "procedure", "kind", "record", "label", "state", "why")
    command = f"COPY {RunItem._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    pending = RunItem.State.PENDING.value
    with connection.cursor() as cursor, cursor.copy(command) as lines:
        for one in found:
            for kind in KINDS:
                records = one.ids.get(kind, [])
                labels = one.items if kind in LABELLED else []
                for record, label in zip_longest(records, labels[: len(records)], fillvalue=""):
                    lines.write_row(
                        [run.pk, one.period.kind, kind, str(record), label, pending, ""]
                    )


def _digest(found: Iterable[Plan]) -> str:
    text = hashlib.sha256()
    for one in found:
        for kind, ids in sorted(one.ids.items()):
            for record in sorted(map(str, ids)):
                text.update(f"{kind} {record}\n".encode())
    return text.hexdigest()


def locked(run: Run, *states: str) -> Run:
    """Lock a run that is in one of these states; Refusal where it has gone on meanwhile."""
    row = Run.objects.select_for_update().get(pk=run.pk)
    if row.state not in states:
        raise Refusal(
            _("この消去は、いま「%(state)s」です。画面を読み直してください。")
            % {"state": row.get_state_display()}
        )
    return row


def lock_runs() -> None:
    """Let nobody else number runs or certificates until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RUN_LOCK])


def log(run: Run, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    """Write a step of a run into the log of operations."""
    record_by(
        by,
        action,
        reason=REASON,
        now=now,
        subject=f"erasure-run:{run.number}",
        detail={"as_of": run.as_of.isoformat(), "digest": run.digest, **detail},
    )
