"""市区町村: what a place adds to the law (rates, 均等割, 級地, 指定都市)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from tax.errors import InputError
from tax.law import western_year
from tax.levels import Levels

#: Each file here is a municipality that can be named.
DIRECTORY = Path(__file__).resolve().parent.parent / "config" / "municipalities"
DEFAULT = "熊本市"
_KEYS = (
    "name",
    "pref_rate",
    "city_rate",
    "pref_kinto",
    "city_kinto",
    "forest",
    "kyuchi",
    "designated",
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """市区町村: figures that are not known are None; what needs them is then left out."""

    name: str
    rates: Levels
    per_capita: Levels | None
    forest: int | None
    grade: int | None
    designated: bool
    note: str = ""

    def of(self, record: Any, name: str = "") -> Any:
        """The designated city's or the ordinary figure of a law's record."""
        prefix = f"{name}_" if name else ""
        return getattr(record, f"{prefix}designated" if self.designated else f"{prefix}ordinary")


#: 標準税率: where no municipality is meant; the grade is then unknown.
STANDARD = Municipality(
    "標準税率", Levels(Fraction(6, 100), Fraction(4, 100)), Levels(3000, 1000), 1000, None, False
)


@cache
def _files() -> Mapping[str, Mapping[str, Any]]:
    """The [tax] table of every municipality with a file, by its name."""
    found = {}
    for path in sorted(DIRECTORY.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        found[content["name"]] = content["tax"]
    return found


@cache
def _configured(name: str, tax_year: str) -> Municipality:
    """A municipality with a file, as it was in a tax year ([[tax.until]]: earlier amounts)."""
    table = dict(_files()[name])
    for earlier in table.get("until", []):
        if western_year(tax_year) <= western_year(earlier["tax_year"]):
            table |= earlier
    keys = {key: table[key] for key in _KEYS if key in table}
    return _read({"name": name, **keys}, table.get("note", ""))


def load_municipality(
    named: str | Mapping[str, Any] | Municipality | None, tax_year: str = "R9"
) -> Municipality:
    """A municipality by its name, or written out as in compute_tax's language; None: 標準税率."""
    if named is None:
        return STANDARD
    if isinstance(named, Municipality):
        return named
    if isinstance(named, str):
        if named not in _files():
            known = "、".join(_files())
            raise InputError(
                "municipality",
                f"市区町村「{named[:20]}」の設定がありません。{known} か、税率を書いてください。",
            )
        return _configured(named, tax_year)
    if not isinstance(named, Mapping):
        raise InputError(
            "municipality", "市区町村（municipality）は名前か、税率などの組で書いてください。"
        )
    return _read(named, "")


def _read(values: Mapping[str, Any], note: str) -> Municipality:
    """A municipality from its mapping; nulls stay unknown."""
    for key in values:
        if key not in _KEYS:
            raise InputError(
                f"municipality.{key}",
                f"「{key}」は市区町村の項目にありません。項目名を確かめてください。",
            )
    grade = _count(values, "kyuchi", upto=3)
    if grade == 0:
        raise InputError("municipality.kyuchi", "級地（kyuchi）は 1、2、3 のどれかです。")
    designated = values.get("designated", False)
    if not isinstance(designated, bool):
        raise InputError("municipality.designated", "指定都市（designated）は true か false です。")
    city, pref = _count(values, "city_kinto"), _count(values, "pref_kinto")
    return Municipality(
        name=str(values.get("name", "")),
        rates=Levels(_rate(values, "city_rate"), _rate(values, "pref_rate")),
        per_capita=None if city is None or pref is None else Levels(city, pref),
        forest=_count(values, "forest"),
        grade=grade,
        designated=designated,
        note=note,
    )


def _count(values: Mapping[str, Any], key: str, upto: int = 100_000) -> int | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= upto:
        raise InputError(
            f"municipality.{key}", f"{key} は0から{upto:,}までの整数で書いてください。"
        )
    return value


def _rate(values: Mapping[str, Any], key: str) -> Fraction:
    """A rate in percent, written as a string ("8") or a whole number."""
    try:
        written = values[key]
        if isinstance(written, (bool, float)):
            raise TypeError
        percent = Fraction(Decimal(written))
    except (KeyError, TypeError, ValueError, InvalidOperation, OverflowError):
        raise InputError(
            f"municipality.{key}", f'{key} は "8" のように％で書いてください。'
        ) from None
    if not 0 <= percent <= 100:
        raise InputError(f"municipality.{key}", f"{key} は0から100までの％で書いてください。")
    return percent / 100
