"""Requests of the person concerned (本人の請求): written down, allowed by another, answered."""

import hashlib
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.addressees.visibility import visible
from review.audit.services import record_by
from review.errors import Refusal
from review.rights.disclosure import bundle
from review.rights.models import RightsRequest
from review.staff.actors import Actor

Kind, State = RightsRequest.Kind, RightsRequest.State
NUMBER_LOCK = 0x72696768


def request(
    *, kind: str, addressee_number: str, received_on: date, asked: str, by: Actor, now: datetime
) -> RightsRequest:
    """Write down what a person asks for (請求の受付)."""
    people = visible(Addressee.objects.all(), by.member)
    person = people.filter(number=addressee_number.strip()).first()
    if person is None:
        raise Refusal(_("この宛名番号は見つかりません。番号を確認してください。"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
        made = RightsRequest.objects.create(
            number=(RightsRequest.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            kind=kind,
            addressee=person,
            received_on=received_on,
            asked=asked,
            requested_by=by.id,
            requested_at=now,
        )
        _log(made, "rights.requested", by, now)
    return made


def approve(row: RightsRequest, *, by: Actor, now: datetime) -> RightsRequest:
    """Allow somebody else's request (決定). A stop of use is in force from here."""
    with transaction.atomic():
        locked = _locked(row, State.REQUESTED)
        if locked.requested_by == by.id:
            raise Refusal(_("自分が受け付けた請求は承認できません。別の職員が承認してください。"))
        stops = locked.kind == Kind.STOP
        if stops and is_stopped(locked.addressee):
            raise Refusal(_("この人には、もう利用停止がかかっています。"))
        locked.state = State.IN_FORCE if stops else State.APPROVED
        locked.approved_by, locked.approved_at = by.id, now
        locked.save()
        _log(locked, "rights.approved", by, now)
    return locked


def refuse(row: RightsRequest, *, answer: str, by: Actor, now: datetime) -> RightsRequest:
    """Decide against a request, with the reason (不開示などの決定). Never one's own."""
    with transaction.atomic():
        locked = _locked(row, State.REQUESTED)
        if locked.requested_by == by.id:
            raise Refusal(_("自分が受け付けた請求は決定できません。別の職員が決定してください。"))
        locked.approved_by, locked.approved_at = by.id, now
        return _answered(locked, State.REFUSED, answer, "rights.refused", by, now)


def answer(row: RightsRequest, *, answer: str, by: Actor, now: datetime) -> RightsRequest:
    """Record what was corrected (訂正), or lift a stop of use (利用停止の解除)."""
    with transaction.atomic():
        locked = _locked(row, State.APPROVED, State.IN_FORCE)
        if locked.kind == Kind.DISCLOSURE:
            raise Refusal(_("開示は、ファイルを受け取ると処理済みになります。"))
        if locked.kind == Kind.STOP and locked.approved_by == by.id:
            raise Refusal(_("自分が承認した利用停止は解除できません。別の職員が解除してください。"))
        return _answered(locked, State.ANSWERED, answer, "rights.answered", by, now)


def take(row: RightsRequest, *, by: Actor, now: datetime) -> bytes:
    """Return the disclosure's file (開示), once, to whoever wrote the request down."""
    with transaction.atomic():
        locked = _locked(row, State.APPROVED)
        if locked.kind != Kind.DISCLOSURE:
            raise Refusal(_("この請求に、受け取るファイルはありません。"))
        if locked.requested_by != by.id:
            raise Refusal(_("請求を受け付けた本人だけが受け取ることができます。"))
        content = bundle.write(locked.addressee, locked, now=now)
        locked.sha256 = hashlib.sha256(content).hexdigest()
        _answered(locked, State.ANSWERED, _("ファイルを受け取りました。"), "rights.taken", by, now)
    return content


def is_stopped(person: Addressee) -> bool:
    """Tell whether a stop of use (利用停止) is in force for a person."""
    return RightsRequest.objects.filter(addressee=person, state=State.IN_FORCE).exists()


def stopped_people() -> frozenset[UUID]:
    """Return everybody for whom a stop of use (利用停止) is in force: few, at any time."""
    stops = RightsRequest.objects.filter(state=State.IN_FORCE)
    return frozenset(stops.values_list("addressee_id", flat=True))


def refuse_stopped(person: Addressee) -> None:
    """Raise Refusal where the person's data must not be used now."""
    if is_stopped(person):
        raise Refusal(_("この人には利用停止がかかっています。解除されるまで処理できません。"))


def _answered(
    row: RightsRequest, state: str, answer: str, action: str, by: Actor, now: datetime
) -> RightsRequest:
    row.state, row.answer, row.answered_by, row.answered_at = state, answer, by.id, now
    row.save()
    _log(row, action, by, now)
    return row


def _locked(row: RightsRequest, *states: str) -> RightsRequest:
    found = RightsRequest.objects.select_for_update(of=("self",)).select_related("addressee")
    locked = found.get(pk=row.pk)
    if locked.state not in states:
        raise Refusal(
            _("この請求は、いま「%(state)s」です。画面を読み直してください。")
            % {"state": locked.get_state_display()}
        )
    return locked


def _log(row: RightsRequest, action: str, by: Actor, now: datetime) -> None:
    record_by(
        by,
        action,
        reason=f"本人の請求: {row.get_kind_display()}",
        now=now,
        addressee_number=row.addressee.number,
        four_attributes=row.addressee.four_attributes,
        subject=f"rights:{row.number}",
        detail={"sha256": row.sha256, "to": "本人"} if row.sha256 else {},
    )
