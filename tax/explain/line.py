"""説明の一行: label, amount, formula with the numbers in it, and legal basis."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation; ``amount`` is yen, or None where the line is a judgement."""

    section: str
    label: str
    amount: int | None
    formula: str
    basis: str
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return asdict(self)


def yen(amount: int) -> str:
    """1,234,567円; losses with the mark of Japanese accounts (△)."""
    return f"△{-amount:,}円" if amount < 0 else f"{amount:,}円"
