"""外国税額控除・調整措置・配当割等・定額減税: the credits after the donations."""

from __future__ import annotations

from dataclasses import dataclass

from tax.amounts import (
    Column,
    at_least,
    at_most,
    choose,
    drop_fraction,
    is_nothing,
    not_below_zero,
    raise_fraction,
)
from tax.facts import AT_HOME, Facts
from tax.law import Law
from tax.levels import NOTHING, Levels
from tax.municipality import Municipality


def foreign_tax_credit(facts: Facts, levy: Levels, place: Municipality, law: Law) -> Levels:
    """外国税額控除 (地方税法37条の3, 314条の8): what income tax left, prefecture first."""
    if is_nothing(facts.foreign_tax_left):
        return NOTHING
    rate = place.of(law.foreign_tax_credit)
    limit = facts.foreign_tax_limit
    pref = at_most(facts.foreign_tax_left, drop_fraction(limit, rate.pref))
    city = at_most(facts.foreign_tax_left - pref, drop_fraction(limit, rate.city))
    return Levels(city, pref).capped(levy)


@dataclass(slots=True)
class Borderline:
    """調整措置: the whole reduction and its split."""

    reduction: Column
    credit: Levels


def borderline_credit(soshotoku: Column, limit: Column, levy: Levels) -> Borderline:
    """調整措置 (附則3条の3第2項・5項): the levy may not push income under the exemption limit.

    Comes after every credit but 配当割額・株式等譲渡所得割額, split in proportion to the levies.
    """
    whole = levy.total
    # Only residents just above the limit are concerned; the others' levies are masked out so that
    # products of two amounts stay small.
    below = limit - (soshotoku - whole)
    concerned = (below > 0) & (soshotoku > limit) & (whole > 0)
    reduction = choose(concerned, at_most(below, whole), 0)
    divisor = at_least(whole, 1)
    credit = levy.each(lambda own: -(-reduction * choose(concerned, own, 0) // divisor))
    return Borderline(reduction, credit.capped(levy))


@dataclass(slots=True)
class Withheld:
    """配当割額・株式等譲渡所得割額: what may be credited, was, goes to 均等割, is refunded."""

    entitled: Levels = NOTHING
    credited: Levels = NOTHING
    to_per_capita: Column = 0
    refunded: Column = 0


def withheld_credit(facts: Facts, levy: Levels, per_capita: Column, law: Law) -> Withheld:
    """配当割額・株式等譲渡所得割額控除 (地方税法37条の4, 314条の9): 3/5 city, 2/5 prefecture.

    The same split in a designated city. What the levy cannot take is set against 均等割, and the
    rest is refunded. Each part is rounded up ("?").
    """
    if is_nothing(facts.withheld_split):
        return Withheld()
    share = law.withheld_credit_share
    entitled = Levels(
        raise_fraction(facts.withheld_split, share.city),
        raise_fraction(facts.withheld_split, share.pref),
    )
    credited = entitled.capped(levy)
    rest = entitled.total - credited.total
    to_per_capita = at_most(rest, per_capita)
    return Withheld(entitled, credited, to_per_capita, rest - to_per_capita)


def fixed_amount_credit(
    facts: Facts, spouse_counts: Column, gokei: Column, levy: Levels, law: Law
) -> Levels:
    """定額減税 (附則5条の8以下; R7): 10,000 yen for a counted spouse without 配偶者控除.

    Only for a taxpayer above 10 million yen, only for a spouse at home, after all credits. Split by
    the levies, the prefecture's part rounded up (general knowledge).
    """
    rule = law.fixed_amount_credit
    if rule is False or spouse_counts is False:
        return NOTHING
    undeducted = law.spouse_deduction_general(gokei) == 0
    entitled = spouse_counts & undeducted & (gokei <= rule.income_limit)
    entitled = entitled & (facts.spouse_abroad == AT_HOME)
    whole = levy.total
    credit = choose(entitled, at_most(rule.per_spouse, whole), 0)
    pref = -(-credit * levy.pref // at_least(whole, 1))
    return Levels(not_below_zero(credit - pref), pref).capped(levy)
