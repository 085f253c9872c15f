"""住民税の計算: the whole computation, for one resident or for columns of them."""

from __future__ import annotations

from dataclasses import dataclass

from tax import collection
from tax.amounts import Column, choose, floor_to_100_yen, opposite
from tax.base import TaxBase, compute_base, raw_levy
from tax.credits.adjustment import adjustment_base, adjustment_credit
from tax.credits.closing import (
    Borderline,
    Withheld,
    borderline_credit,
    fixed_amount_credit,
    foreign_tax_credit,
    withheld_credit,
)
from tax.credits.dividend import dividend_credit
from tax.credits.donation import Donation, donation_credit
from tax.credits.housing import Housing, housing_credit
from tax.deductions.totals import Deductions, compute_deductions
from tax.exemption import Exemption, judge_exemption
from tax.facts import Facts
from tax.family import Family, spouse_counts, sum_relatives
from tax.income.totals import Incomes, compute_incomes
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality


@dataclass(slots=True)
class Credits:
    """税額控除: each credit in the legal order, and the levy after some of them."""

    adjustment_base: Column
    adjustment: Levels
    after_adjustment: Levels
    dividend: Levels
    housing: Housing
    donation: Donation
    foreign: Levels
    borderline: Borderline
    withheld: Withheld
    fixed_amount: Levels
    after_all: Levels


@dataclass(slots=True)
class Computation:
    """計算の全部: every intermediate amount, so that each can be shown and explained."""

    facts: Facts
    law: Law
    place: Municipality
    family: Family
    incomes: Incomes
    deductions: Deductions
    base: TaxBase
    raw: Levels
    exemption: Exemption
    credits: Credits
    levy: Levels
    per_capita: Levels
    forest: Column
    total: Column
    ordinary: collection.Instalments
    salary: collection.Instalments


def compute(facts: Facts, law: Law, place: Municipality, *, grade: int) -> Computation:
    """Everything about the facts. ``grade`` is the 級地 that the exemption test uses."""
    counted = spouse_counts(facts, law)
    family = sum_relatives(facts, law)
    incomes = compute_incomes(facts, family, law)
    deductions = compute_deductions(facts, family, counted, incomes, law)
    base = compute_base(facts, incomes, deductions.total, law)
    raw = raw_levy(base, place, law)
    exemption = judge_exemption(facts, family, deductions.personal, incomes, grade, law)
    per_capita, forest = _flat_amounts(facts, exemption, place)
    payable = raw.each(lambda levy: choose(exemption.income_levy, 0, levy))
    credits = _credits(
        facts, incomes, deductions, base, raw, payable, exemption, per_capita, place, law
    )
    levy = credits.after_all.each(floor_to_100_yen)
    total = levy.total + per_capita.total + forest
    # What 配当割額 covers of 均等割 need not be collected any more.
    due = total - credits.withheld.to_per_capita
    return Computation(
        facts,
        law,
        place,
        family,
        incomes,
        deductions,
        base,
        raw,
        exemption,
        credits,
        levy,
        per_capita,
        forest,
        total,
        ordinary=collection.ordinary(due, levy.total > 0, law),
        salary=collection.salary(due, levy.total > 0, law),
    )


def _flat_amounts(facts: Facts, exemption: Exemption, place: Municipality) -> tuple[Levels, Column]:
    """均等割 and 森林環境税; an owner living elsewhere (家屋敷) pays no forest tax here."""
    flat = place.per_capita or NOTHING
    per_capita = flat.each(lambda amount: choose(exemption.everything, 0, amount))
    lives_here = opposite(exemption.everything) & opposite(facts.house_only)
    return per_capita, choose(lives_here, place.forest or 0, 0)


def _credits(
    facts: Facts,
    incomes: Incomes,
    deductions: Deductions,
    base: TaxBase,
    raw: Levels,
    payable: Levels,
    exemption: Exemption,
    per_capita: Levels,
    place: Municipality,
    law: Law,
) -> Credits:
    """The credits one after another. ``raw`` is the levy on paper, ``payable`` 0 where exempt."""
    personal = deductions.personal
    share = adjustment_base(personal.difference, base.adjustment, law)
    share = choose(incomes.gokei <= law.adjustment_credit_income_limit, share, 0)
    adjustment = adjustment_credit(share, raw, place, law)
    after_adjustment = raw.less(adjustment)
    left = payable.less(adjustment)
    dividend = dividend_credit(facts, base.total, left, place, law)
    left = left.less(dividend)
    housing = housing_credit(facts, incomes.gokei, left, place, law)
    left = left.less(housing.credit)
    donation = donation_credit(
        facts, incomes, base, personal.difference, after_adjustment, place, law
    )
    left = left.less(donation.credit)
    foreign = foreign_tax_credit(facts, left, place, law)
    left = left.less(foreign)
    borderline = borderline_credit(incomes.soshotoku, exemption.income_levy_limit, left)
    left = left.less(borderline.credit)
    withheld = withheld_credit(facts, left, per_capita.total, law)
    left = left.less(withheld.credited)
    fixed = fixed_amount_credit(facts, personal.spouse_counts, incomes.gokei, left, law)
    return Credits(
        share,
        adjustment,
        after_adjustment,
        dividend,
        housing,
        donation,
        foreign,
        borderline,
        withheld,
        fixed,
        left.less(fixed),
    )
