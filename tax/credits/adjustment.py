"""調整控除 (地方税法37条, 314条の6)."""

from __future__ import annotations

from tax.amounts import Column, at_least, at_most, choose, raise_fraction
from tax.law import Law
from tax.levels import Levels
from tax.municipality import Municipality


def adjustment_base(difference: Column, taxable: Column, law: Law) -> Column:
    """The amount that the credit is a share of (5% of it, city and prefecture together)."""
    rule = law.adjustment_credit
    low = at_most(difference, taxable)
    high = at_least(difference - (taxable - rule.threshold), rule.minimum)
    return choose(taxable <= rule.threshold, low, high)


def adjustment_credit(base: Column, levy: Levels, place: Municipality, law: Law) -> Levels:
    """調整控除: 4% and 1% of the base in a designated city, 3% and 2% elsewhere."""
    rule = law.adjustment_credit
    rate = rule.designated_rate if place.designated else rule.rate
    credit = Levels(raise_fraction(base, rate.city), raise_fraction(base, rate.pref))
    return credit.capped(levy)
