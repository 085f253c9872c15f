"""Deciding to forward (回送の決定): one proposes, another decides, and back until it is sent."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.cases.models import Case
from review.cases.rules import begin
from review.cases.states import State
from review.cases.transitions import lock
from review.deciding import decide as decide_proposal
from review.errors import Refusal
from review.forwarding.models import ForwardedItem, Forwarding, ForwardingDecision
from review.sources.models import Entry
from review.staff.actors import Actor

Decided = ForwardingDecision.State
LIVE = ~Q(state=Decided.DROPPED) & Q(retracted_at__isnull=True)
STANDING = Q(state=Decided.DECIDED, retracted_at__isnull=True)


def propose_case(
    case: Case, *, by: Actor, reason: str, now: datetime, seen: int, municipality: str
) -> ForwardingDecision:
    """Propose to pass a return on to the municipality of 1 January; it stays under review."""
    with transaction.atomic():
        locked = begin("forward", case, by=by, seen=seen)
        if not locked.forward:
            raise Refusal(_("1月1日の住所が市内のため、回送の対象ではありません。"))
        if locked.assigned_to_id and (by.member is None or locked.assigned_to_id != by.member.pk):
            raise Refusal(_("この申請の担当者ではありません。引き継いでから操作してください。"))
        made = _propose(by, reason, now, municipality, case=locked)
        locked.revision += 1
        locked.save(update_fields=["revision"])
    return made


def propose_entry(
    entry: Entry, *, by: Actor, reason: str, now: datetime, municipality: str
) -> ForwardingDecision:
    """Propose to pass a document of a file on (国税連携・給報・年報の資料)."""
    with transaction.atomic():
        locked = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        _refuse_replaced(locked)
        return _propose(by, reason, now, municipality, entry=locked)


def _refuse_replaced(entry: Entry) -> None:
    if not entry.current:
        raise Refusal(_("訂正または取消された資料です。新しい資料を回送してください。"))


def _propose(
    by: Actor, reason: str, now: datetime, municipality: str, **of: Any
) -> ForwardingDecision:
    if ForwardingDecision.objects.filter(LIVE, **of).exists():
        raise Refusal(_("この資料の回送は、すでに起案されています。"))
    made = ForwardingDecision.objects.create(
        **of, municipality=municipality, why=reason[:300], proposed_by=by.id, proposed_at=now
    )
    _write_down(made, "forwarding.proposed", by=by, reason=reason, now=now)
    return made


def decide(
    decision: ForwardingDecision, *, by: Actor, reason: str, now: datetime
) -> ForwardingDecision:
    """Decide another person's proposal: the document waits for a 回送 to its municipality."""
    with transaction.atomic():
        if decision.case and lock(decision.case).state != State.IN_REVIEW:
            raise Refusal(_("この申請は審査中ではありません。回送を決めることはできません。"))
        if decision.entry_id:
            _refuse_replaced(Entry.objects.get(pk=decision.entry_id))
        locked = decide_proposal(decision, Decided.DECIDED, by=by, now=now)
        _write_down(locked, "forwarding.decided", by=by, reason=reason, now=now)
    return locked


def drop(
    decision: ForwardingDecision, *, by: Actor, reason: str, now: datetime
) -> ForwardingDecision:
    """Drop a proposal that nobody has decided yet."""
    with transaction.atomic():
        locked = decide_proposal(decision, Decided.DROPPED, by=by, now=now)
        _write_down(locked, "forwarding.not_decided", by=by, reason=reason, now=now)
    return locked


def retract(
    decision: ForwardingDecision, *, by: Actor, reason: str, now: datetime
) -> ForwardingDecision:
    """Take a decision back (決定の取消し) while its document has not left in a 回送."""
    with transaction.atomic():
        locked = ForwardingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        if locked.state != Decided.DECIDED or locked.retracted_at:
            raise Refusal(_("決定されていない回送は取り消せません。"))
        held = _items_of(locked).select_related("forwarding").first()
        if held and held.forwarding.state == Forwarding.State.SENT:
            raise Refusal(_("すでに回送しました。回送先に連絡してください。"))
        if held:
            text = _("回送%(n)dにまとめられています。先にその回送を取りやめてください。")
            raise Refusal(text % {"n": held.forwarding_id})
        locked.retracted_at, locked.retracted_by = now, by.id
        locked.save(update_fields=["retracted_at", "retracted_by"])
        _write_down(locked, "forwarding.retracted", by=by, reason=reason, now=now)
    return locked


def _items_of(decision: ForwardingDecision) -> QuerySet[ForwardedItem]:
    if decision.case_id:
        return ForwardedItem.objects.filter(holds=True, case=decision.case_id)
    entry = decision.entry
    assert entry is not None
    return ForwardedItem.objects.filter(holds=True, arrival=entry.arrival_id, line=entry.line)


def _write_down(
    decision: ForwardingDecision, action: str, *, by: Actor, reason: str, now: datetime
) -> None:
    about = decision.case or decision.entry
    assert about is not None
    person = about.addressee
    subject = decision.case.subject if decision.case else f"source-entry:{decision.entry_id}"
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=subject,
        addressee_number=person.number if person else "",
        four_attributes=person.four_attributes if person else {},
        detail={"municipality": decision.municipality},
    )
