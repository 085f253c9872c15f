"""The items of 別添2 (特定個人情報ファイル記録項目): where each is held, or why it is not."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
PARTS = {"resident_tax": "個人住民税", "collection": "収納"}
HELD = ("field", "report", "answer", "result")


class Item(NamedTuple):
    """One item: its number and name, how it is held (or "why"), and where (or the reason)."""

    part: str
    number: int
    name: str
    how: str
    where: str

    @property
    def is_held(self) -> bool:
        """Tell whether the system holds it."""
        return self.how in HELD


def names_of(part: str) -> list[str]:
    """Return the names of a part of 別添2 in its order."""
    return [str(name) for name in table("items.toml")[part]]


def items() -> Iterator[Item]:
    """Yield every item of both parts; KeyError names one that is neither held nor explained."""
    held = table("held.toml")
    reasons = held["why"]
    explained = dict(_explained(held["not_held"]))
    for part in PARTS:
        for number, name in enumerate(names_of(part), start=1):
            entry = held[part].get(str(number))
            if entry is None:
                entry = {"why": explained[part, number]}
            ((how, where),) = entry.items()
            yield Item(part, number, name, how, reasons[where] if how == "why" else where)


def _explained(groups: dict[str, list[str]]) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the numbers of 収納 of which a range says why they are not held."""
    for code, ranges in groups.items():
        for one in ranges:
            first, _dash, last = one.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield ("collection", number), code


@cache
def table(name: str) -> dict[str, Any]:
    """Return a table of this folder as it is written."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
