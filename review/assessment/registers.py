"""What the registers know (障害者手帳・生活保護) on the days that the law looks at."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from filing.calendar import assessment_date, income_year_end
from review.assessment.papers import Kind, Paper

GRADES = {"special": "special", "ordinary": "general"}


def register_facts(documents: Sequence[Paper], tax_year: str) -> tuple[dict[str, Any], list[str]]:
    """Return the facts and the documents that they are from.

    障害者手帳 counts on 31 December of the income year, 生活扶助 on 1 January (地方税法295条).
    """
    facts: dict[str, Any] = {}
    ids: list[str] = []
    for document in documents:
        content = document.content
        if document.kind == Kind.DISABILITY and _holds(
            content, "valid_", income_year_end(tax_year)
        ):
            grade = GRADES.get(content.get("grade", ""), "general")
            # The graver of two certificates counts.
            if facts.get("disability") != "special":
                facts["disability"] = grade
            ids.append(str(document.pk))
        if document.kind == Kind.PUBLIC_ASSISTANCE and _holds(
            content, "", assessment_date(tax_year)
        ):
            facts["livelihood_protection"] = True
            ids.append(str(document.pk))
    return facts, ids


def _holds(content: dict[str, Any], prefix: str, day: date) -> bool:
    """Tell whether the period from … until of a document has the day in it; no end is open."""
    start, end = content.get(f"{prefix}from") or "", content.get(f"{prefix}until") or ""
    return start <= day.isoformat() and (not end or day.isoformat() <= end)
