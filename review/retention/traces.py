"""Traces (痕跡) of what was erased: what one looks like in a text, and what is said of a find."""

from dataclasses import dataclass
from typing import Any

from filing.numbers import BETWEEN_FOURS, FOUR_DIGITS

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RECEIPT = r"[0-9]{4}-[0-9]{7}-[A-Z]"
#: Patterns that PostgreSQL and Python read alike.
UUID = f"^{_UUID}$"
TOKEN = f"{_UUID}|{_RECEIPT}"
# As people write a 個人番号; what stands between the fours may differ.
TWELVE_DIGITS = f"(?<![0-9０-９]){BETWEEN_FOURS.join([FOUR_DIGITS] * 3)}(?![0-9０-９])"
# Cheap to look for, and true of every text in which one of the above stands. Read as bytes as well,
# in which what stands between takes three.
_APART = "[^0-9A-Za-z]{0,3}"
_FOURS = f"[0-9]{{4}}{_APART}[0-9]{{4}}{_APART}[0-9]{{4}}"
HINT = f"{_FOURS}|[0-9]{{7}}-[A-Z]|[0-9a-f]{{4}}-[0-9a-f]{{4}}-"
#: So begin full-width digits in UTF-8; beside HINT.
WIDE = b"\xef\xbc"
SQL_HINT = f"{HINT}|[０-９]"


@dataclass(frozen=True)
class Leftover:
    """A trace of what was erased, with the place but never with the value.

    `procedure` is under which it was erased; empty where that cannot be told, or nothing was.
    """

    table: str
    column: str
    count: int
    procedure: str = ""

    def written(self) -> dict[str, Any]:
        """Return what a certificate says of it."""
        return {"table": self.table, "column": self.column, "count": self.count}
