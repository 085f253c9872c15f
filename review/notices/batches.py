"""The next documents of an order (発行する通知書): residents by the hundred, employers whole."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from review.assessment.preparing import Employer
from review.levy.models import Decision
from review.mailing import making
from review.notices import contents, due
from review.notices.again import documents_again
from review.notices.employer_contents import Employee, employer_change, employer_notice
from review.notices.employers import left_to_pay, row_with, with_all
from review.notices.models import FORMS, IssuedDocument, Order
from review.staff.actors import Actor

Kind, Of = IssuedDocument.Kind, Order.Kind
Documents = list[IssuedDocument]


def next_documents(order: Order, batch: int, *, by: Actor, now: datetime) -> Documents:
    """Return the next documents, not stored yet, as many as a batch; none where nothing is left.

    Rows that another worker has in hand are passed over; of employers and re-issues one worker
    takes the order alone.
    """
    if order.kind in (Of.ORDINARY, Of.CHANGE):
        found = _of_residents(order, batch, timezone.localdate(now))
    elif order.kind in FORMS:
        found = making.next_forms(order, batch, timezone.localdate(now))
    else:
        Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        again = order.kind == Of.REISSUE
        found = (
            documents_again(order)
            if again
            else _of_employers(order, batch, timezone.localdate(now))
        )
    for document in found:
        document.tax_year, document.issued_at, document.issued_by = order.tax_year, now, by.id
    return found


def is_left(order: Order) -> bool:
    """Tell whether anything of an order has no document yet."""
    if order.kind in (Of.ORDINARY, Of.CHANGE):
        return _decisions(order).exists()
    if order.kind == Of.REISSUE:
        return bool(documents_again(order))
    if order.kind in FORMS:
        return making.waiting(order).exists()
    return next(_employers(order, 1), None) is not None


def _decisions(order: Order) -> QuerySet[Decision]:
    found = due.first_notices if order.kind == Of.ORDINARY else due.changes
    return found(order.tax_year)


def _of_residents(order: Order, batch: int, day: date) -> Documents:
    return [
        IssuedDocument(
            kind=Kind.ORDINARY if order.kind == Of.ORDINARY else Kind.CHANGE,
            decision=decision,
            content=contents.ordinary_notice(decision, day)
            if order.kind == Of.ORDINARY
            else contents.change_notice(decision, due.before_of(decision), day),
        )
        for decision in _taken(order, batch)
    ]


def _taken(order: Order, batch: int) -> list[Decision]:
    """Lock the next decisions for this worker alone and return those that still wait.

    What another worker committed while our query ran looks free to it, and SKIP LOCKED does not
    ask again as the decision itself never changed: the second question sees it.
    """
    while True:
        free = _decisions(order).select_for_update(of=("self",), skip_locked=True)
        locked = list(free.order_by("addressee__number").values_list("pk", flat=True)[:batch])
        waiting = with_all(_decisions(order).filter(pk__in=locked))
        if (found := list(waiting.order_by("addressee__number"))) or not locked:
            return found


def _employers(order: Order, most: int) -> Iterator[tuple[Employer, list[Employee]]]:
    """Yield the employers of an order that have somebody to be told of."""
    changes = order.kind == Of.SALARY_CHANGE
    if changes:
        waiting = due.changes_by_employer(order.tax_year)
    if order.employer:
        named = [Employer(order.employer, order.employer_number)]
    else:
        named = list(waiting) if changes else list(due.employers_waiting(order.tax_year, most))
    for employer in named:
        if changes:
            employees = next((waiting[e] for e in waiting if _same(e, employer)), [])
        else:
            employees = due.employees_waiting(employer, order.tax_year)
        if employees:
            yield employer, employees


def _same(one: Employer, other: Employer) -> bool:
    return (one.number or one.name) == (other.number or other.name)


def _of_employers(order: Order, batch: int, day: date) -> Documents:
    """Return whole employers until a batch is full: no employer stands in two files."""
    found: Documents = []
    for employer, employees in _employers(order, batch):
        if found and len(found) + len(employees) >= batch:
            break
        made = (
            _change(order, employer, employees, day)
            if (order.kind == Of.SALARY_CHANGE)
            else _first(order, employer, employees, day)
        )
        for document in made:
            document.employer, document.employer_number = employer.name, employer.number
        found += made
    return found


def _first(order: Order, employer: Employer, employees: list[Employee], day: date) -> Documents:
    content = employer_notice(employer, order.tax_year, employees)
    made = [IssuedDocument(kind=Kind.EMPLOYER, content=content)]
    for each in employees:
        row = row_with(each.decision, employer)
        assert row is not None
        said = contents.employee_notice(each.decision, row, day)
        made.append(IssuedDocument(kind=Kind.EMPLOYEE, decision=each.decision, content=said))
    return made


def _change(order: Order, employer: Employer, employees: list[Employee], day: date) -> Documents:
    left = left_to_pay(employer, order.tax_year, day)
    content = employer_change(employer, order.tax_year, employees, left)
    made = [IssuedDocument(kind=Kind.EMPLOYER_CHANGE, content=content)]
    for each in employees:
        assert each.before is not None
        said = contents.employee_change(each.decision, each.before, employer.name, each.months, day)
        made.append(IssuedDocument(kind=Kind.EMPLOYEE_CHANGE, decision=each.decision, content=said))
    return made
