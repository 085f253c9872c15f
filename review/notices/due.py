"""Notices not made yet (未作成の通知書): whose decisions wait for which document."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from review.assessment.preparing import Employer
from review.levy.models import Collection, Decision
from review.notices.employer_contents import Employee
from review.notices.employers import is_with, rows_with, with_all
from review.notices.models import IssuedDocument, Order
from review.notices.months import months_of
from review.rights.services import stopped_people

Kind, Method = IssuedDocument.Kind, Collection.Method
_OWN = Collection.objects.filter(assessment=OuterRef("assessment"))
_BEFORE = Collection.objects.filter(
    assessment__decision__tax_year=OuterRef("tax_year"),
    assessment__decision__addressee=OuterRef("addressee"),
    assessment__decision__number=OuterRef("number") - 1,
    assessment__decision__state=Decision.State.DECIDED,
)
_SALARY = Q(method=Method.SALARY)


def first_notices(tax_year: str) -> QuerySet[Decision]:
    """Return the first decisions with terms by hand or by pension and no 納税通知書 yet."""
    return _first(tax_year).filter(Exists(_OWN.exclude(_SALARY)), ~_issued(Kind.ORDINARY))


def first_withheld(tax_year: str) -> QuerySet[Decision]:
    """Return the first decisions with withholding from salary and no 特別徴収税額通知書 yet."""
    return _first(tax_year).filter(Exists(_OWN.filter(_SALARY)), ~_issued(Kind.EMPLOYEE))


def changes(tax_year: str) -> QuerySet[Decision]:
    """Return the corrections of what residents pay by hand or pension, without a 変更通知書."""
    by_hand = Exists(_OWN.exclude(_SALARY)) | Exists(_BEFORE.exclude(_SALARY))
    return _later(tax_year).filter(by_hand, ~_issued(Kind.CHANGE))


def _first(tax_year: str) -> QuerySet[Decision]:
    return _usable(tax_year).filter(number=1)


def _later(tax_year: str) -> QuerySet[Decision]:
    return _usable(tax_year).filter(number__gt=1)


def _usable(tax_year: str) -> QuerySet[Decision]:
    """While a stop of use (利用停止) is in force nothing about the person goes out."""
    decided = Decision.objects.filter(tax_year=tax_year, state=Decision.State.DECIDED)
    return decided.exclude(addressee__in=stopped_people())


def _issued(kind: str) -> Exists:
    return Exists(IssuedDocument.objects.filter(decision=OuterRef("pk"), kind=kind))


def employers_waiting(tax_year: str, most: int) -> Iterator[Employer]:
    """Yield so many employers that have yet to be told of an employee's first decision."""
    rows = Collection.objects.filter(_SALARY, assessment__decision__in=first_withheld(tax_year))
    seen = set()
    found = rows.order_by("employer_number", "employer").values_list("employer", "employer_number")
    for name, number in found.distinct()[:most]:
        if (key := number or name) not in seen:
            seen.add(key)
            yield Employer(name, number)


def employees_waiting(employer: Employer, tax_year: str) -> list[Employee]:
    """Return an employer's employees whose first decision is not notified, by 宛名番号."""
    rows = Collection.objects.filter(rows_with(employer), _SALARY)
    found = first_withheld(tax_year).filter(assessment__in=rows.values("assessment"))
    return [
        Employee(decision, months_of(None, row))
        for decision in with_all(found).order_by("addressee__number")
        for row in decision.assessment.collections.all()
        if is_with(row, employer)
    ]


def changes_by_employer(tax_year: str) -> dict[Employer, list[Employee]]:
    """Return, by employer, whose months a correction changed and who is not told yet (NOT-03).

    An employer from whom the withholding went away is told as well as the one it went to.
    """
    withheld = Exists(_OWN.filter(_SALARY)) | Exists(_BEFORE.filter(_SALARY))
    later = _later(tax_year).filter(withheld)
    of_them = Decision.objects.filter(
        tax_year=tax_year, state=Decision.State.DECIDED, addressee__in=later.values("addressee")
    )
    decided = {(d.addressee_id, d.number): d for d in with_all(of_them)}
    told = _told(tax_year)
    found: dict[Employer, list[Employee]] = defaultdict(list)
    for pk, person, number in later.order_by("addressee__number", "number").values_list(
        "pk", "addressee", "number"
    ):
        decision, before = decided[person, number], decided[person, number - 1]
        old, new = _salary(before), _salary(decision)
        employers = {row.employer_number or row.employer: row for row in (old, new) if row}
        for key, row in employers.items():
            employer = Employer(row.employer, row.employer_number)
            months = months_of(*(one if is_with(one, employer) else None for one in (old, new)))
            if months.before != months.after and (pk, key) not in told:
                found[employer].append(Employee(decision, months, before))
    return found


def before_of(decision: Decision) -> Decision:
    """Return the decision that one replaced."""
    return with_all(Decision.objects.all()).get(
        tax_year=decision.tax_year,
        addressee=decision.addressee_id,
        number=decision.number - 1,
        state=Decision.State.DECIDED,
    )


def _salary(decision: Decision) -> Collection | None:
    rows = decision.assessment.collections.all()
    return next((row for row in rows if row.method == Method.SALARY), None)


def _told(tax_year: str) -> set[tuple[int | None, str]]:
    """Return of which decisions which employer was told."""
    documents = IssuedDocument.objects.filter(tax_year=tax_year, kind=Kind.EMPLOYEE_CHANGE)
    rows = documents.values_list("decision", "employer_number", "employer")
    return {(decision, number or name) for decision, number, name in rows}


def waiting(tax_year: str) -> dict[str, int]:
    """Return how many people wait for each kind of notice."""
    by_employer = changes_by_employer(tax_year).values()
    return {
        Order.Kind.ORDINARY: first_notices(tax_year).count(),
        Order.Kind.SALARY: first_withheld(tax_year).count(),
        Order.Kind.CHANGE: changes(tax_year).count(),
        Order.Kind.SALARY_CHANGE: sum(map(len, by_employer)),
    }
