"""給与所得と所得金額調整控除 (所得税法28条, 租税特別措置法41条の3の11)."""

from __future__ import annotations

from tax.amounts import Column, at_most, choose, is_nothing, not_below_zero, raise_fraction
from tax.facts import SPECIAL, Facts
from tax.family import Family, spouse_supported
from tax.law import Law


def children_adjustment(facts: Facts, family: Family, law: Law) -> Column:
    """所得金額調整控除（子ども・特別障害者等）: salary above 8.5 million with such a family.

    The law asks that one has such a relative, not that one claims them: whom another person of the
    household declares counts here too.
    """
    rule = law.income_adjustment_children
    excess = not_below_zero(at_most(facts.salary, rule.ceiling) - rule.over)
    if is_nothing(excess):
        return 0
    entitled = (
        (facts.disability >= SPECIAL)
        | (family.under_child_age > 0)
        | (family.special_disabled > 0)
        | (spouse_supported(facts, law) & (facts.spouse_disability >= SPECIAL))
        | facts.child_elsewhere
        | facts.special_elsewhere
    )
    return choose(entitled, raise_fraction(excess, rule.rate), 0)


def specific_deduction(facts: Facts, employment: Column, law: Law) -> Column:
    """特定支出控除 (所得税法57条の2): what was spent above half of the 給与所得控除額.

    ``employment`` is the 給与所得 by the table; the half is rounded up ("?").
    """
    spent = facts.specific_costs
    rule = law.specific_expenses
    spent = spent + at_most(facts.specific_work_needs, rule.work_needs_limit)
    if is_nothing(spent):
        return 0
    return not_below_zero(spent - raise_fraction(facts.salary - employment, rule.share))


def pension_adjustment(employment: Column, pension: Column, law: Law) -> Column:
    """所得金額調整控除（給与と年金）: both incomes, each counted up to 100,000 yen."""
    frame = law.income_adjustment_pension
    both = (employment > 0) & (pension > 0)
    return choose(
        both, not_below_zero(at_most(employment, frame) + at_most(pension, frame) - frame), 0
    )
