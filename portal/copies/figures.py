"""The figures of a filed return (目安の控え): kept as they were shown when it was signed.

They were not signed, and no right follows from them. But a copy that is fetched next year must not
tell other figures than the one that was printed, because the law's tables or our code changed.
"""

from dataclasses import dataclass
from typing import Any

from filing import load_form
from portal.estimate import estimate
from portal.interview.model import Situation
from portal.interview.versions import FILED

# Where the kept return (FILED) holds them.
ESTIMATED = "estimated"


@dataclass(frozen=True)
class Figures:
    """The year's tax, None where it could not be told, and the form's computed boxes (yen)."""

    total: int | None
    boxes: dict[str, int]


def as_estimated(situation: Situation) -> dict[str, Any]:
    """Return what is kept of the estimate with the return that was signed."""
    told = _told(situation)
    return {ESTIMATED: {"total": told.total, "boxes": told.boxes}}


def figures_of(situation: Situation) -> Figures:
    """Return the figures of when it was signed; from before they were kept, today's."""
    kept = situation.content.get(FILED, {}).get(ESTIMATED)
    return Figures(kept["total"], kept["boxes"]) if kept else _told(situation)


def _told(situation: Situation) -> Figures:
    figures, form = estimate(situation), load_form(situation.tax_year)
    amounts = {box.result: figures.result.get(box.result) for box in form.computed}
    return Figures(
        figures.total, {box: yen for box, yen in amounts.items() if isinstance(yen, int)}
    )
