"""Dividing a year's tax (徴収方法の決定): pension, salary, and what residents pay themselves."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from filing.calendar import age_on, western_year
from review.assessment.preparing import Employer, Prepared
from review.levy.models import Collection
from tax.collecting import Dues, Payer, Plan
from tax.collecting import plan as planned_by_law
from tax.explain import Line
from tax.explain.ways import told_by_plan
from tax.law import Law

Method = Collection.Method
TERMS = {Method.ORDINARY: 4, Method.SALARY: 12, Method.PENSION: 6, Method.EXTRA: 1}


@dataclass(frozen=True)
class Planned:
    """One way of collecting: the amounts by term (yen), which sum up to `total`."""

    method: str
    amounts: list[int]
    employer: Employer | None = None

    @property
    def total(self) -> int:
        return sum(self.amounts)


def plan(
    prepared: Prepared, dues: Dues, law: Law, *, tax_year: str, previous_pension: int | None = None
) -> list[Planned]:
    """Return how a person's tax is collected, from what their documents say (tax/collecting.py)."""
    payer = Payer(
        age=age_on(prepared.person.birth_date, date(western_year(tax_year), 4, 1)),
        pension=prepared.inputs.get("public_pension") or 0,
        employed=prepared.employer is not None,
        pays_by_hand=prepared.merged.answers.get("collection") == "ordinary",
        care_premium_withheld=prepared.care_premium_withheld,
        previous_pension=previous_pension,
    )
    found = planned_by_law(payer, dues, law)
    ways = [
        Planned(Method.PENSION, found.pension),
        Planned(Method.SALARY, found.salary, prepared.employer),
        Planned(Method.ORDINARY, found.ordinary),
    ]
    return [way for way in ways if way.amounts]


class Way(Protocol):
    """What is planned, or the row that keeps it."""

    @property
    def method(self) -> str: ...
    @property
    def amounts(self) -> list[int]: ...


def explained(lines: Iterable[Line], ways: Iterable[Way]) -> list[dict[str, Any]]:
    """Return the lines of a computation as they are kept, with how this tax is collected.

    A changed tax that is collected in part at another time (随時) has no plan of a whole year.
    """
    amounts = {way.method: way.amounts for way in ways}
    whole = Method.EXTRA not in amounts
    by_law = (Method.PENSION, Method.SALARY, Method.ORDINARY)
    found = Plan(*(amounts.get(method, []) for method in by_law)) if whole else Plan()
    return [asdict(line) for line in told_by_plan(lines, found)]
