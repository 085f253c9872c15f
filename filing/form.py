"""The form (様式) of each year, read from forms/*.toml: items, boxes, labels, types, limits."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .problems import FilingError

# The XML element of every entry of a list.
ROW = "row"

_FORMS = Path(__file__).parent / "forms"
# Blocks that are the same in several years; a year's file names the ones that it has.
_SHARED = _FORMS / "blocks"


@dataclass(frozen=True)
class Item:
    """One item (項目): `code` is its key and XML element, `box` its place on paper.

    `optional`: may be absent; `empty`: may be an empty text.
    """

    code: str
    label: str
    type: str
    box: str = ""
    max_length: int = 0
    optional: bool = False
    empty: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A block (欄) of the form.

    `kind`: "rows" (list of records), "record", "codes" (list of choices), "code" (one choice).
    `key` names the items by which a row is recognised again in a later version.
    """

    code: str
    label: str
    kind: str
    box: str = ""
    max_rows: int = 0
    key: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Section:
    """The fixed parts: the header (管理) and the filer (申告者)."""

    code: str
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Computed:
    """A box (欄) that the tax engine fills: `result` is the key in its result."""

    box: str
    label: str
    result: str


@dataclass(frozen=True)
class Form:
    """The whole form (様式) of one tax year; `limits` are the year's yen limits used in checks."""

    tax_year: str
    title: str
    namespace: str
    root: str
    limits: Mapping[str, int]
    header: Section
    filer: Section
    groups: tuple[Group, ...]
    computed: tuple[Computed, ...]

    def group(self, code: str) -> Group:
        """Return the block of that code (欄); raises KeyError."""
        return next(group for group in self.groups if group.code == code)


@cache
def form_years() -> tuple[str, ...]:
    """Return the tax years (課税年度) that have a form, oldest first."""
    years = [path.stem.upper() for path in _FORMS.glob("r*.toml")]
    return tuple(sorted(years, key=lambda year: int(year[1:])))


def load_form(tax_year: str) -> Form:
    """Return the form (様式) of a year; raises FilingError for a year that has none."""
    if tax_year not in form_years():
        raise FilingError(
            "tax_year",
            f"この課税年度の様式はありません。{'・'.join(form_years())} から選んでください。",
        )
    return _load(tax_year)


def form_of_namespace(namespace: str) -> Form:
    """Return the form (様式) whose XML namespace this is; raises FilingError."""
    for year in form_years():
        if _load(year).namespace == namespace:
            return _load(year)
    raise FilingError("", "この文書の様式は扱えません。申告書のファイルを確かめてください。")


@cache
def _load(tax_year: str) -> Form:
    data = tomllib.loads((_FORMS / f"{tax_year.lower()}.toml").read_text(encoding="utf-8"))
    return Form(
        tax_year=data["tax_year"],
        title=data["title"],
        namespace=data["namespace"],
        root=data["root"],
        limits=data["limits"],
        header=_section("header", data["header"]),
        filer=_section("filer", data["filer"]),
        groups=tuple(_group(group) for entry in data["group"] for group in _shared(entry)),
        computed=tuple(Computed(**entry) for entry in data["computed"]),
    )


def _section(code: str, data: dict[str, Any]) -> Section:
    return Section(code, data["label"], _items(data))


def _shared(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups that an entry stands for: itself, or those of a file of shared blocks."""
    if "include" not in entry:
        return [entry]
    path = _SHARED / f"{entry['include']}.toml"
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["group"])


def _group(data: dict[str, Any]) -> Group:
    fixed = {key: value for key, value in data.items() if key not in ("items", "key")}
    return Group(**fixed, key=tuple(data.get("key", ())), items=_items(data))


def _items(data: dict[str, Any]) -> tuple[Item, ...]:
    return tuple(Item(**item) for item in data.get("items", ()))
