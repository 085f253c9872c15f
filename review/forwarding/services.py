"""Forwarding (回送の実施): made, confirmed by somebody who decided nothing of it, sent once."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from review.attachments.queries import held_among
from review.audit.services import record_by
from review.cases.models import Case
from review.cases.states import State as CaseState
from review.cases.transitions import advance, write_down
from review.deciding import allow, locked_in
from review.errors import Refusal
from review.files import make_alone
from review.forwarding import queries, writing
from review.forwarding.decisions import STANDING
from review.forwarding.models import ForwardedItem, Forwarding, ForwardingDecision
from review.recipients.models import Recipient
from review.recipients.queries import municipality_named
from review.recipients.sealing import seal_for
from review.sources.models import Arrival, Entry
from review.staff.actors import Actor
from review.staff.roles import Role
from review.transfers.targets import Route

State = Forwarding.State
MOST = 2_000
FORWARDING_LOCK = 0x666F7277


def make_of_decided(municipality: str, *, by: Actor, reason: str, now: datetime) -> Forwarding:
    """Put together what was decided to go to a municipality: returns, and documents of files."""
    with transaction.atomic():
        make_alone(FORWARDING_LOCK)
        waiting = queries.waiting_decisions().filter(municipality=municipality)
        chosen = waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")[:MOST]
        decisions = list(chosen.select_related("case", "entry"))
        if not decisions:
            raise Refusal(_("この市区町村に回送を待つ資料はありません。"))
        if shut := held_among([decision.case for decision in decisions if decision.case]):
            cases = (decision.case for decision in decisions if decision.case_id in shut)
            numbers = "、".join(case.receipt_number for case in cases if case)
            text = _("開けない添付書類がある申告です。先に確かめてください: %(numbers)s")
            raise Refusal(text % {"numbers": numbers})
        items = [_item(decision) for decision in decisions]
        return _made(municipality, items, by=by, reason=reason, now=now)


def _item(decision: ForwardingDecision) -> ForwardedItem:
    if decision.case:
        return ForwardedItem(case=decision.case)
    assert decision.entry is not None
    return ForwardedItem(arrival=decision.entry.arrival, line=decision.entry.line)


def make_of_file(arrival: Arrival, *, by: Actor, reason: str, now: datetime) -> list[Forwarding]:
    """Put the lines of a file together, one 回送 for each municipality."""
    with transaction.atomic():
        make_alone(FORWARDING_LOCK)
        locked = Arrival.objects.select_for_update(no_key=True).get(pk=arrival.pk)
        found = queries.waiting_lines(locked)
        if not found:
            raise Refusal(_("このファイルに回送を待つ行はありません。"))
        return [
            _made(
                name,
                [ForwardedItem(arrival=locked, line=line) for line in lines],
                by=by,
                reason=reason,
                now=now,
            )
            for name, lines in found.items()
        ]


def _made(
    municipality: str, items: list[ForwardedItem], *, by: Actor, reason: str, now: datetime
) -> Forwarding:
    made = Forwarding.objects.create(
        municipality=municipality, count=len(items), made_at=now, made_by=by.id
    )
    for item in items:
        item.forwarding = made
    ForwardedItem.objects.bulk_create(items)
    _write_down(made, "forwarding.made", by=by, reason=reason, now=now)
    return made


def confirm(forwarding: Forwarding, *, by: Actor, reason: str, now: datetime) -> Forwarding:
    """Confirm (確認) that these go there: neither who put them together nor who proposed any."""
    with transaction.atomic():
        locked = locked_in(forwarding, State.PROPOSED)
        if _decisions(locked).filter(proposed_by=by.id).exists():
            raise Refusal(_("自分が起案した回送があります。ほかの職員が確認します。"))
        allow(locked, by=by, now=now)
        _write_down(locked, "forwarding.confirmed", by=by, reason=reason, now=now)
    return locked


def drop(forwarding: Forwarding, *, by: Actor, reason: str, now: datetime) -> Forwarding:
    """Give a 回送 up before it is sent; its documents wait again."""
    with transaction.atomic():
        locked = locked_in(forwarding, State.PROPOSED, State.CONFIRMED)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])
        locked.items.update(holds=False)
        _write_down(locked, "forwarding.dropped", by=by, reason=reason, now=now)
    return locked


def send(
    forwarding: Forwarding,
    *,
    on_paper: bool = False,
    by: Actor,
    reason: str,
    now: datetime,
) -> tuple[str, bytes]:
    """Return name and content, once (回送); an entry for each person and document.

    The documents go as they came and so with 個人番号: who takes them may see numbers. A file is
    sealed for its municipality; one that is printed here and sent by post is not.
    """
    with transaction.atomic():
        locked = locked_in(forwarding, State.CONFIRMED)
        if Role.NUMBER not in by.roles:
            raise Refusal(_("個人番号を含む資料です。個人番号の閲覧の権限が必要です。"))
        to = None if on_paper else _recipient(locked)
        _close_cases(locked, by=by, reason=reason, now=now)
        content = writing.write(locked, at=now)
        locked.state, locked.sent_at = State.SENT, now
        locked.sha256 = hashlib.sha256(content).hexdigest()
        locked.save(update_fields=["state", "sent_at", "sha256"])
        for item in locked.items.select_related("case__addressee").order_by("pk"):
            _write_item(locked, item, by=by, reason=reason, now=now)
        detail = {"sha256": locked.sha256, "route": Route.POST if on_paper else Route.MEDIUM}
        given = writing.name_of(locked), content
        if to is not None:
            sealed = seal_for(to, *given, count=locked.count, at=now)
            given, detail = sealed.bundle, detail | {"to": to.name} | sealed.logged
        _write_down(locked, "forwarding.sent", by=by, reason=reason, now=now, **detail)
    return given


def _recipient(forwarding: Forwarding) -> Recipient:
    to = municipality_named(forwarding.municipality)
    if to is None or not to.pem:
        text = _(
            "回送先「%(name)s」の公開鍵が登録されていません。"
            "引渡し先に登録するか、紙で送ってください。"
        )
        raise Refusal(text % {"name": forwarding.municipality})
    return to


def _decisions(forwarding: Forwarding) -> QuerySet[ForwardingDecision]:
    """Return the standing decisions by which the documents of a 回送 go."""
    items = forwarding.items.filter(
        arrival=OuterRef("entry__arrival"), line=OuterRef("entry__line")
    )
    of_these = Q(case__forwarded_items__forwarding=forwarding) | Exists(items)
    return ForwardingDecision.objects.filter(of_these, STANDING)


def _close_cases(forwarding: Forwarding, *, by: Actor, reason: str, now: datetime) -> None:
    """Close the returns of a 回送 (回送), and tell their residents where they went."""
    cases = Case.objects.filter(forwarded_items__forwarding=forwarding)
    moved = cases.exclude(state__in=(CaseState.IN_REVIEW, CaseState.FORWARDED))
    if numbers := "、".join(moved.values_list("receipt_number", flat=True)):
        text = _("審査中でなくなった申請があります。取りやめてまとめ直してください: %(numbers)s")
        raise Refusal(text % {"numbers": numbers})
    name = forwarding.municipality
    for case in cases.filter(state=CaseState.IN_REVIEW).order_by("pk"):
        advance(
            case,
            CaseState.FORWARDED,
            by=by,
            reason=reason,
            now=now,
            note=_("回送先 %(name)s") % {"name": name},
            detail={"municipality": name},
            forwarded_to=name,
        )


def _write_item(
    forwarding: Forwarding, item: ForwardedItem, *, by: Actor, reason: str, now: datetime
) -> None:
    detail: dict[str, Any] = {
        "forwarding": forwarding.number,
        "municipality": forwarding.municipality,
    }
    if item.case is not None:
        write_down(item.case, "case.sent_on", by=by, reason=reason, now=now, detail=detail)
        return
    assert item.line is not None
    detail["line"] = item.line
    entry = Entry.objects.filter(arrival=item.arrival_id, line=item.line).first()
    person = entry.addressee if entry else None
    record_by(
        by,
        "source.sent_on",
        reason=reason,
        now=now,
        subject=f"arrival:{item.arrival_id}",
        addressee_number=person.number if person else "",
        four_attributes=person.four_attributes if person else {},
        detail=detail,
    )


def _write_down(
    forwarding: Forwarding, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    about = {"municipality": forwarding.municipality, "count": forwarding.count, **detail}
    record_by(by, action, reason=reason, now=now, subject=forwarding.subject, detail=about)
