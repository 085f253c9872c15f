"""Holds (消去の保留): set with a reason by one person, ended by another."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from filing.numbers import normalise_receipt_number
from review.addressees.models import Addressee
from review.audit.services import record_by
from review.cases.models import Case
from review.errors import Refusal
from review.retention.models import Hold
from review.staff.actors import Actor


def set_hold(
    *, kind: str, subject: str, reason: str, until: date | None, by: Actor, now: datetime
) -> Hold:
    """Keep everything of a person (宛名番号) or one filing (受付番号) from erasure."""
    with transaction.atomic():
        hold = Hold.objects.create(
            kind=kind, reason=reason, until=until, set_by=by.id, set_at=now, **_names(subject)
        )
        _log(hold, "retention.hold_set", by, now)
    return hold


def end_hold(hold: Hold, *, by: Actor, now: datetime) -> Hold:
    """End a hold. Never one's own: what it kept may go at the next run."""
    with transaction.atomic():
        row = Hold.objects.select_for_update().get(pk=hold.pk)
        if row.ended_at:
            raise Refusal(_("この保留は、もう解除されています。"))
        if row.set_by == by.id:
            raise Refusal(_("自分が設定した保留は解除できません。別の職員が解除してください。"))
        row.ended_by, row.ended_at = by.id, now
        row.save(update_fields=["ended_by", "ended_at"])
        _log(row, "retention.hold_ended", by, now)
    return row


def _names(subject: str) -> dict[str, str]:
    """Return which of the two a typed number is; Refusal where the city knows neither."""
    number = subject.strip()
    if Addressee.objects.filter(number=number).exists():
        return {"addressee_number": number}
    receipt = normalise_receipt_number(number)
    if Case.objects.filter(receipt_number=receipt).exists():
        return {"receipt_number": receipt}
    raise Refusal(_("この宛名番号または受付番号は見つかりません。番号を確認してください。"))


def _log(hold: Hold, action: str, by: Actor, now: datetime) -> None:
    record_by(
        by,
        action,
        reason=hold.reason,
        now=now,
        addressee_number=hold.addressee_number,
        subject=f"hold:{hold.receipt_number or hold.addressee_number}",
    )
