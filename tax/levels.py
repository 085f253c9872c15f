"""市と県: a pair of amounts, one for the city and one for the prefecture."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tax.amounts import Column, at_most, not_below_zero


class Levels(NamedTuple):
    """市町村民税と道府県民税: the same amount at both levels, computed apart."""

    city: Column
    pref: Column

    @property
    def total(self) -> Column:
        """Both together."""
        return self.city + self.pref

    def each(self, rule: Callable[[Column], Column]) -> Levels:
        """The rule applied to each level on its own."""
        return Levels(rule(self.city), rule(self.pref))

    def plus(self, other: Levels) -> Levels:
        """Level by level sum."""
        return Levels(self.city + other.city, self.pref + other.pref)

    def less(self, credit: Levels) -> Levels:
        """What is left after a credit; never below zero."""
        return Levels(
            not_below_zero(self.city - credit.city), not_below_zero(self.pref - credit.pref)
        )

    def capped(self, ceiling: Levels) -> Levels:
        """A credit, no greater than what it is taken from."""
        return Levels(at_most(self.city, ceiling.city), at_most(self.pref, ceiling.pref))


NOTHING = Levels(0, 0)
