"""Layouts (様式) of the files, as data: one TOML file per kind of document and 年分."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "layouts"


class UnknownLayout(Exception):
    """No layout is known for this kind and 年分: a new year needs its file, never a guess."""


@dataclass(frozen=True)
class Column:
    """One column: what may stand in it, and where it goes; without `to` it is dropped.

    `means` says what each code is, as staff read it: general knowledge (要確認), published nowhere.
    """

    no: int
    name: str
    type: str
    size: int = 0
    required: bool = False
    codes: str = ""
    to: str = ""
    means: Mapping[str, str] = field(default_factory=dict)

    def meaning_of(self, cell: str) -> str:
        """Return what a code is, whether or not it is written with its leading zero."""
        return self.means.get(cell) or self.means.get(cell.lstrip("0"), "")


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of document (資料種別) for some 年分.

    `assumed_years` are those for which the layout is our assumption; pages say so.
    """

    kind: str
    title: str
    income_years: tuple[int, ...]
    assumed_years: tuple[int, ...]
    form: str
    widths: tuple[int, ...]
    amount: str
    payer_key: tuple[str, ...]
    columns: tuple[Column, ...]
    eras: Mapping[str, str]
    family_roles: tuple[str, ...]
    format: str = "csv"

    def assumed_for(self, tax_year: str) -> bool:
        """Tell whether this layout is an assumption for a 課税年度 such as R9."""
        return income_year(tax_year) in self.assumed_years


def income_year(tax_year: str) -> int:
    """Return the 年分 (year of 令和) whose income a 課税年度 taxes: 8 for R9."""
    return int(tax_year.removeprefix("R")) - 1


def layout_for(kind: str, tax_year: str) -> Layout:
    """Return the layout of a kind and 課税年度; UnknownLayout where there is none."""
    for layout in layouts():
        if layout.kind == kind and income_year(tax_year) in layout.income_years:
            return layout
    raise UnknownLayout(kind)


@cache
def layouts() -> tuple[Layout, ...]:
    """Return all layouts, in the order of their files' names."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def _read(path: Path) -> Layout:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = tuple(Column(**entry) for entry in data.pop("columns"))
    numbers = [column.no for column in columns]
    if numbers != list(range(1, max(data["widths"], default=0) + 1)):
        raise ValueError(f"{path.name}: the columns are not numbered in order")
    lists = ("income_years", "assumed_years", "widths", "payer_key", "family_roles")
    data |= {name: tuple(data.get(name, ())) for name in lists}
    return Layout(**{"eras": {}, **data}, columns=columns)
