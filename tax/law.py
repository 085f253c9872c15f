"""年度ごとの法令値: the dated parameters, one TOML file each, read into one Law a year.

A file names its years itself ("R8", "R9-R10", "R3-R5, R7"). A year that a file does not name has no
value there: asking for it raises MissingYearError.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tax.errors import InputError, MissingYearError
from tax.schedules import Schedule, Steps

#: Another directory of parameters may be tried out (the mutation script does).
DIRECTORY = Path(os.environ.get("TAX_PARAMETERS") or Path(__file__).parent / "parameters")

_YEAR = re.compile(r"([HR])([1-9]\d?)\Z")
_ERAS = {"H": 1988, "R": 2018}


def western_year(tax_year: str) -> int:
    """The calendar year of the 賦課期日 of a tax year written "R9"."""
    match = _YEAR.match(tax_year) if isinstance(tax_year, str) else None
    if match is None:
        raise InputError("tax_year", "年度（tax_year）は R9 のように書いてください。")
    return _ERAS[match[1]] + int(match[2])


def _years(key: str) -> Iterator[str]:
    """The years that one key of a file names: "R3-R5, R7" gives R3, R4, R5, R7."""
    for part in key.split(","):
        if part.strip() == "any":
            yield "any"
            continue
        first, _, last = part.strip().partition("-")
        era, start, end = first[0], int(first[1:]), int((last or first)[1:])
        yield from (f"{era}{number}" for number in range(start, end + 1))


@dataclass(frozen=True)
class Parameter:
    """One parameter of the law: what it is, where it was read, and its value year by year."""

    name: str
    label: str
    unit: str
    kind: str
    reference: str
    mark: str
    note: str
    doubt: str
    values: Mapping[str, Any]

    def doubtful(self, tax_year: str) -> bool:
        """Whether the figure is marked "?" for the year (settle before go-live).

        A mark reads "V (R7, R8) / ? (R9)": without years it holds for all of them.
        """
        for part in self.mark.split("/"):
            years = re.findall(r"[HR]\d+(?:-[HR]\d+)?", part)
            named = {year for key in years for year in _years(key)}
            if "?" in part and (tax_year in named or not named):
                return True
        return False

    def of(self, tax_year: str) -> Any:
        """The value for a year, ready to compute with."""
        if tax_year not in self.values:
            raise MissingYearError(
                "tax_year",
                f"{tax_year}年度の「{self.label}」が登録されていません。年度を確かめてください。",
            )
        return _ready(self.kind, self.values[tax_year])


def _exact(value: Any) -> Any:
    """Decimals become fractions, tables become namespaces; whole numbers stay."""
    if isinstance(value, Decimal):
        return Fraction(value)
    if isinstance(value, dict):
        return SimpleNamespace(**{name: _exact(item) for name, item in value.items()})
    return value


def _ready(kind: str, value: Any) -> Any:
    """A file's value as the engine uses it."""
    if kind == "schedule":
        return Schedule(value)
    if kind == "premium_schedule":
        return Schedule(value, raise_fraction=True)
    if kind == "steps":
        return Steps([{name: _exact(item) for name, item in band.items()} for band in value])
    return _exact(value)


def read_parameter(path: Path) -> Parameter:
    """One parameter file; a year named twice, or a missing heading, is a mistake in the file."""
    content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    values: dict[str, Any] = {}
    for key, value in content["values"].items():
        for year in _years(key):
            if year in values:
                raise ValueError(f"{path.name}: {year} is given twice")
            values[year] = value
    return Parameter(
        name=path.stem,
        label=content["label"],
        unit=content["unit"],
        kind=content["kind"],
        reference=content["reference"],
        mark=content["mark"],
        note=content.get("note", ""),
        doubt=content.get("doubt", ""),
        values=values,
    )


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter by its name (the file's name)."""
    return {path.stem: read_parameter(path) for path in sorted(DIRECTORY.glob("*.toml"))}


def available_years() -> list[str]:
    """The tax years that every parameter covers, oldest first."""
    years = set.intersection(*(set(parameter.values) for parameter in parameters().values()))
    return sorted(years, key=western_year)


class Law:
    """The law of one tax year: ``law.basic_deduction`` is that parameter's value."""

    def __init__(self, tax_year: str) -> None:
        self.tax_year = tax_year

    def __getattr__(self, name: str) -> Any:
        """A parameter's value, read at its first use and kept."""
        if name not in parameters():
            raise AttributeError(name)
        value = parameters()[name].of(self.tax_year)
        setattr(self, name, value)
        return value


_law = cache(Law)


def law_of_any(tax_year: str) -> Law:
    """The law of a year that only some parameters may cover; the others raise when asked for.

    "any" stands for the few rules that are the same in every year.
    """
    if tax_year != "any":
        western_year(tax_year)
    return _law(tax_year)


def law_of(tax_year: str) -> Law:
    """The law of a year that every parameter covers."""
    western_year(tax_year)
    if tax_year not in _covered():
        years = "、".join(available_years())
        raise MissingYearError(
            "tax_year",
            f"{tax_year}年度の計算はできません。年度（tax_year）は {years} から選んでください。",
        )
    return _law(tax_year)


@cache
def _covered() -> frozenset[str]:
    """available_years, for quick membership tests."""
    return frozenset(available_years())
