"""A person year by year (年度ごとの概要): documents, tax, how it is paid, what was issued."""

from dataclasses import dataclass

from django.db.models import Q

from review.addressees.models import Addressee
from review.assessment.models import Assessment, SourceDocument
from review.assessment.queries import assessed_years, current_assessment, held_documents
from review.levy.models import Decision, YearPerson
from review.levy.queries import decisions_of
from review.notices.models import IssuedDocument


@dataclass(frozen=True)
class Year:
    """What the office holds about a person of one 課税年度; the decision that stands, or none."""

    tax_year: str
    documents: list[SourceDocument]
    assessment: Assessment | None
    decision: Decision | None
    proposed: bool
    issued: list[IssuedDocument]


def years_of(person: Addressee) -> list[Year]:
    """Return a person's years, the latest first."""
    basics = YearPerson.objects.filter(addressee=person).values_list("tax_year", flat=True)
    years = {*assessed_years(person), *basics}
    decisions = decisions_of(person)
    return [
        _year(person, year, [d for d in decisions if d.tax_year == year])
        for year in sorted(years, key=lambda year: -int(year[1:]))
    ]


def _year(person: Addressee, tax_year: str, decisions: list[Decision]) -> Year:
    forms = Q(target__addressee=person, tax_year=tax_year)
    issued = IssuedDocument.objects.filter(Q(decision__in=decisions) | forms)
    return Year(
        tax_year,
        held_documents(person, tax_year),
        current_assessment(person, tax_year),
        next((d for d in decisions if d.state == Decision.State.DECIDED), None),
        any(d.state == Decision.State.PROPOSED for d in decisions),
        list(issued.select_related("print_file", "returned").order_by("-number")),
    )
