"""徴収方法の決定 (地方税法319条, 321条の3, 321条の7の2): who collects which part of the tax.

The assessment of a whole city and the estimate of one resident ask here alike.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field

from tax import collection
from tax.engine import Computation, compute
from tax.facts import Facts
from tax.inputs import INCOMES, facts_of_input
from tax.law import Law

#: The inputs of a salary: what is not collected from a pension may be from it.
FROM_WORK = ("salary", "specific_expenses", "specific_costs")
FROM_PENSION = ("public_pension",)
#: The months of a pension's six payments, and of the twelve from a salary.
PENSION_MONTHS = (4, 6, 8, 10, 12, 2)
SALARY_MONTHS = (6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5)
_NOBODY = Facts()


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Payer:
    """納税義務者: what decides how the tax is collected.

    `age` is that on 1 April of the tax year. `pays_by_hand`: chose 普通徴収 for what is no salary.
    `previous_pension` is last year's tax on the pension; None in the first year.
    """

    age: int
    pension: int
    employed: bool
    pays_by_hand: bool
    care_premium_withheld: bool
    previous_pension: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """徴収の計画: the amounts (yen) by term; [] where nothing is collected that way.

    Six from the pension, twelve from the salary, four that the resident pays (普通徴収).
    """

    pension: list[int] = field(default_factory=list)
    salary: list[int] = field(default_factory=list)
    ordinary: list[int] = field(default_factory=list)


def make_dues(
    *,
    total: int,
    income_levy: int,
    covered: int,
    only: tuple[int, int, int],
    pension_levy: int,
    employed: bool,
) -> Dues:
    """What is due: `only` are the totals with pension, salary and both as the only incomes.

    `covered` is what 配当割額 has paid of 均等割: it is collected from nobody any more.
    """
    of_pension, of_salary, of_both = (max(part - covered, 0) for part in only)
    return Dues(
        total - covered,
        income_levy,
        min(pension_levy, income_levy) if employed else of_pension,
        of_salary,
        of_both,
    )


def dues_of(done: Computation, *, employed: bool) -> Dues:
    """The dues of one resident."""
    pension = _with_only(done, FROM_PENSION)
    work, both = _with_only(done, FROM_WORK), _with_only(done, (*FROM_WORK, *FROM_PENSION))
    return make_dues(
        total=int(done.total),
        income_levy=int(done.levy.total),
        covered=int(done.credits.withheld.to_per_capita),
        only=(int(pension.total), int(work.total), int(both.total)),
        pension_levy=int(pension.levy.total),
        employed=employed,
    )


def plan(payer: Payer, dues: Dues, law: Law) -> Plan:
    """How a person's tax is collected.

    The pension takes its own tax; the salary the rest, but for other income where the resident
    chose to pay that tax themselves; whoever has neither pays four terms.
    """
    from_pension = _pension_tax(payer, dues, law)
    rest = dues.total - from_pension
    by_salary = _salary_tax(payer, dues, senior=payer.age >= law.pension_collection.age)
    by_hand = collection.ordinary(rest - by_salary, dues.income_levy > 0, law)
    ordinary = [by_hand.first, by_hand.others, by_hand.others, by_hand.others]
    withheld: list[int] = []
    if from_pension:
        withheld, first_terms = _pension_terms(from_pension, payer.previous_pension, law)
        ordinary = [own + more for own, more in zip(ordinary, first_terms, strict=True)]
    months: list[int] = []
    if by_salary:
        # No more than 均等割: all of it in June (321条の5第1項).
        more = by_salary > dues.total - dues.income_levy
        found = collection.salary(by_salary, more, law)
        months = [int(found.first), *[int(found.others)] * 11]
    return Plan(withheld, months, [int(amount) for amount in ordinary] if any(ordinary) else [])


def _salary_tax(payer: Payer, dues: Dues, *, senior: bool) -> int:
    """What the employer withholds (給与特別徴収, 地方税法321条の3).

    From 65 on a pension's own tax is never taken from the salary, whether the pension takes it or
    not (要確認); before, a pension is other income than salary, which the resident may pay by hand.
    """
    if not payer.employed:
        return 0
    if not senior:
        return min(dues.of_salary, dues.total) if payer.pays_by_hand else dues.total
    reach = min(dues.of_salary_and_pension, dues.total) if payer.pays_by_hand else dues.total
    return max(reach - dues.of_pension, 0)


def _pension_tax(payer: Payer, dues: Dues, law: Law) -> int:
    own = min(dues.of_pension, dues.total)
    applies = collection.pension_withholding_applies(
        payer.age, payer.pension, payer.care_premium_withheld, own, law
    )
    return own if applies else 0


def _pension_terms(due: int, previous: int | None, law: Law) -> tuple[list[int], list[int]]:
    """The six withholdings, April to February, and the four ordinary terms beside them."""
    if not previous:
        first = collection.pension_first_year(due, law)
        withheld = [0, 0, 0, first["october"], first["december"], first["february"]]
        return withheld, [first["june_ordinary"], first["august_ordinary"], 0, 0]
    later = collection.pension_next_year(due, previous, law)
    withheld, left = [], due
    # 仮徴収 above the year's tax is refunded: together the terms are never more than the tax.
    for name in ("april", "june", "august", "october", "december", "february"):
        withheld.append(min(later[name], left))
        left -= withheld[-1]
    return withheld, [0, 0, 0, 0]


def _with_only(done: Computation, kept: tuple[str, ...]) -> Computation:
    """The same resident as if there were no income but these inputs."""
    facts = copy(done.facts)
    for name in INCOMES:
        for fact in facts_of_input(name) if name not in kept else ():
            setattr(facts, fact, getattr(_NOBODY, fact))
    # As in the assessment itself: where the 級地 is unknown, the lowest limit.
    return compute(facts, done.law, done.place, grade=done.place.grade or 3)
