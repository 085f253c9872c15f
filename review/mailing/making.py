"""Making the forms of a confirmed list (総括表・申告書の作成), a batch at a time."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from review.levy.models import YearPerson
from review.mailing import contents
from review.mailing.models import LeftOut, Target
from review.notices.models import IssuedDocument, Order
from review.rights.services import stopped_people

_MADE = IssuedDocument.objects.filter(target=OuterRef("pk"), first_issue=None)


def waiting(order: Order) -> QuerySet[Target]:
    """Return the targets of an order whose form is not made yet."""
    return Target.objects.filter(~Exists(_MADE), order=order, left_out="")


def next_forms(order: Order, batch: int, day: date) -> list[IssuedDocument]:
    """Return the next forms, not stored yet; another worker's targets are passed over.

    Whoever died or had the use of their data stopped since the list was made is left out now.
    """
    stopped = stopped_people()
    while True:
        locked = waiting(order).select_for_update(of=("self",), skip_locked=True)
        known = locked.select_related("addressee").prefetch_related("addressee__contacts")
        rows = list(known.order_by("pk")[:batch])
        for row in rows:
            row.left_out = _why_not(row, stopped)
        Target.objects.bulk_update((row for row in rows if row.left_out), ["left_out"])
        left = [row for row in rows if not row.left_out]
        if left or not rows:
            return _documents(order, left, day)


def _why_not(target: Target, stopped: frozenset[object]) -> str:
    person = target.addressee
    if person and person.died_on:
        return LeftOut.DIED
    return LeftOut.STOPPED if person and person.pk in stopped else ""


def _documents(order: Order, targets: list[Target], day: date) -> list[IssuedDocument]:
    addresses = _addresses(order.tax_year, targets)
    return [
        IssuedDocument(
            kind=order.kind,
            target=target,
            employer=target.employer,
            employer_number=target.employer_number,
            content=_content(target, order.tax_year, addresses, day),
        )
        for target in targets
    ]


def content_of(target: Target, day: date) -> dict[str, Any]:
    """Return what one target's form says."""
    year = target.order.tax_year
    return _content(target, year, _addresses(year, [target]), day)


def _content(
    target: Target, tax_year: str, addresses: dict[UUID, str], day: date
) -> dict[str, Any]:
    person = target.addressee
    if person is None:
        return contents.summary_form(target, tax_year)
    return contents.return_form(person, addresses.get(person.pk, person.address), tax_year, day)


def _addresses(tax_year: str, targets: list[Target]) -> dict[UUID, str]:
    people = [target.addressee_id for target in targets if target.addressee_id]
    basics = YearPerson.objects.filter(tax_year=tax_year, addressee__in=people)
    return dict(basics.values_list("addressee", "address"))
