"""What stands beside the return on the case page (申告の横に並べるもの): one thing at a time."""

from dataclasses import replace
from typing import Any

import filing
from filing import Return
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.assessment.queries import comparison_rows, current_assessment, held_documents
from review.assessment.trial import trial
from review.cases.amendments import amended_answers
from review.cases.models import Case
from review.cases.presentation import changes_of
from review.reconcile.queries import of_person

HELD, LAST_YEAR, TAX = "held", "last-year", "tax"
PLACES = (HELD, LAST_YEAR, TAX)


def beside(case: Case, document: Return | None, wanted: str) -> dict[str, Any]:
    """Return what the right side shows: the documents held, last year's return or the tax."""
    place = wanted if wanted in PLACES else HELD
    person = case.addressee
    if person is None or (document is None and place != HELD):
        return {"beside": HELD, "places": []}
    shown: dict[str, Any] = {"beside": place, "places": PLACES}
    if place == LAST_YEAR and document:
        return shown | {"last_year": last_year(case, person, document)}
    if place == TAX and document:
        return shown | tax_of(case, person, document)
    return shown | _held(case, person, document)


def last_year(case: Case, person: Addressee, document: Return) -> dict[str, Any]:
    """Return how the return differs from what counted for the year before (前年との違い).

    The year before as it was imported, 職権修正 included; `changes` is None where there is none.
    """
    year = f"R{int(case.tax_year[1:]) - 1}"
    known = SourceDocument.objects.filter(
        addressee=person,
        tax_year=year,
        kind=SourceDocument.Kind.RESIDENT_RETURN,
        replaced_by__isnull=True,
    ).first()
    if known is None:
        return {"year": year, "changes": None}
    now = filing.redact(document)
    return {
        "year": year,
        "changes": changes_of(replace(now, answers=known.content["answers"]), now),
    }


def tax_of(case: Case, person: Addressee, document: Return) -> dict[str, Any]:
    """Return the tax line by line: as assessed, or what this return would lead to (試算)."""
    assessed = current_assessment(person, case.tax_year)
    if assessed is not None and case.is_imported:
        return {"assessment": assessed}
    return {"trial": trial(case, person, amended_answers(case, document.answers))}


def _held(case: Case, person: Addressee, document: Return | None) -> dict[str, Any]:
    documents = held_documents(person, case.tax_year)
    return {
        "documents": documents,
        "comparison": comparison_rows(document.answers if document else {}, documents),
        "disagreements": of_person(person, case.tax_year),
        "assessment": current_assessment(person, case.tax_year),
    }
