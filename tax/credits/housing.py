"""住宅借入金等特別税額控除 (地方税法附則5条の4の2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tax.amounts import Column, at_most, choose, drop_fraction, not_below_zero, raise_fraction
from tax.facts import Facts
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality


@dataclass(slots=True)
class Housing:
    """What income tax left over, the ceiling, and the credit (yen)."""

    left: Column = 0
    ceiling: Column = 0
    credit: Levels = NOTHING


def housing_credit(
    facts: Facts, gokei: Column, levy: Levels, place: Municipality, law: Law
) -> Housing:
    """The part of the housing loan credit that income tax could not take.

    Nothing where there was no income tax before the credit. Move-ins of 2007 and 2008 never had it.
    """
    if facts.has_housing is False:
        return Housing()
    left = not_below_zero(facts.housing_amount - facts.housing_income_tax)
    ceiling = housing_ceiling(facts, gokei, law)
    moved = facts.housing_move_in_year
    entitled = (facts.housing_income_tax > 0) & ((moved < 2007) | (moved > 2008))
    credit = choose(entitled, at_most(left, ceiling), 0)
    share = place.of(law.city_share)
    split = Levels(raise_fraction(credit, share), raise_fraction(credit, Fraction(1) - share))
    return Housing(left, ceiling, split.capped(levy))


def housing_ceiling(facts: Facts, gokei: Column, law: Law) -> Column:
    """5% (7% for 特定取得) of the income tax base, up to 97,500 (136,500) yen.

    For move-ins of 2016 to 2025 the base grows by what the income-tax basic deduction exceeds
    480,000 yen: read in one place only ("?"). Where that deduction is not given, the table answers.
    """
    rule = law.housing_credit
    moved = facts.housing_move_in_year
    base = facts.housing_income_tax_taxable + basic_deduction_excess(facts, gokei, law)
    specified = (
        facts.housing_specified & (moved >= rule.specified_from) & (moved <= rule.specified_to)
    )
    return choose(
        specified,
        at_most(drop_fraction(base, rule.specified_rate), rule.specified_ceiling),
        at_most(drop_fraction(base, rule.rate), rule.ceiling),
    )


def basic_deduction_excess(facts: Facts, gokei: Column, law: Law) -> Column:
    """What the income-tax basic deduction above 480,000 yen adds to the ceiling's base."""
    rule = law.housing_credit
    moved = facts.housing_move_in_year
    raised = (moved >= rule.basic_adjustment_from) & (moved <= rule.basic_adjustment_to)
    given = facts.housing_basic_deduction
    basic = choose(given > 0, given, law.income_tax_basic_deduction(gokei))
    return choose(raised, not_below_zero(basic - rule.basic_adjustment_over), 0)
