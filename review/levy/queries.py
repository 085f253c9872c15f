"""Reads of the year's tax (賦課の参照)."""

from collections.abc import Collection as CollectionOf
from collections.abc import Iterable, Iterator
from uuid import UUID

from filing.calendar import tax_year_label, western_year
from review.arrays import each_of
from review.levy.collecting import Planned
from review.levy.models import Collection, Decision


def previous_year(tax_year: str) -> str:
    """Return the tax year (課税年度) before one."""
    return tax_year_label(western_year(tax_year) - 1)


def collection_rows(assessment_id: UUID, planned: Iterable[Planned]) -> Iterator[Collection]:
    """Yield the rows of an assessment's collection."""
    for entry in planned:
        employer = entry.employer
        yield Collection(
            assessment_id=assessment_id,
            method=entry.method,
            employer=employer.name if employer else "",
            employer_number=employer.number if employer else "",
            total=entry.total,
            amounts=entry.amounts,
        )


def previous_pensions(people: CollectionOf[UUID], tax_year: str) -> dict[UUID, int]:
    """Return what was taken from people's pensions the year before (yen), for 仮徴収."""
    found = Collection.objects.filter(
        method=Collection.Method.PENSION,
        assessment__decision__tax_year=previous_year(tax_year),
        assessment__decision__addressee_id__in=each_of(people),
        assessment__decision__state=Decision.State.DECIDED,
    ).order_by("assessment__decision__number")
    return dict(found.values_list("assessment__decision__addressee_id", "total"))
