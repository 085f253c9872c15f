"""Disposals (廃棄): asked for, allowed by another, reported by whoever saw it done."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.retention.models import Disposal
from review.retention.runs import lock_runs
from review.staff.actors import Actor

State = Disposal.State


def request(*, by: Actor, now: datetime, **facts: Any) -> Disposal:
    """Ask for a disposal (廃棄の申請)."""
    with transaction.atomic():
        lock_runs()
        made = Disposal.objects.create(
            number=(Disposal.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            requested_by=by.id,
            requested_at=now,
            **facts,
        )
        _log(made, "disposal.requested", by, now)
    return made


def approve(disposal: Disposal, *, by: Actor, now: datetime) -> Disposal:
    """Allow somebody else's disposal (承認)."""
    with transaction.atomic():
        row = _locked(disposal, State.REQUESTED)
        if row.requested_by == by.id:
            raise Refusal(_("自分が申請した廃棄は承認できません。別の職員が承認してください。"))
        row.state, row.approved_by, row.approved_at = State.APPROVED, by.id, now
        row.save()
        _log(row, "disposal.approved", by, now)
    return row


def refuse(disposal: Disposal, *, by: Actor, now: datetime) -> Disposal:
    """Drop a disposal that has not been reported (取りやめ)."""
    with transaction.atomic():
        row = _locked(disposal, State.REQUESTED, State.APPROVED)
        row.state = State.REFUSED
        # Its clock of keeping runs from the end of the matter.
        row.reported_at = now
        row.save()
        _log(row, "disposal.refused", by, now)
    return row


def report(
    disposal: Disposal, *, done_on: date, done_by: str, report: str, by: Actor, now: datetime
) -> Disposal:
    """Record when, by whom and how it was done (廃棄の報告)."""
    with transaction.atomic():
        row = _locked(disposal, State.APPROVED)
        approved_on = row.approved_at.date() if row.approved_at else done_on
        if not approved_on <= done_on <= now.date():
            raise Refusal(_("廃棄した日は、承認の日から今日までの日付にしてください。"))
        row.done_on, row.done_by, row.report = done_on, done_by, report
        row.state, row.reported_by, row.reported_at = State.REPORTED, by.id, now
        row.save()
        _log(row, "disposal.reported", by, now)
    return row


def _locked(disposal: Disposal, *states: str) -> Disposal:
    row = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if row.state not in states:
        raise Refusal(
            _("この廃棄は、いま「%(state)s」です。画面を読み直してください。")
            % {"state": row.get_state_display()}
        )
    return row


def _log(row: Disposal, action: str, by: Actor, now: datetime) -> None:
    record_by(by, action, reason="廃棄", now=now, subject=f"disposal:{row.number}")
