"""速算表: look-up tables of the law, as exact piecewise lines and steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from tax.amounts import Column


class Schedule:
    """A table of bands: amount × rate + add, each band up to and including ``upto`` yen.

    ``step`` first rounds the amount down to a multiple (the 4,000-yen steps of 所得税法別表第五).
    ``raise_fraction`` raises fractions of a yen (premiums); otherwise they are dropped.
    """

    def __init__(self, bands: Sequence[Mapping[str, Any]], *, raise_fraction: bool = False) -> None:
        self.bands = [dict(band) for band in bands]
        self._uppers = [band["upto"] for band in bands[:-1]]
        rates = [Fraction(band.get("rate", 0)) for band in bands]
        sign = -1 if raise_fraction else 1
        self._rows = [
            (band.get("step", 1), sign * rate.numerator, rate.denominator, sign, band.get("add", 0))
            for band, rate in zip(bands, rates, strict=True)
        ]
        self._columns = [
            np.array(column, dtype=np.int64) for column in zip(*self._rows, strict=True)
        ]
        self._bounds = np.array(self._uppers, dtype=np.int64)

    def __call__(self, amount: Column) -> Column:
        """The table's answer for the amount (yen in, yen out)."""
        if type(amount) is int:
            step, numerator, denominator, sign, add = self._rows[bisect_left(self._uppers, amount)]
            return sign * (amount // step * step * numerator // denominator) + add
        at = np.searchsorted(self._bounds, amount)
        step, numerator, denominator, sign, add = (column[at] for column in self._columns)
        return sign * (amount // step * step * numerator // denominator) + add

    def band_of(self, amount: int) -> dict[str, Any]:
        """The band that an amount falls into, for explanations."""
        return self.bands[bisect_left(self._uppers, amount)]


class Steps:
    """A table of fixed values, each up to and including ``upto``; the last band has no end."""

    def __init__(self, bands: Sequence[Mapping[str, Any]]) -> None:
        self.bands = [dict(band) for band in bands]
        self._uppers = [band["upto"] for band in bands[:-1]]
        self._values = [band.get("value", 0) for band in bands]
        self._bounds = np.array(self._uppers, dtype=np.int64)
        whole = all(isinstance(value, int) for value in self._values)
        self._column = np.array(self._values, dtype=np.int64) if whole else None

    def __call__(self, amount: Column) -> Column:
        """The value (whole numbers) of the band that the amount falls into."""
        if type(amount) is int:
            return self._values[bisect_left(self._uppers, amount)]
        if self._column is None:
            raise TypeError("a table of fractions answers by index(), not by column")
        return self._column[np.searchsorted(self._bounds, amount)]

    def index(self, amount: Column) -> Column:
        """The number of the band, from 0."""
        if type(amount) is int:
            return bisect_left(self._uppers, amount)
        return np.searchsorted(self._bounds, amount)

    @cached_property
    def millionths(self) -> list[int]:
        """The values of a table of fractions as whole millionths."""
        return [int(value * 1_000_000) for value in self._values]
