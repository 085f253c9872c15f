"""Incidents (事故の記録): written down, what was done about them, closed by another person."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.incidents.models import Incident, Step
from review.incidents.procedure import missing
from review.staff.actors import Actor

State = Incident.State
NUMBER_LOCK = 0x696E6364
REASON = "事故への対応"


def write(*, found_at: datetime, by: Actor, now: datetime, **facts: Any) -> Incident:
    """Write an incident down; the days for reports run from when the office knew."""
    if found_at > now:
        raise Refusal(_("知った日時は、今より前にしてください。"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
        made = Incident.objects.create(
            number=(Incident.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            found_at=found_at,
            written_by=by.id,
            written_at=now,
            **facts,
        )
        _log(made, "incident.written", by, now)
    return made


def do(incident: Incident, *, kind: str, what: str, by: Actor, now: datetime) -> Step:
    """Write down what was done about an incident (対応)."""
    with transaction.atomic():
        locked = _open(incident)
        made = Step.objects.create(incident=locked, kind=kind, what=what, done_at=now, by=by.id)
        _log(locked, "incident.step", by, now, kind=kind)
    return made


def close(incident: Incident, *, by: Actor, now: datetime) -> Incident:
    """Close an incident: never one's own, and not before every step is written down."""
    with transaction.atomic():
        locked = _open(incident)
        if locked.written_by == by.id:
            raise Refusal(_("自分が記録した事故は終了できません。別の職員が終了してください。"))
        left = missing(locked, now)
        if left:
            raise Refusal(_("まだ記録されていない対応: %(steps)s") % {"steps": "、".join(left)})
        locked.state, locked.closed_by, locked.closed_at = State.CLOSED, by.id, now
        locked.save(update_fields=["state", "closed_by", "closed_at"])
        _log(locked, "incident.closed", by, now)
    return locked


def _open(incident: Incident) -> Incident:
    row = Incident.objects.select_for_update().get(pk=incident.pk)
    if row.state != State.OPEN:
        raise Refusal(_("この事故への対応は、もう終了しています。"))
    return row


def _log(row: Incident, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    subject = f"incident:{row.number}"
    record_by(by, action, reason=REASON, now=now, subject=subject, detail=detail)
