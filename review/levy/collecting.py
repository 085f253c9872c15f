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
    """What the engine says is due (yen): all of it, and as if there were only certain incomes.

    Where an employer withholds, 均等割 is the salary's and the pension's part is 所得割 alone
    (地方税法321条の7の2第1項).
    """

    total: int
    income_levy: int
    of_pension: int
    of_salary: int
    of_salary_and_pension: int


def plan(
    prepared: Prepared, dues: Dues, law: Law, *, tax_year: str, previous_pension: int | None = None
) -> list[Planned]:
    """Return how a person's tax is collected (地方税法319条, 321条の3, 321条の7の2).

    The pension takes its own tax; the salary the rest, but for other income where the resident
    chose to pay that tax themselves; whoever has neither pays four terms.
    """
    age = age_on(prepared.person.birth_date, date(western_year(tax_year), 4, 1))
    from_pension = _pension_tax(prepared, dues, law, age)
    rest = dues.total - from_pension
    by_salary = _salary_tax(prepared, dues, senior=age >= law.pension_collection.age)
    by_hand = rules.ordinary(rest - by_salary, dues.income_levy > 0, law)
    ordinary = [by_hand.first, by_hand.others, by_hand.others, by_hand.others]
    planned = []
    if from_pension:
        withheld, first_terms = _pension_terms(from_pension, previous_pension, law)
        ordinary = [own + more for own, more in zip(ordinary, first_terms, strict=True)]
        planned.append(Planned(Method.PENSION, withheld))
    if by_salary:
        # No more than 均等割: all of it in June (321条の5第1項).
        more = by_salary > dues.total - dues.income_levy
        months = rules.salary(by_salary, more, law)
        planned.append(
            Planned(Method.SALARY, [months.first, *[months.others] * 11], prepared.employer)
        )
    if any(ordinary):
        planned.append(Planned(Method.ORDINARY, [int(amount) for amount in ordinary]))
    return planned


def _salary_tax(prepared: Prepared, dues: Dues, *, senior: bool) -> int:
    """Return what the employer withholds (給与特別徴収, 地方税法321条の3).

    From 65 on a pension's own tax is never taken from the salary, whether the pension takes it or
    not (要確認); before, a pension is other income than salary, which the resident may pay by hand.
    """
    if prepared.employer is None:
        return 0
    chosen = prepared.merged.answers.get("collection") == "ordinary"
    if not senior:
        return min(dues.of_salary, dues.total) if chosen else dues.total
    reach = min(dues.of_salary_and_pension, dues.total) if chosen else dues.total
    return max(reach - dues.of_pension, 0)


def _pension_tax(prepared: Prepared, dues: Dues, law: Law, age: int) -> int:
    if not prepared.care_premium_withheld:
        return 0
    pension = prepared.inputs.get("public_pension") or 0
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
