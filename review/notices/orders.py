"""Orders (発行の起案): proposed by one, confirmed by another; a worker makes the notices."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.assessment.preparing import Employer
from review.audit.services import record_by
from review.errors import Refusal
from review.notices.models import Channel, Order, PrintFile
from review.staff.actors import Actor

State, Kind = Order.State, Order.Kind
OPEN = (State.PROPOSED, State.CONFIRMED)
BY_ELTAX = (Kind.SALARY, Kind.SALARY_CHANGE, Kind.REISSUE)


def propose_order(
    kind: str,
    tax_year: str,
    *,
    channel: str = Channel.PAPER,
    employer: Employer | None = None,
    by: Actor,
    reason: str,
    now: datetime,
) -> Order:
    """Put before a second person that notices of a kind be made, of all or of one employer."""
    if channel == Channel.ELTAX and kind not in BY_ELTAX:
        raise Refusal(
            _("eLTAXで送れるのは、特別徴収税額の通知書だけです。送り方を選び直してください。")
        )
    with transaction.atomic():
        if Order.objects.filter(kind=kind, tax_year=tax_year, state__in=OPEN).exists():
            raise Refusal(_("この種類の発行が、まだ終わっていません。確認か作成を待ってください。"))
        order = Order.objects.create(
            kind=kind,
            tax_year=tax_year,
            channel=channel,
            employer=employer.name if employer else "",
            employer_number=employer.number if employer else "",
            proposed_by=by.id,
            proposed_at=now,
        )
        _write_down(order, "notices.proposed", by=by, reason=reason, now=now)
    return order


def propose_reissue(
    file: PrintFile, *, channel: str, by: Actor, reason: str, now: datetime
) -> Order:
    """Put before a second person that a whole file be made again (再発行), under new numbers."""
    of_employers = file.documents.filter(kind__in=("employer", "employer_change")).exists()
    if channel == Channel.ELTAX and not of_employers:
        raise Refusal(
            _("eLTAXで送れるのは、特別徴収税額の通知書だけです。送り方を選び直してください。")
        )
    with transaction.atomic():
        PrintFile.objects.select_for_update(no_key=True).get(pk=file.pk)
        if Order.objects.filter(origin=file, state__in=OPEN).exists():
            raise Refusal(_("このファイルの再発行が、まだ終わっていません。"))
        order = Order.objects.create(
            kind=Kind.REISSUE,
            tax_year=file.tax_year,
            channel=channel,
            origin=file,
            proposed_by=by.id,
            proposed_at=now,
        )
        _write_down(order, "notices.proposed", by=by, reason=reason, now=now, origin=file.name)
    return order


def confirm_order(order: Order, *, by: Actor, reason: str, now: datetime) -> Order:
    """Confirm another person's order: the notices are made from now on."""
    with transaction.atomic():
        locked = _locked(order)
        if locked.proposed_by == by.id:
            raise Refusal(_("自分が起案した発行を自分で確認することはできません。"))
        if locked.targets.filter(left_out_by=by.id).exists():
            raise Refusal(_("自分が一覧から外した人がいます。ほかの職員が確認します。"))
        locked.state, locked.confirmed_by, locked.confirmed_at = State.CONFIRMED, by.id, now
        locked.save()
        _write_down(locked, "notices.confirmed", by=by, reason=reason, now=now)
    return locked


def drop_order(order: Order, *, by: Actor, reason: str, now: datetime) -> Order:
    """Drop an order that nobody has confirmed yet."""
    with transaction.atomic():
        locked = _locked(order)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])
        _write_down(locked, "notices.dropped", by=by, reason=reason, now=now)
    return locked


def _locked(order: Order) -> Order:
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if locked.state != State.PROPOSED:
        raise Refusal(_("この発行は、すでに確認されたか取りやめられています。"))
    return locked


def _write_down(
    order: Order, action: str, *, by: Actor, reason: str, now: datetime, **more: Any
) -> None:
    detail = {"kind": order.kind, "tax_year": order.tax_year, "channel": order.channel, **more}
    if order.employer_number:
        detail["employer"] = order.employer_number
    subject = f"notice-order:{order.pk}"
    record_by(by, action, reason=reason, now=now, subject=subject, detail=detail)
