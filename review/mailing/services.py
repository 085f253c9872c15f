"""Lists of targets (送付対象の一覧): made with the order, put right by hand, decided by another."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.levy.models import YearPerson
from review.mailing.employers import list_employers
from review.mailing.models import LeftOut, Target
from review.mailing.residents import list_residents
from review.notices.models import Order
from review.notices.orders import propose_order
from review.staff.actors import Actor

Kind = Order.Kind


def propose_list(kind: str, tax_year: str, *, by: Actor, reason: str, now: datetime) -> Order:
    """List who is to be sent a form, and put the list before a second person."""
    with transaction.atomic():
        order = propose_order(kind, tax_year, by=by, reason=reason, now=now)
        if kind == Kind.RETURN_FORM and not _has_basics(tax_year):
            raise Refusal(
                _("新年度個人基本がまだありません。当初賦課の画面で作成してから起案してください。")
            )
        if kind == Kind.RETURN_FORM:
            list_residents(order)
        else:
            list_employers(order, timezone.localdate(now))
        counts = counts_of(order)
        if not counts[""]:
            raise Refusal(_("送付の対象がありません。前年度の資料と規則を確かめてください。"))
        told = {name or "to_send": count for name, count in counts.items()}
        detail = {"kind": kind, "tax_year": tax_year, "counts": told}
        subject = f"notice-order:{order.pk}"
        record_by(by, "mailing.listed", reason=reason, now=now, subject=subject, detail=detail)
    return order


def leave_out(target: Target, *, by: Actor, reason: str, now: datetime) -> Target:
    """Take one off the list by hand (送付しない), or put back whom a hand took off."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=target.order_id)
        locked = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
        if order.state != Order.State.PROPOSED:
            raise Refusal(_("確認されたか取りやめられた一覧は、変えられません。"))
        if locked.left_out not in ("", LeftOut.BY_HAND):
            raise Refusal(_("規則で送付しない人は、ここでは変えられません。"))
        off = not locked.left_out
        locked.left_out, locked.left_out_by = (LeftOut.BY_HAND, by.id) if off else ("", "")
        locked.save(update_fields=["left_out", "left_out_by"])
        action = "mailing.left_out" if off else "mailing.put_back"
        person = locked.addressee
        record_by(
            by,
            action,
            reason=reason,
            now=now,
            subject=f"notice-order:{order.pk}",
            addressee_number=person.number if person else "",
            four_attributes=person.four_attributes if person else {},
            detail={"target": locked.pk},
        )
    return locked


def counts_of(order: Order) -> Counter[str]:
    """Return how many are left out for which reason; under "" those who are sent a form."""
    rows = order.targets.values_list("left_out").annotate(n=Count("pk"))
    return Counter(dict(rows))


def counts_by_reason(order: Order) -> Counter[str]:
    """Return for how many of those who are sent a form each reason holds; some have several."""
    rows = order.targets.filter(left_out="").values_list("reasons").annotate(n=Count("pk"))
    found: Counter[str] = Counter()
    for reasons, count in rows:
        found.update(dict.fromkeys(reasons, count))
    return found


def _has_basics(tax_year: str) -> bool:
    return YearPerson.objects.filter(tax_year=tax_year).exists()
