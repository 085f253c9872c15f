"""The estimate (目安): the year's tax as far as the answers go, by the engine that assesses."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import filing
import tax
from config.context import load_municipality_file
from portal.interview import payload
from portal.interview.flow import unfinished
from portal.interview.model import Situation


@dataclass
class Estimate:
    """What is known of the tax. `total` is None while an answer without which it is moot is open.

    `at_most` says that deductions are still to come: the tax can only fall from here.
    """

    total: int | None = None
    change: int | None = None
    at_most: bool = False
    lines: list[tax.Line] = field(default_factory=list)
    savings: list[tuple[str, int]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    missing: list[str | Promise] = field(default_factory=list)
    may_lower: list[str | Promise] = field(default_factory=list)

    @property
    def exempt(self) -> bool:
        return self.total == 0


def assess(situation: Situation) -> tax.Assessment | None:
    """Return the assessment of the answers so far; None before card and income are known."""
    if situation.birth_date is None or "kinds" not in situation.answers("income"):
        return None
    inputs = filing.tax_inputs(
        payload.answers(situation), birth_date=situation.birth_date, tax_year=situation.tax_year
    )
    return tax.assess(inputs, tax_year=situation.tax_year, municipality=municipality_name())


def estimate(situation: Situation) -> Estimate:
    """Return the estimate with its breakdown, or what is missing for one."""
    missing = _missing(situation)
    if missing:
        return Estimate(missing=missing)
    assessment = assess(situation)
    assert assessment is not None
    open_titles = [
        section.title
        for group in ("deductions", "family")
        for section in unfinished(situation, group)
    ]
    total = int(assessment.result["total"])
    change = situation.content.get("change", {})
    before = change.get("before")
    return Estimate(
        total=total,
        change=total - before if before is not None and before != total else None,
        at_most=bool(open_titles) and total > 0,
        lines=list(assessment.explanation),
        savings=[(label, yen) for label, yen in assessment.savings if yen > 0],
        result=assessment.result,
        may_lower=open_titles if total else [],
    )


def total_of(content: dict[str, Any], tax_year: str) -> int | None:
    """Return the total of the answers in `content`, None where there is no estimate yet."""
    situation = Situation(content, tax_year)
    if _missing(situation):
        return None
    assessment = assess(situation)
    return int(assessment.result["total"]) if assessment else None


def municipality_name() -> str:
    """Return the name under which the tax engine knows the municipality."""
    return str(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])


def _missing(situation: Situation) -> list[str | Promise]:
    """Return what must be answered before any figure would mean something."""
    card = [] if situation.birth_date else [_("カードの読み取り")]
    return [*card, *(section.title for section in unfinished(situation, "income"))]
