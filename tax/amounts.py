"""端数処理と選択: integer yen, for one resident or for a column of them.

Every formula of the engine is written with these functions. Given Python integers they stay with
Python integers (the ordinary case, one resident); given int64 arrays they answer with arrays (the
whole city). No float is ever made.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

#: An amount in yen, a count or a yes/no: an int (or bool), or an array with one entry a resident.
Column = Any


def choose(condition: Column, yes: Column, no: Column) -> Column:
    """``yes`` where the condition holds, ``no`` elsewhere."""
    if condition is True:
        return yes
    if condition is False:
        return no
    return np.where(condition, yes, no)


def at_least(amount: Column, floor: Column) -> Column:
    """The larger of the two (下限)."""
    if type(amount) is int and type(floor) is int:
        return amount if amount > floor else floor
    return np.maximum(amount, floor)


def at_most(amount: Column, ceiling: Column) -> Column:
    """The smaller of the two (上限)."""
    if type(amount) is int and type(ceiling) is int:
        return amount if amount < ceiling else ceiling
    return np.minimum(amount, ceiling)


def not_below_zero(amount: Column) -> Column:
    """A loss counts as nothing (赤字は0円とみなす)."""
    return at_least(amount, 0)


def opposite(condition: Column) -> Column:
    """Logical not; ``~True`` would be -2 for a Python bool."""
    if type(condition) is bool:
        return not condition
    return np.logical_not(condition)


def as_count(condition: Column) -> Column:
    """1 where the condition holds, 0 elsewhere."""
    return choose(condition, 1, 0)


def drop_fraction(amount: Column, rate: Fraction) -> Column:
    """amount × rate, under one yen dropped (1円未満切捨て)."""
    return amount * rate.numerator // rate.denominator


def raise_fraction(amount: Column, rate: Fraction) -> Column:
    """amount × rate, under one yen raised (1円未満切上げ)."""
    return -(-amount * rate.numerator // rate.denominator)


def floor_to_1000_yen(amount: Column) -> Column:
    """課税標準額: under 1,000 yen dropped."""
    return amount // 1000 * 1000


def floor_to_100_yen(amount: Column) -> Column:
    """所得割額: under 100 yen dropped."""
    return amount // 100 * 100


def is_nothing(amount: Column) -> bool:
    """Whether the amount is the plain integer 0, so that a whole rule can be left out."""
    return type(amount) is int and amount == 0
