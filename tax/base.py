"""課税標準額 (地方税法35条, 314条の3): income after deductions, under 1,000 yen dropped by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tax.amounts import Column, at_most, floor_to_1000_yen
from tax.facts import Facts
from tax.income import separate
from tax.income.separate import Separate
from tax.income.totals import Incomes
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality


@dataclass(slots=True)
class TaxBase:
    """課税標準額: 総合, 山林 and each separate kind (yen, floored to 1,000)."""

    comprehensive: Column
    separate: Separate
    forestry: Column

    @property
    def total(self) -> Column:
        """課税総所得金額等: every kind together."""
        return self.comprehensive + separate.total(self.separate) + self.forestry

    @property
    def adjustment(self) -> Column:
        """合計課税所得金額 of 調整控除: without separate income."""
        return self.comprehensive + self.forestry


def compute_base(facts: Facts, incomes: Incomes, deductions: Column, law: Law) -> TaxBase:
    """Deductions go to 総合 first, then to separate incomes in their order, then 山林."""
    whole = incomes.comprehensive_after_losses
    used = at_most(deductions, whole)
    apart = separate.after_special_deductions(incomes.separate_after_losses, facts)
    apart, left = separate.take_by_rate(apart, deductions - used, law)
    forestry = incomes.forestry_after_losses
    return TaxBase(
        comprehensive=floor_to_1000_yen(whole - used),
        separate={kind: floor_to_1000_yen(amount) for kind, amount in apart.items()},
        forestry=floor_to_1000_yen(forestry - at_most(left, forestry)),
    )


def raw_levy(base: TaxBase, place: Municipality, law: Law) -> Levels:
    """算出所得割額: before any credit, exact at each level."""
    # A base is whole thousands: rates in tenths of a percent leave no fraction of a yen.
    levy = place.rates.each(lambda rate: base.adjustment * rate.numerator // rate.denominator)
    for kind in base.separate:
        levy = levy.plus(separate_levy(kind, base.separate[kind], place, law))
    return levy


def separate_levy(kind: str, amount: Column, place: Municipality, law: Law) -> Levels:
    """The levy on one separate kind; favoured land up to a limit at the lower rate."""
    rates = law.separate_rates_designated if place.designated else law.separate_rates_ordinary
    limit = getattr(law.favoured_land_limit, kind, None)
    if limit is None:
        return _at(amount, getattr(rates, kind))
    favoured = at_most(amount, limit)
    return _at(favoured, getattr(rates, kind)).plus(_at(amount - favoured, rates.land_long))


def _at(amount: Column, rate: Any) -> Levels:
    if type(amount) is int and amount == 0:
        return NOTHING
    return Levels(
        amount * rate.city.numerator // rate.city.denominator,
        amount * rate.pref.numerator // rate.pref.denominator,
    )
