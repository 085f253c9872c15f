"""Kept counts (未作成の件数の控え): what waits for a notice, counted now and then for the page.

In a city of 740,000 a count reads every decision of the year. The batch counts after it has made
something and every few minutes; the page says as of when. Alarms (`late`) count for themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from review.levy.models import YearRun
from review.notices.deadlines import Deadline, deadlines, undecided
from review.notices.models import WaitingCount

#: Counted again when the kept ones are older than this; those of earlier years seldom change.
AGE, AGE_OF_EARLIER_YEARS = timedelta(minutes=10), timedelta(days=1)
UNDECIDED = "undecided"


@dataclass(frozen=True)
class Waiting:
    """What waits of a year by kind, who is not decided, and when it was counted."""

    deadlines: list[Deadline]
    undecided: int
    counted_at: datetime | None


def years() -> list[str]:
    """Return the years that were decided, the latest first."""
    done = YearRun.objects.filter(state=YearRun.State.DONE).values_list("tax_year", flat=True)
    return sorted(set(done), key=lambda year: -int(year[1:]))


def count(tax_year: str, *, now: datetime) -> None:
    """Count a year anew and keep the counts."""
    rows = [
        WaitingCount(
            tax_year=tax_year, kind=one.kind, waiting=one.waiting, due=one.due, counted_at=now
        )
        for one in deadlines(tax_year, now=now)
    ]
    rows.append(
        WaitingCount(tax_year=tax_year, kind=UNDECIDED, waiting=undecided(tax_year), counted_at=now)
    )
    WaitingCount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tax_year", "kind"],
        update_fields=["waiting", "due", "counted_at"],
    )


def count_aged(*, now: datetime) -> list[str]:
    """Count the years whose counts are missing or too old; return them."""
    rows = WaitingCount.objects.filter(kind=UNDECIDED)
    kept = dict(rows.values_list("tax_year", "counted_at"))
    due = [
        year
        for at, year in enumerate(years())
        if year not in kept or kept[year] <= now - (AGE_OF_EARLIER_YEARS if at else AGE)
    ]
    for year in due:
        count(year, now=now)
    return due


def waiting(tax_year: str, *, now: datetime) -> Waiting:
    """Return the kept counts of a year; counted now where none were kept."""
    kept = {row.kind: row for row in WaitingCount.objects.filter(tax_year=tax_year)}
    if UNDECIDED not in kept:
        return Waiting(deadlines(tax_year, now=now), undecided(tax_year), None)
    today = timezone.localdate(now)
    ends = kept.pop(UNDECIDED)
    found = [
        Deadline(tax_year, kind, row.waiting, row.due, (row.due - today).days if row.due else 0)
        for kind, row in kept.items()
    ]
    order = list(WaitingCount.ORDER)
    found.sort(key=lambda one: order.index(one.kind))
    return Waiting(found, ends.waiting, ends.counted_at)
