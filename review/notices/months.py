"""A year of withholding by month (月割額): what an employer withheld before a change and after."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from review.levy.models import Collection
from review.notices.slips import MONTHS

_NOTHING = (0,) * len(MONTHS)


class Months(NamedTuple):
    """The twelve months, June to May (yen), before and after."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def table(self) -> dict[str, Any]:
        """Return the months side by side, as a notice of change prints them."""
        rows = [
            [name, f"{old:,}円", f"{new:,}円"]
            for name, old, new in zip(MONTHS, self.before, self.after, strict=True)
        ]
        return {"title": "月割額の変更", "head": ["月", "変更前", "変更後"], "rows": rows}


def months_of(before: Collection | None, after: Collection | None) -> Months:
    """Return the months of one employee with one employer; none where it did not withhold."""
    old, new = (tuple(row.amounts) if row else _NOTHING for row in (before, after))
    return Months(old, new)


def total_of(many: Iterable[Months]) -> Months:
    """Return the sums over an employer's employees."""
    listed = list(many)
    sums = [
        tuple(map(sum, zip(*side, strict=True))) if side else _NOTHING
        for side in ([each.before for each in listed], [each.after for each in listed])
    ]
    return Months(*sums)
