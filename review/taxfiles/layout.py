"""The layout of the file (連携ファイルの様式), as data: items, types, sizes, origins."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from review.sources.problems import CHARACTERS, LENGTH, REQUIRED, Problem

FILE = Path(__file__).parent / "layout.toml"
# X and N as the national rules for files between offices name them; controls stand in neither.
_ALLOWED = {
    "X": re.compile(r"[\x21-\x7e]*"),
    "N": re.compile(r"[^\x00-\x1f\x7f-\x9f\ufffd]*"),
    "9": re.compile(r"[0-9]*"),
    "DATE": re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?"),
}


@dataclass(frozen=True)
class Column:
    """One item (項目) of a record."""

    item: str
    type: str
    size: int
    source: str
    required: bool = False

    def problem(self, value: str) -> Problem | None:
        """Return what is wrong with a value, None where it fits."""
        if self.required and not value:
            return Problem(REQUIRED, self.item, "必須の項目が空です。")
        if not _ALLOWED[self.type].fullmatch(value):
            return Problem(CHARACTERS, self.item, "様式で使えない文字があります。")
        if len(value) > self.size:
            return Problem(LENGTH, self.item, f"様式は{self.size}文字までです。")
        return None


@dataclass(frozen=True)
class Layout:
    """The two record kinds of the file, and what its control total adds up."""

    version: str
    total: Sequence[str]
    documents: Sequence[Column]
    dependants: Sequence[Column]
    left_out: Mapping[str, str]


@cache
def layout() -> Layout:
    """Return the layout in use."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Layout(
        version=found["version"],
        total=found["total"],
        documents=_columns(found["documents"]["columns"]),
        dependants=_columns(found["dependants"]["columns"]),
        left_out=found["left_out"],
    )


def _columns(entries: list[dict[str, object]]) -> list[Column]:
    return [
        Column(source=str(entry["from"]), **{k: v for k, v in entry.items() if k != "from"})  # type: ignore[arg-type]
        for entry in entries
    ]
