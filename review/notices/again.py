"""Documents once more (再発行): the same content, but nobody whose use is stopped (利用停止).

An employer's notice names its employees. Where one of them is stopped it is written anew from the
others; where nobody is left it is not made at all.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from review.assessment.preparing import Employer
from review.levy.models import Decision
from review.notices import due
from review.notices.employer_contents import Employee, employer_change, employer_notice
from review.notices.employers import left_to_pay, row_with, with_all
from review.notices.models import IssuedDocument, Order
from review.notices.months import months_of
from review.rights.services import stopped_people

Kind = IssuedDocument.Kind
#: Of an employer's notice: what its employees got with it.
WITH_IT = {Kind.EMPLOYER: Kind.EMPLOYEE, Kind.EMPLOYER_CHANGE: Kind.EMPLOYEE_CHANGE}


def documents_again(order: Order) -> list[IssuedDocument]:
    """Return a file's documents, not stored yet, in their order; none where it was made again."""
    assert order.origin is not None
    if order.files.exists():
        return []
    return list(_again(order.origin.documents, stopped_people()))


def names_stopped(document: IssuedDocument) -> bool:
    """Tell whether a document is about somebody whose use is stopped, or names one."""
    stopped = stopped_people()
    if document.person is not None:
        return document.person.pk in stopped
    if document.target is not None:
        return False
    return bool(stopped) and employees_in(document).filter(addressee__in=stopped).exists()


def employees_in(document: IssuedDocument) -> "QuerySet[Decision]":
    """Return the decisions that an employer's notice told of: those of the notices beside it."""
    # One that was issued by itself stands for the employees of the first issue.
    origin = document if document.print_file_id else document.first_issue or document
    beside = IssuedDocument.objects.filter(
        kind=WITH_IT[Kind(origin.kind)],
        tax_year=origin.tax_year,
        employer=origin.employer,
        employer_number=origin.employer_number,
        issued_at=origin.issued_at,
        decision__isnull=False,
    )
    return Decision.objects.filter(pk__in=beside.values("decision"))


def _again(documents: Any, stopped: Collection[UUID]) -> Iterator[IssuedDocument]:
    about = documents.select_related("decision__addressee", "target__addressee", "first_issue")
    for first in about.order_by("number"):
        content = first.content
        if names_stopped(first):
            if first.person is not None:
                continue
            kept = list(with_all(employees_in(first).exclude(addressee__in=stopped)))
            if not kept:
                continue
            content = _without_stopped(first, kept)
        yield IssuedDocument(
            kind=first.kind,
            decision=first.decision,
            employer=first.employer,
            employer_number=first.employer_number,
            target=first.target,
            content=content,
            first_issue_id=first.first_issue_id or first.pk,
        )


def _without_stopped(first: IssuedDocument, kept: list[Decision]) -> dict[str, Any]:
    """Return an employer's notice of these employees alone, as of the day of the first issue."""
    employer = Employer(first.employer, first.employer_number)
    ordered = sorted(kept, key=lambda decision: decision.addressee.number)
    if first.kind == Kind.EMPLOYER:
        told = [Employee(each, months_of(None, row_with(each, employer))) for each in ordered]
        return employer_notice(employer, first.tax_year, told)
    told = []
    for each in ordered:
        before = due.before_of(each)
        months = months_of(row_with(before, employer), row_with(each, employer))
        told.append(Employee(each, months, before))
    day = timezone.localdate((first.first_issue or first).issued_at)
    left = left_to_pay(employer, first.tax_year, day)
    return employer_change(employer, first.tax_year, told, left)
