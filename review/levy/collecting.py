"""Dividing a year's tax (徴収方法の決定): pension, salary, and what residents pay themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import tax.collection as rules
from filing.calendar import age_on, western_year
from review.assessment.preparing import Employer, Prepared
from review.levy.models import Collection
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


@dataclass(frozen=True)
class Dues:
    """What the engine says is due (yen): all of it, and as if there were only certain incomes."""

    total: int
    has_income_levy: bool
    of_pension: int
    of_salary_and_pension: int


def plan(
    prepared: Prepared, dues: Dues, law: Law, *, tax_year: str, previous_pension: int | None = None
) -> list[Planned]:
    """Return how a person's tax is collected (地方税法319条, 321条の3, 321条の7の2).

    The pension takes its own tax; the salary the rest, but for other income where the resident
    chose to pay that tax themselves; whoever has neither pays four terms.
    """
    from_pension = _pension_tax(prepared, dues, law, tax_year)
    rest = dues.total - from_pension
    by_salary = 0
    if prepared.employer and rest:
        chosen = prepared.merged.answers.get("collection") == "ordinary"
        other = max(dues.total - dues.of_salary_and_pension, 0) if chosen else 0
        by_salary = max(rest - other, 0)
    by_hand = rules.ordinary(rest - by_salary, dues.has_income_levy, law)
    ordinary = [by_hand.first, by_hand.others, by_hand.others, by_hand.others]
    planned = []
    if from_pension:
        withheld, first_terms = _pension_terms(from_pension, previous_pension, law)
        ordinary = [own + more for own, more in zip(ordinary, first_terms, strict=True)]
        planned.append(Planned(Method.PENSION, withheld))
    if by_salary:
        months = rules.salary(by_salary, dues.has_income_levy, law)
        planned.append(
            Planned(Method.SALARY, [months.first, *[months.others] * 11], prepared.employer)
        )
    if any(ordinary):
        planned.append(Planned(Method.ORDINARY, [int(amount) for amount in ordinary]))
    return planned


def _pension_tax(prepared: Prepared, dues: Dues, law: Law, tax_year: str) -> int:
    if not prepared.care_premium_withheld:
        return 0
    pension = prepared.inputs.get("public_pension") or 0
    age = age_on(prepared.person.birth_date, date(western_year(tax_year), 4, 1))
    own = min(dues.of_pension, dues.total)
    applies = rules.pension_withholding_applies(age, pension, True, own, law)
    return own if applies else 0


def _pension_terms(due: int, previous: int | None, law: Law) -> tuple[list[int], list[int]]:
    """Return the six withholdings, April to February, and the four ordinary terms beside them."""
    if not previous:
        first: Mapping[str, Any] = rules.pension_first_year(due, law)
        withheld = [0, 0, 0, first["october"], first["december"], first["february"]]
        return withheld, [first["june_ordinary"], first["august_ordinary"], 0, 0]
    later = rules.pension_next_year(due, previous, law)
    names = ("april", "june", "august", "october", "december", "february")
    withheld, left = [], due
    # 仮徴収 above the year's tax is refunded: together the terms are never more than the tax.
    for name in names:
        withheld.append(min(later[name], left))
        left -= withheld[-1]
    return withheld, [0, 0, 0, 0]
