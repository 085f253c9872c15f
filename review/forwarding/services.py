"""Forwarding (回送の実施): made, confirmed by somebody who decided nothing of it, sent once."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.attachments.queries import held_among
from review.audit.services import record_by
from review.cases.transitions import write_down
from review.errors import Refusal
from review.files import make_alone
from review.forwarding import queries, writing
from review.forwarding.models import ForwardedItem, Forwarding
from review.recipients.models import Recipient
from review.recipients.queries import municipality_named
from review.recipients.sealing import seal_for
from review.sources.models import Arrival
from review.staff.actors import Actor
from review.staff.roles import Role
from review.transfers.targets import Route

State = Forwarding.State
MOST = 2_000
FORWARDING_LOCK = 0x666F7277


def make_of_cases(municipality: str, *, by: Actor, reason: str, now: datetime) -> Forwarding:
    """Put the returns that wait for a municipality together."""
    with transaction.atomic():
        make_alone(FORWARDING_LOCK)
        waiting = queries.waiting_cases().filter(forwarded_to=municipality)
        cases = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")[:MOST])
        if not cases:
            raise Refusal(_("この市区町村に回送を待つ申告はありません。"))
        if shut := held_among(cases):
            numbers = "、".join(case.receipt_number for case in cases if case.pk in shut)
            text = _("開けない添付書類がある申告です。先に確かめてください: %(numbers)s")
            raise Refusal(text % {"numbers": numbers})
        items = [ForwardedItem(case=case) for case in cases]
        return _made(municipality, items, by=by, reason=reason, now=now)


def make_of_file(arrival: Arrival, *, by: Actor, reason: str, now: datetime) -> list[Forwarding]:
    """Put the lines of a payer's file together, one 回送 for each municipality."""
    with transaction.atomic():
        make_alone(FORWARDING_LOCK)
        locked = Arrival.objects.select_for_update(no_key=True).get(pk=arrival.pk)
        found = queries.waiting_lines(locked)
        if not found:
            raise Refusal(_("このファイルに回送を待つ行はありません。"))
        return [
            _made(
                _("市区町村コード %(code)s") % {"code": code},
                [ForwardedItem(arrival=locked, line=line) for line in lines],
                by=by,
                reason=reason,
                now=now,
            )
            for code, lines in found.items()
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
    """Confirm (確認) that these go there: neither who put them together nor who decided."""
    with transaction.atomic():
        locked = _locked(forwarding, State.PROPOSED)
        decided = set(locked.items.values_list("case__assigned_to__number", flat=True))
        if by.id == locked.made_by or by.id in decided:
            raise Refusal(
                _("回送を決めた人と、まとめた人は確認できません。ほかの職員が確認します。")
            )
        locked.state, locked.confirmed_by, locked.confirmed_at = State.CONFIRMED, by.id, now
        locked.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        _write_down(locked, "forwarding.confirmed", by=by, reason=reason, now=now)
    return locked


def drop(forwarding: Forwarding, *, by: Actor, reason: str, now: datetime) -> Forwarding:
    """Give a 回送 up before it is sent; its documents wait again."""
    with transaction.atomic():
        locked = _locked(forwarding, State.PROPOSED, State.CONFIRMED)
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
        locked = _locked(forwarding, State.CONFIRMED)
        if Role.NUMBER not in by.roles:
            raise Refusal(_("個人番号を含む資料です。個人番号の閲覧の権限が必要です。"))
        to = None if on_paper else _recipient(locked)
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
    subject = f"arrival:{item.arrival_id}"
    detail["line"] = item.line
    record_by(by, "source.sent_on", reason=reason, now=now, subject=subject, detail=detail)


def _locked(forwarding: Forwarding, *states: str) -> Forwarding:
    locked = Forwarding.objects.select_for_update().get(pk=forwarding.pk)
    if locked.state not in states:
        label = locked.get_state_display()
        raise Refusal(_("「%(state)s」の回送には、この操作はできません。") % {"state": label})
    return locked


def _write_down(
    forwarding: Forwarding, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    about = {"municipality": forwarding.municipality, "count": forwarding.count, **detail}
    record_by(by, action, reason=reason, now=now, subject=forwarding.subject, detail=about)
