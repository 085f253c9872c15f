"""納め方の目安: who would collect the year's tax, and when, as far as the answers tell.

By the same plan as the assessment (tax/collecting.py). What the office knows and the answers do not
tell is assumed and said: an employer withholds, and 介護保険料 is withheld from a pension whose
slip bears a premium (要確認).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import tax
from filing.calendar import age_on, western_year
from portal.copies.schedule import pay_dates
from portal.interview.conditions import declared_kinds, may_choose_collection
from portal.interview.model import Situation
from tax.collecting import PENSION_MONTHS, Payer, Plan, dues_of, plan


@dataclass(frozen=True)
class Ways:
    """The plan with its days; `unless_withheld`: the same where no employer withholds.

    `first_year`: the pension is taxed at source for the first time, which the age alone can tell.
    `may_be_withheld`: the pension's tax would be taken from it if a premium were.
    """

    plan: Plan
    ordinary: list[tuple[date, int]]
    pension: list[tuple[date, int]]
    unless_withheld: list[tuple[date, int]]
    first_year: bool
    may_be_withheld: bool

    @property
    def salary(self) -> tuple[int, int] | None:
        """What is taken from the pay of June and of each other month, where there is pay."""
        return (self.plan.salary[0], self.plan.salary[1]) if self.plan.salary else None


def ways_of(assessment: tax.Assessment, situation: Situation) -> Ways:
    """Return how the tax of an assessment would be collected."""
    done, year = assessment.computation, situation.tax_year
    payer = _payer(assessment, situation)
    planned = _planned(assessment, payer)
    by_hand = replace(payer, employed=False)
    if_withheld = _planned(assessment, replace(payer, care_premium_withheld=True))
    return Ways(
        planned,
        ordinary=_dated(pay_dates(year), planned.ordinary),
        pension=_dated(_pension_months(year), planned.pension),
        unless_withheld=_dated(pay_dates(year), _planned(assessment, by_hand).ordinary)
        if planned.salary
        else [],
        first_year=payer.age == done.law.pension_collection.age,
        may_be_withheld=bool(if_withheld.pension) and not planned.pension,
    )


def _payer(assessment: tax.Assessment, situation: Situation) -> Payer:
    assert situation.birth_date is not None, "nothing is assessed before it is known"
    april = date(western_year(situation.tax_year), 4, 1)
    chosen = situation.answers("collection").get("collection")
    return Payer(
        age=age_on(situation.birth_date, april),
        pension=int(assessment.inputs.get("public_pension") or 0),
        employed="salary" in declared_kinds(situation),
        pays_by_hand=may_choose_collection(situation) and chosen == "ordinary",
        care_premium_withheld="pension" in situation.kinds
        and any(slip.get("social_insurance") for slip in situation.items("pensions")),
    )


def _planned(assessment: tax.Assessment, payer: Payer) -> Plan:
    """Return the plan; from the second year on the tax on the pension is taken as last year's."""
    done = assessment.computation
    dues = dues_of(done, employed=payer.employed)
    if payer.age > done.law.pension_collection.age:
        payer = replace(payer, previous_pension=min(dues.of_pension, dues.total))
    return plan(payer, dues, done.law)


def _pension_months(tax_year: str) -> list[date]:
    """Return the first day of each month in which a pension is paid, from April on."""
    year = western_year(tax_year)
    return [date(year + (month < 4), month, 1) for month in PENSION_MONTHS]


def _dated(days: Iterable[date], amounts: list[int]) -> list[tuple[date, int]]:
    """Return the days with what falls due; one without anything is left out."""
    return [(day, yen) for day, yen in zip(days, amounts, strict=bool(amounts)) if yen]
