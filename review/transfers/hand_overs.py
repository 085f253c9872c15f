"""Hand-overs to contractors (受託者への引渡し・預り証): what went, its receipt, how it ended."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor
from review.transfers.models import HandOver

State = HandOver.State
NUMBER_LOCK = 0x68616E64


def hand_over(given: dict[str, Any], *, by: Actor, now: datetime) -> HandOver:
    """Write down what a contractor received, with the number of its receipt (預り証)."""
    if given["handed_on"] > timezone.localdate(now):
        raise Refusal(_("引渡日は、今日までの日にしてください。"))
    if given["due_on"] < given["handed_on"]:
        raise Refusal(_("返還・消去の期限は、引渡日以後の日にしてください。"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
        made = HandOver.objects.create(
            **given,
            number=(HandOver.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            handed_by=by.id,
            entered_at=now,
        )
        _log(made, "hand_over.made", by, now)
    return made


def finish(
    row: HandOver, *, state: str, ended_on: date, evidence: str, by: Actor, now: datetime
) -> HandOver:
    """Write down that a contractor returned or erased what it had: another person's act."""
    with transaction.atomic():
        locked = HandOver.objects.select_for_update().get(pk=row.pk)
        if locked.state != State.OPEN:
            raise Refusal(_("この引渡しは、すでに終わっています。"))
        if locked.handed_by == by.id:
            raise Refusal(_("自分が引き渡したものは、別の職員が確認します。"))
        if not locked.handed_on <= ended_on <= timezone.localdate(now):
            raise Refusal(_("返還・消去の日は、引渡日から今日までの日にしてください。"))
        locked.state, locked.ended_on = state, ended_on
        locked.evidence, locked.ended_by = evidence, by.id
        locked.save()
        _log(locked, "hand_over.ended", by, now)
    return locked


def _log(row: HandOver, action: str, by: Actor, now: datetime) -> None:
    detail = {"contractor": row.contractor, "receipt": row.receipt, "state": row.state}
    reason = "受託者への引渡し"
    record_by(by, action, reason=reason, now=now, subject=f"hand-over:{row.number}", detail=detail)
