"""Moving a case (状態の変更): the one function that locks, checks, writes and tells."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.cases.clock import after_pause
from review.cases.models import Case
from review.cases.outward import report
from review.cases.states import State, may_move
from review.errors import Refusal, Stale
from review.staff.actors import Actor

# What every move ends: the batch's appointments, a 保留, the hold of an open page.
CLEARED: dict[str, Any] = {
    "due_at": None,
    "attempts": 0,
    "trouble": "",
    "put_aside": "",
    "put_aside_until": None,
    "editing_until": None,
}


def lock(case: Case, *, seen: int | None = None) -> Case:
    """Return the case's row, locked; `seen` is the revision that the actor's page showed."""
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if seen is not None and seen != locked.revision:
        raise Stale(
            _("ほかの人がこの申請を変更しました。画面を開き直して、いまの内容を確かめてください。")
        )
    return locked


def advance(
    case: Case,
    to: State,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    seen: int | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """Move a case to `to`: state, audit entry and message to the resident in one transaction.

    `changes` are fields that go with the state; `note` is for the resident. Raises Refusal where
    the table does not allow the way to this actor, Stale where the page was old.
    """
    with transaction.atomic():
        locked = lock(case, seen=seen)
        move(locked, to, by=by, reason=reason, now=now, note=note, detail=detail, **changes)
        locked.save()
    return locked


def move(
    locked: Case,
    to: State,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    note: str = "",
    detail: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Do what `advance` does with a row that the caller's transaction holds, but for saving it."""
    source = State(locked.state)
    if not may_move(source, to, by.roles_in(locked.procedure)):
        raise Refusal(
            _("「%(source)s」の申請を「%(target)s」にすることはできません。")
            % {"source": source.label, "target": to.label}
        )
    for name, value in {**CLEARED, **changes}.items():
        setattr(locked, name, value)
    run_clock(locked, stands=to == State.CORRECTION_REQUESTED, now=now)
    locked.state = to
    locked.state_changed_at = now
    locked.revision += 1
    report(locked, by=by.id, now=now, note=note)
    about = {"from": source.value, "to": to.value, **(detail or {})}
    write_down(locked, "case.state", by=by, reason=reason, now=now, detail=about)


def run_clock(case: Case, *, stands: bool, now: datetime) -> None:
    """Stop the working-day clock (補正待ち・保留), or let it run on and move the 処理期限."""
    if stands:
        case.paused_at = case.paused_at or now
    elif case.paused_at:
        case.target_at = after_pause(case.target_at, paused_at=case.paused_at, resumed_at=now)
        case.paused_at = None


def write_down(
    case: Case,
    action: str,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an audit entry about a case, with its person where the person is known."""
    person = case.addressee
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=case.subject,
        addressee_number=person.number if person else "",
        four_attributes=person.four_attributes if person else {},
        detail=detail,
    )
