"""Random cities: documents, runs and print files of years, people who left, holds and relations.

What may go is decided here a second time, from the law's words and fixed days, without any code
of the retention; the run must agree to the last row.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review.addressees.models import Addressee, SamePerson
from review.assessment.models import MergedBasis, SourceDocument
from review.levy.models import YearPerson, YearRun
from review.notices.models import IssuedDocument, PrintFile
from review.retention import erasing, runs
from review.retention.models import Hold, RunItem
from tests.review.small_city import resident
from tests.review.story import NOW, actor, batch

# The first day on which what is of a year may go, and on which who left on a day may.
YEARS = {"R1": date(2027, 4, 1), "R2": date(2028, 4, 1), "R3": date(2029, 4, 1)}
LEFT = {
    date(2019, 12, 31): date(2027, 1, 1),
    date(2020, 2, 29): date(2027, 3, 1),
    date(2021, 3, 31): date(2028, 4, 1),
}
DAYS = (
    *(date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28), date(2027, 3, 1)),
    *(date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29), date(2028, 3, 31)),
    date(2028, 4, 1),
)


@dataclass(frozen=True)
class Person:
    """One person, as drawn: when they left and how, their years, and whether a hold keeps them."""

    left: date | None
    how: str
    years: frozenset[str]
    held_until: date | None
    held: bool


@dataclass(frozen=True)
class City:
    people: tuple[Person, ...]
    runs: frozenset[str]
    prints: frozenset[str]
    same: bool
    as_of: date


SOME_YEARS = st.frozensets(st.sampled_from(sorted(YEARS)), max_size=3)
CITIES = st.builds(
    City,
    people=st.lists(
        st.builds(
            Person,
            left=st.sampled_from([None, *LEFT]),
            how=st.sampled_from(["died_on", "moved_out_on"]),
            years=SOME_YEARS,
            held_until=st.sampled_from([None, *DAYS]),
            held=st.sampled_from([False, False, True]),
        ),
        min_size=2,
        max_size=4,
    ).map(tuple),
    runs=SOME_YEARS,
    prints=SOME_YEARS,
    same=st.booleans(),
    as_of=st.sampled_from(DAYS),
)


def is_held(person, city):
    return person.held and (person.held_until is None or person.held_until >= city.as_of)


def documents_left(city):
    return {
        (place, year)
        for place, person in enumerate(city.people)
        for year in person.years
        if city.as_of < YEARS[year] or is_held(person, city)
    }


def years_left(city, years):
    """Whatever is of a whole year stays with the year's people."""
    return {
        year
        for year in years
        if city.as_of < YEARS[year]
        or any(year in person.years and is_held(person, city) for person in city.people)
    }


def people_left(city):
    """Nobody goes in the run that takes their last record: it names them as the list is made."""

    def stays(person):
        early = person.left is None or city.as_of < LEFT[person.left]
        return early or is_held(person, city) or bool(person.years)

    left = {place for place, person in enumerate(city.people) if stays(person)}
    if city.same and {0, 1} & left:
        left |= {0, 1}
    return left


def build(city):
    rows = []
    for place, person in enumerate(city.people):
        made = resident(place, **({person.how: person.left} if person.left else {}))
        rows.append(made.row)
        for year in person.years:
            made.document("salary_report", tax_year=year, revenue=1)
            basics = {"tax_year": year, "addressee": made.row}
            YearPerson.objects.create(residency="resident", taken_at=NOW, **basics)
            MergedBasis.objects.create(
                revision=1, answers={}, origins={}, made_at=NOW, made_by="K1", **basics
            )
        if person.held:
            Hold.objects.create(
                kind="other", reason="調査", addressee_number=made.row.number, set_by="K1001",
                until=person.held_until, set_at=NOW,
            )  # fmt: skip
    if city.same:
        first, second = sorted(rows[:2], key=lambda row: row.pk)
        SamePerson.objects.create(first=first, second=second, proposed_by="K1", proposed_at=NOW)
    for year in city.runs:
        YearRun.objects.create(tax_year=year, proposed_by="K1", proposed_at=NOW, state="dropped")
    for year in city.prints:
        given = {"tax_year": year, "made_at": NOW, "made_by": "K1", "sha256": "0" * 64}
        file = PrintFile.objects.create(name=f"notices-{year}", count=1, **given)
        IssuedDocument.objects.create(
            kind="employer",
            tax_year=year,
            content={},
            print_file=file,
            issued_at=NOW,
            issued_by="K",
        )
    return {row.pk: place for place, row in enumerate(rows)}


@pytest.mark.req("RET-01")
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(city=CITIES)
def test_exactly_what_may_go_goes(db, staff, city):
    mark = transaction.savepoint()
    try:
        places = build(city)
        run = runs.propose(city.as_of, by=batch("purge"), now=datetime(2028, 4, 1, tzinfo=UTC))
        run = runs.approve(run, by=actor(staff["tanaka"]), now=NOW)

        run = erasing.carry_out(run, by=batch("purge"), now=NOW + timedelta(days=8))

        assert run.state == "done"
        for model in (SourceDocument, MergedBasis, YearPerson):
            rows = model.objects.values_list("addressee_id", "tax_year")
            assert {(places[pk], year) for pk, year in rows} == documents_left(city)
        assert years_of(YearRun) == years_left(city, city.runs)
        assert years_of(PrintFile) == years_left(city, city.prints)
        assert years_of(IssuedDocument) == years_left(city, city.prints)
        left = {places[pk] for pk in Addressee.objects.values_list("pk", flat=True)}
        assert left == people_left(city)
        assert not RunItem.objects.filter(state="pending").exists()
    finally:
        transaction.savepoint_rollback(mark)


def years_of(model):
    return set(model.objects.values_list("tax_year", flat=True))
