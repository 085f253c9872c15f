"""配当控除 (地方税法附則5条)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tax.amounts import Column, at_most, is_nothing, not_below_zero, raise_fraction
from tax.facts import Facts
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality


def dividend_credit(
    facts: Facts, taxable_total: Column, levy: Levels, place: Municipality, law: Law
) -> Levels:
    """配当控除: half the rate for what lies above 10 million yen of taxable income.

    What lies above consists of foreign-currency trusts first, then other trusts, then shares.
    Trusts count by half, foreign-currency trusts by a quarter.
    """
    kinds = (facts.dividends_foreign_trust, facts.dividends_trust, facts.dividends)
    if all(is_nothing(kind) for kind in kinds):
        return NOTHING
    rule = law.dividend_credit
    names = ("designated_within", "designated_over") if place.designated else ("within", "over")
    within, over = (getattr(rule, name) for name in names)
    excess = not_below_zero(taxable_total - rule.threshold)
    cost = facts.dividends_interest_paid
    exact = Levels(0, 0)
    for amount, share in zip(
        kinds, (rule.foreign_trust_share, rule.trust_share, Fraction(1)), strict=True
    ):
        net = not_below_zero(amount - cost)
        cost = not_below_zero(cost - amount)
        above = at_most(net, excess)
        excess = excess - above
        exact = exact.plus(_scaled(net - above, within, share)).plus(_scaled(above, over, share))
    credit = exact.each(lambda amount: raise_fraction(amount, Fraction(1, _SCALE)))
    return credit.capped(levy)


#: Credits are added up in millionths of a yen, so that they are raised to the yen only once.
_SCALE = 1_000_000


def _scaled(amount: Column, rate: Any, share: Fraction) -> Levels:
    """amount × rate × share in millionths of a yen: whole for every rate of the law."""
    return Levels(
        amount * int(rate.city * share * _SCALE), amount * int(rate.pref * share * _SCALE)
    )
