"""Employers of a year (特別徴収義務者): who withholds whose tax, and what was notified.

An employer is known by its 法人番号; one that has none (a person) by the name on the report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from review.addressees.models import Business
from review.assessment.preparing import Employer
from review.levy.models import Collection, Decision
from review.levy.terms import passed_terms
from review.notices.employer_contents import Employee
from review.notices.models import IssuedDocument
from review.notices.months import months_of, total_of

Method, Kind = Collection.Method, IssuedDocument.Kind
PAGE_SIZE = 100
# The decision that stands for each person: the newest of those that two people made.
_EMPLOYERS = """
WITH standing AS (
    SELECT DISTINCT ON (addressee_id) id, assessment_id FROM levy_decision
    WHERE tax_year = %(year)s AND state = 'decided' ORDER BY addressee_id, number DESC),
notified AS (
    SELECT decision_id FROM notices_issueddocument
    WHERE tax_year = %(year)s AND kind IN ('employee', 'employee_change'))
SELECT min(c.id), c.employer_number, max(c.employer), count(*), sum(c.total),
       sum(c.amounts[1]), count(*) FILTER (WHERE n.decision_id IS NULL)
FROM standing s
JOIN levy_collection c ON c.assessment_id = s.assessment_id AND c.method = 'salary'
LEFT JOIN (SELECT DISTINCT decision_id FROM notified) n ON n.decision_id = s.id
GROUP BY c.employer_number, CASE WHEN c.employer_number = '' THEN c.employer END
HAVING %(sought)s = '' OR c.employer_number = %(sought)s
    OR c.employer_number = ANY(%(numbers)s) OR max(c.employer) LIKE %(like)s
ORDER BY 4 DESC, 2, 3 LIMIT %(most)s OFFSET %(skip)s
"""


@dataclass(frozen=True)
class Listed:
    """An employer in the list; `at` names one of its rows, `waiting` who is not notified."""

    at: int
    employer: Employer
    people: int
    total: int
    june: int
    waiting: int
    business: Business | None = None


def listed(tax_year: str, sought: str = "", *, page: int = 1) -> list[Listed]:
    """Return a page of a year's employers, the largest first; one more than fits tells of a next.

    `sought` is a 法人番号, a 指定番号 or a part of the name.
    """
    rows = _rows(tax_year, sought, most=PAGE_SIZE + 1, skip=(page - 1) * PAGE_SIZE)
    numbers = [row[1] for row in rows if row[1]]
    known = {b.corporate_number: b for b in Business.objects.filter(corporate_number__in=numbers)}
    return [
        Listed(
            at, Employer(name, number), people, int(total), int(june), waiting, known.get(number)
        )
        for at, number, name, people, total, june, waiting in rows
    ]


def everyone(tax_year: str) -> list[Employer]:
    """Return all employers who withhold by the decisions that stand in a year."""
    return [Employer(row[2], row[1]) for row in _rows(tax_year)]


def _rows(
    tax_year: str, sought: str = "", *, most: int | None = None, skip: int = 0
) -> list[tuple[Any, ...]]:
    by_designated = Business.objects.filter(designated_number=sought) if sought else ()
    named: dict[str, Any] = {
        "year": tax_year,
        "sought": sought,
        "numbers": [b.corporate_number for b in by_designated if b.corporate_number],
        "like": f"%{sought.replace('%', '').replace('_', '')}%",
        "most": most,
        "skip": skip,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, named)
        return list(cursor.fetchall())


def employer_at(collection_id: int) -> Employer | None:
    """Return the employer of one row of withholding."""
    row = Collection.objects.filter(pk=collection_id, method=Method.SALARY).first()
    return Employer(row.employer, row.employer_number) if row else None


def rows_with(employer: Employer) -> Q:
    """Return what a query on collections asks for to find an employer's rows."""
    if employer.number:
        return Q(employer_number=employer.number)
    return Q(employer_number="", employer=employer.name)


def employees_of(employer: Employer, tax_year: str) -> list[Employee]:
    """Return whose tax an employer withholds by the decisions that stand, by 宛名番号."""
    found = [
        Employee(decision, months_of(None, row))
        for decision in standing(tax_year, employer)
        for row in decision.assessment.collections.all()
        if is_with(row, employer)
    ]
    return sorted(found, key=lambda e: e.decision.addressee.number)


def standing(tax_year: str, employer: Employer) -> Iterator[Decision]:
    """Yield the standing decisions of everybody whom an employer ever had in the year."""
    rows = Collection.objects.filter(rows_with(employer), method=Method.SALARY)
    touched = Decision.objects.filter(
        tax_year=tax_year,
        state=Decision.State.DECIDED,
        assessment__in=rows.values("assessment"),
    )
    newest: dict[Any, Decision] = {}
    people = touched.values("addressee")
    for decision in with_all(
        Decision.objects.filter(
            tax_year=tax_year, state=Decision.State.DECIDED, addressee__in=people
        )
    ).order_by("number"):
        newest[decision.addressee_id] = decision
    yield from newest.values()


def left_to_pay(employer: Employer, tax_year: str, day: date) -> list[int]:
    """Return an employer's months that are not due yet, over all its employees; 0 before them."""
    passed = passed_terms(Method.SALARY, tax_year, day)
    sums = total_of(e.months for e in employees_of(employer, tax_year)).after
    return [0] * passed + list(sums[passed:])


def row_with(decision: Decision, employer: Employer) -> Collection | None:
    """Return how a decision is withheld by an employer, if it is."""
    rows = decision.assessment.collections.all()
    return next((row for row in rows if is_with(row, employer)), None)


def is_with(row: Collection | None, employer: Employer) -> bool:
    """Tell whether a row of collection is withheld by this employer."""
    if row is None or row.method != Method.SALARY:
        return False
    if employer.number:
        return row.employer_number == employer.number
    return not row.employer_number and row.employer == employer.name


def with_all(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return decisions with what a document about them reads."""
    return decisions.select_related("addressee", "assessment").prefetch_related(
        "assessment__collections", "addressee__contacts"
    )
