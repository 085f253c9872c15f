"""Reads of the year's tax (賦課の参照)."""

from collections.abc import Collection as CollectionOf
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from filing.calendar import tax_year_label, western_year
from review.addressees.models import Addressee
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


def last_decision(person: Addressee, tax_year: str) -> Decision | None:
    """Return the newest decision of a person and year, decided or proposed; not one dropped."""
    found = Decision.objects.filter(addressee=person, tax_year=tax_year)
    standing = found.exclude(state=Decision.State.DROPPED).select_related("assessment__basis")
    return standing.order_by("-number").first()


def decisions_of(person: Addressee) -> list[Decision]:
    """Return a person's decisions of all years (賦課の履歴), the newest first, dropped ones too."""
    found = Decision.objects.filter(addressee=person).prefetch_related(
        "assessment__collections", "documents"
    )
    return sorted(found, key=lambda d: (-western_year(d.tax_year), -d.number, -d.pk))


_STALE = """
SELECT p.id, p.number, d.total, a.total, a.computed_at
FROM levy_decision d
JOIN addressees_addressee p ON p.id = d.addressee_id
JOIN LATERAL (
    SELECT b.id FROM assessment_mergedbasis b WHERE b.tax_year = d.tax_year
    AND b.addressee_id = d.addressee_id ORDER BY b.revision DESC LIMIT 1) newest ON true
JOIN assessment_assessment a ON a.basis_id = newest.id AND a.total <> d.total
WHERE d.tax_year = %s AND d.state = 'decided' AND a.computed_at > %s AND NOT EXISTS (
    SELECT 1 FROM levy_decision later WHERE later.tax_year = d.tax_year
    AND later.addressee_id = d.addressee_id AND later.number > d.number
    AND later.state <> 'dropped')
ORDER BY a.computed_at LIMIT %s
"""


def waiting_corrections(tax_year: str, since: datetime, most: int = 100) -> list[dict[str, Any]]:
    """Return whose newest computation differs from what was decided, the oldest first."""
    names = ("id", "number", "decided", "computed", "at")
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [tax_year, since, most])
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
