"""Small acts of the desk (申請の記録): notes, slips, putting aside, findings, open pages."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.cases.models import Case, Note, Tick
from review.cases.rules import begin
from review.cases.states import State
from review.cases.transitions import run_clock, write_down
from review.errors import Refusal
from review.staff.actors import Actor

# An open page protects the case for as long as a phone call lasts, then colleagues may go on.
OPEN_PAGE = timedelta(minutes=10)


def add_note(
    case: Case,
    *,
    kind: str,
    text: str,
    answer: str,
    by: Actor,
    reason: str,
    now: datetime,
    follows: str = "",
) -> Note:
    """Add a note (メモ) or an inquiry slip (受付票); neither is changed afterwards.

    A slip gets a number of its own; `follows` is that of the slip which this entry goes on with.
    """
    if by.member is None:
        raise Refusal(_("自動処理はメモを書けません。"))
    with transaction.atomic():
        begin("note", case, by=by, seen=None)
        before = case.notes.filter(slip=follows).first() if follows else None
        if follows and before is None:
            raise Refusal(_("この申請に、その番号の受付票はありません。"))
        slip = None if before or kind == Note.Kind.NOTE else _next_slip(now)
        made = Note.objects.create(
            case=case,
            kind=kind,
            text=text,
            answer=answer,
            slip=slip,
            follows=before,
            by=by.member,
            at=now,
        )
        detail = {"note": made.pk, "kind": kind, "slip": slip or follows}
        write_down(case, "case.noted", by=by, reason=reason, now=now, detail=detail)
    return made


def _next_slip(now: datetime) -> str:
    """Return the next number of an inquiry slip (受付票番号): the year and a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inquiry_slip_serial')")
        serial = int(cursor.fetchone()[0])
    return f"U{timezone.localdate(now).year}-{serial:06d}"


def hold(
    case: Case, *, comment: str, until: date, by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Put a case aside until a day (保留); the working-day clock stands still."""
    if until <= timezone.localdate(now):
        raise Refusal(_("保留の期限は、明日以後の日にしてください。"))
    with transaction.atomic():
        locked = _own("hold", case, by, seen)
        locked.put_aside, locked.put_aside_until = comment, until
        run_clock(locked, stands=True, now=now)
        detail = {"comment": comment, "until": until.isoformat()}
        return _save(locked, "case.put_on_hold", by=by, reason=reason, now=now, detail=detail)


def release(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Go on with a case that was put aside (保留の解除)."""
    with transaction.atomic():
        locked = begin("release", case, by=by, seen=seen)
        if not locked.put_aside:
            raise Refusal(_("保留されていません。"))
        locked.put_aside, locked.put_aside_until = "", None
        run_clock(locked, stands=False, now=now)
        return _save(locked, "case.released", by=by, reason=reason, now=now, detail={})


def waive(
    case: Case, *, place: int, comment: str, by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Mark a finding of the 形式審査 as looked into, with the ground (確認済み)."""
    with transaction.atomic():
        locked = _own("waive", case, by, seen)
        if not 0 <= place < len(locked.checks):
            raise Refusal(_("この指摘はありません。"))
        entry = locked.checks[place]
        entry["waived"] = {"by": by.id, "at": now.isoformat(), "reason": comment}
        detail = {"rule": entry["rule"], "field": entry["field"], "comment": comment}
        return _save(locked, "case.finding_waived", by=by, reason=reason, now=now, detail=detail)


def tick(
    case: Case, *, item: str, method: str, by: Actor, reason: str, now: datetime, seen: int
) -> Tick:
    """Record that a part of the return was held against its proof (照合), by whom and how.

    Once a person, part and method; the record stays with this version of the return.
    """
    with transaction.atomic():
        locked = begin("tick", case, by=by, seen=seen)
        if by.member is None:
            raise Refusal(_("自動処理は照合を記録できません。"))
        about = {"item": item, "method": method, "by": by.member}
        made, new = Tick.objects.get_or_create(case=locked, **about, defaults={"at": now})
        if new:
            detail = {"item": item, "method": method}
            write_down(locked, "case.ticked", by=by, reason=reason, now=now, detail=detail)
    return made


def keep_open(case: Case, *, by: Actor, now: datetime) -> None:
    """Note that the person in charge has the case open, so that nobody takes it away meanwhile."""
    if case.state == State.IN_REVIEW and by.member and case.assigned_to_id == by.member.pk:
        Case.objects.filter(pk=case.pk).update(editing_until=now + OPEN_PAGE)


def release_due_holds(*, by: Actor, now: datetime, today: date) -> int:
    """Release what was held until a day that has come (夜間処理); return how many."""
    due = list(Case.objects.exclude(put_aside="").filter(put_aside_until__lte=today))
    for case in due:
        release(case, by=by, reason="保留の期限", now=now, seen=case.revision)
    return len(due)


def _own(act: str, case: Case, by: Actor, seen: int) -> Case:
    locked = begin(act, case, by=by, seen=seen)
    if by.member is None or locked.assigned_to_id != by.member.pk:
        raise Refusal(_("この申請の担当者ではありません。引き継いでから操作してください。"))
    return locked


def _save(
    locked: Case, action: str, *, by: Actor, reason: str, now: datetime, detail: dict[str, Any]
) -> Case:
    locked.revision += 1
    locked.save()
    write_down(locked, action, by=by, reason=reason, now=now, detail=detail)
    return locked
