"""非課税 (地方税法24条の5, 295条, 附則3条の3): who pays nothing, and who only 均等割."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import Column, as_count, opposite
from tax.deductions.personal import Personal
from tax.facts import Facts
from tax.family import Family
from tax.income.totals import Incomes
from tax.law import Law


@dataclass(slots=True)
class Exemption:
    """非課税の判定: persons counted, both limits (yen) and both answers."""

    persons: Column
    per_capita_limit: Column
    income_levy_limit: Column
    by_status: Column
    everything: Column
    income_levy: Column


def per_capita_limit(persons: Column, grade: int, law: Law) -> Column:
    """均等割の非課税限度額 by the 級地: compared with 合計所得金額."""
    rule = law.exemption_per_capita
    figures = getattr(rule, f"grade_{grade}")
    return (
        figures.per_person * persons + rule.fixed_add + as_count(persons > 1) * figures.family_add
    )


def income_levy_limit(persons: Column, law: Law) -> Column:
    """所得割の非課税限度額, without the 級地: compared with 総所得金額等."""
    rule = law.exemption_income_levy
    return rule.per_person * persons + rule.fixed_add + as_count(persons > 1) * rule.family_add


def judge_exemption(
    facts: Facts, family: Family, personal: Personal, incomes: Incomes, grade: int, law: Law
) -> Exemption:
    """The exemption tests of a place with the given 級地 (1 to 3)."""
    persons = 1 + as_count(personal.spouse_counts) + family.counted
    limit, levy_limit = per_capita_limit(persons, grade, law), income_levy_limit(persons, law)
    status = (facts.disability > 0) | facts.minor | personal.is_widow | personal.is_single_parent
    by_status = facts.livelihood_protection | (
        status & (incomes.gokei <= law.exemption_special_limit)
    )
    # An owner living elsewhere (家屋敷) is not helped by the small-income test of 295条3項.
    small = (incomes.gokei <= limit) & opposite(facts.house_only)
    everything = by_status | small
    return Exemption(
        persons=persons,
        per_capita_limit=limit,
        income_levy_limit=levy_limit,
        by_status=by_status,
        everything=everything,
        income_levy=everything | facts.house_only | (incomes.soshotoku <= levy_limit),
    )
