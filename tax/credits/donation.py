"""寄附金税額控除 (地方税法37条の2, 314条の7, 附則5条の5・5条の6・7条の2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tax.amounts import (
    Column,
    at_most,
    choose,
    drop_fraction,
    is_nothing,
    not_below_zero,
    raise_fraction,
)
from tax.base import TaxBase
from tax.facts import Facts
from tax.income.totals import Incomes
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality

#: Shares and ratios are whole in this unit (84.895% × 4/5 × 20% …).
_UNIT = 1_000_000


@dataclass(slots=True)
class Donation:
    """寄附金税額控除: its parts at each level, and how the 特例 ratio was found."""

    personal_difference: Column
    ratio_base: Column
    ratio: Column  # in millionths
    basic: Levels = NOTHING
    special: Levels = NOTHING
    onestop: Levels = NOTHING

    @property
    def credit(self) -> Levels:
        """All parts together."""
        return self.basic.plus(self.special).plus(self.onestop)


def donation_credit(
    facts: Facts,
    incomes: Incomes,
    base: TaxBase,
    difference: Column,
    levy_after_adjustment: Levels,
    place: Municipality,
    law: Law,
) -> Donation:
    """基本分・特例分・申告特例控除. ``difference`` is the sum of 人的控除額の差."""
    adjusted, ratio_base = ratio_basis(incomes.gokei, base, difference, law)
    found = Donation(adjusted, ratio_base, special_ratio(ratio_base, base, law))
    gifts = (facts.furusato, facts.donation_both, facts.donation_city, facts.donation_pref)
    if all(is_nothing(gift) for gift in gifts):
        return found
    found.basic = _basic(facts, incomes.soshotoku, place, law)
    found.special = _special(facts.furusato, found.ratio, levy_after_adjustment, place, law)
    found.onestop = _onestop(facts, found, law)
    return found


def ratio_basis(
    gokei: Column, base: TaxBase, difference: Column, law: Law
) -> tuple[Column, Column]:
    """人的控除差調整額, and D = 課税総所得金額 - 人的控除差調整額.

    From R8 the income-tax basic deduction above 480,000 yen is part of the former.
    """
    beyond = law.income_tax_basic_deduction(gokei) - law.donation_credit.basic_from
    adjusted = difference + not_below_zero(beyond)
    return adjusted, base.comprehensive - adjusted


def special_ratio(ratio_base: Column, base: TaxBase, law: Law) -> Column:
    """特例の割合 in millionths: the fixed table by D, other rules where D is below zero."""
    rule = law.donation_credit
    table = law.furusato_ratio.millionths
    regular = _look_up(table, law.furusato_ratio.index(ratio_base))
    below: Column = int(rule.below_zero * _UNIT)
    if base.separate or not is_nothing(base.forestry):
        below = _below_zero(base, law, table)
    return choose(ratio_base >= 0, regular, below)


def _below_zero(base: TaxBase, law: Law, table: list[int]) -> Column:
    """The ratio where D < 0: the lowest of those that the income at hand allows."""
    rule = law.donation_credit
    short, other = base.separate.get("land_short", 0), 0
    short = short + base.separate.get("land_short_public", 0)
    for kind, amount in base.separate.items():
        other = other + (0 if kind.startswith("land_short") else amount)
    ratio = int(rule.below_zero * _UNIT)
    by_forestry = _look_up(table, law.furusato_ratio.index(base.forestry // 5))
    ratio = choose(base.forestry > 0, at_most(ratio, by_forestry), ratio)
    ratio = choose(other > 0, at_most(ratio, int(rule.below_zero_separate * _UNIT)), ratio)
    return choose(short > 0, at_most(ratio, int(rule.below_zero_short_land * _UNIT)), ratio)


def _look_up(table: list[int], index: Column) -> Column:
    if type(index) is int:
        return table[index]
    return np.array(table, dtype=np.int64)[index]


def _basic(facts: Facts, soshotoku: Column, place: Municipality, law: Law) -> Levels:
    """基本分: gifts up to 30% of 総所得金額等, less 2,000 yen, at the standard rate."""
    rule = law.donation_credit
    ceiling = drop_fraction(soshotoku, rule.income_share)
    common = facts.furusato + facts.donation_both
    gifts = Levels(common + facts.donation_city, common + facts.donation_pref)
    counted = gifts.each(lambda gift: not_below_zero(at_most(gift, ceiling) - rule.own_burden))
    rate = place.of(law.standard_rates)
    return Levels(raise_fraction(counted.city, rate.city), raise_fraction(counted.pref, rate.pref))


def special_caps(levy_after_adjustment: Levels, place: Municipality, law: Law) -> Levels:
    """特例控除額の上限: 20% of each levy after 調整控除 (rounded up), from R10 also in yen."""
    share = law.donation_credit.levy_share
    by_levy = levy_after_adjustment.each(lambda levy: raise_fraction(levy, share))
    absolute = law.furusato_absolute_cap
    if absolute is False:
        return by_levy
    prefix = "designated_" if place.designated else ""
    limits = Levels(getattr(absolute, f"{prefix}city"), getattr(absolute, f"{prefix}pref"))
    return by_levy.capped(limits)


def _special(
    furusato: Column, ratio: Column, levy_after_adjustment: Levels, place: Municipality, law: Law
) -> Levels:
    """特例分: 4/5 and 1/5 (3/5 and 2/5) of gift × ratio, each rounded up, each capped."""
    beyond = not_below_zero(furusato - law.donation_credit.own_burden)
    city_share = place.of(law.city_share)
    shares = Levels(city_share, Fraction(1) - city_share)
    exact = shares.each(lambda share: raise_fraction(beyond * ratio, share / _UNIT))
    return exact.capped(special_caps(levy_after_adjustment, place, law))


def _onestop(facts: Facts, donation: Donation, law: Law) -> Levels:
    """申告特例控除: the income-tax share of the gift, from residents' tax instead, rounded up.

    A share of the capped 特例分 (by the wording of 附則7条の2, "?"); none where D is below zero.
    """
    if facts.one_stop is False:
        return NOTHING
    part = law.onestop_income_tax_ratio
    at = part.index(donation.ratio_base)
    upper = _look_up([int(band["value"] * 1000) for band in part.bands], at)
    lower = _look_up([int(band["of"] * 1000) for band in part.bands], at)
    entitled = facts.one_stop & (donation.ratio_base >= 0)
    return donation.special.each(lambda special: choose(entitled, -(-special * upper // lower), 0))


def theoretical_limit(
    ratio: int, levy_after_adjustment: Levels, place: Municipality, law: Law
) -> Fraction:
    """寄附の上限の目安: the largest gift that costs 2,000 yen, exact (one resident)."""
    city_share = place.of(law.city_share)
    levy_share = law.donation_credit.levy_share
    limits = special_caps(levy_after_adjustment, place, law)
    lowest = min(
        min(levy * levy_share, Fraction(limit)) / share
        for levy, limit, share in zip(
            levy_after_adjustment, limits, (city_share, 1 - city_share), strict=True
        )
    )
    gift: Fraction = lowest * _UNIT / ratio + law.donation_credit.own_burden
    return gift
