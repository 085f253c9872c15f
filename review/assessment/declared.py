"""What a return declares (申告された所得の有無), in the open: yes or no, no amount and no name."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Declared(NamedTuple):
    """Whether a return has income from salaries, and other income that comes in no report."""

    salary: bool
    other: bool


def declared_of(content: Mapping[str, Any]) -> Declared:
    """Return what a return's content declares; each kind of income has its `revenue`."""
    blocks = content.get("answers") or {}
    earning = {code for code, block in blocks.items() if _has_revenue(block)}
    return Declared("salaries" in earning, bool(earning - {"salaries", "pensions"}))


def _has_revenue(block: Any) -> bool:
    rows = block if isinstance(block, list) else [block]
    return any(isinstance(row, Mapping) and (row.get("revenue") or 0) > 0 for row in rows)
