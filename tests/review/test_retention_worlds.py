"""Random worlds of filings, versions, holds and messages; a second reading decides what may go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.models import OutboxMessage
from filing.numbers import make_receipt_number
from review.cases.models import Case, Original
from review.retention import erasing, runs
from review.retention.models import Hold, RunItem
from tests.review import city
from tests.review.story import NOW, actor, batch

YEARS = ("R1", "R2", "R3")
AT = datetime(2019, 3, 1, tzinfo=UTC)
ENDED = ("withdrawn", "intake_error", "superseded")
AT_WORK = ("queued", "in_review")
# R1 is over from 1 April 2027, R2 from 1 April 2028: the days around both, a leap day among them.
DAYS = (
    *(date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29)),
    *(date(2028, 3, 31), date(2028, 4, 1)),
)


@dataclass(frozen=True)
class Version:
    """One version of a filing, as drawn."""

    state: str
    marked: bool
    undelivered: bool


@dataclass(frozen=True)
class Filed:
    """One filing, as drawn: its versions share a 受付番号 and go or stay together."""

    year: str
    person: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Held:
    """One hold, as drawn: on a person or on the n-th filing, perhaps ended or run out."""

    person: str
    filing: int
    until: date | None
    ended: bool


@dataclass(frozen=True)
class World:
    filings: tuple[Filed, ...]
    holds: tuple[Held, ...]
    as_of: date


def mostly(usual, other):
    return st.sampled_from([*[usual] * 4, other])


VERSIONS = st.builds(
    Version,
    state=st.sampled_from([*ENDED * 3, *AT_WORK]),
    marked=mostly(False, True),
    undelivered=mostly(False, True),
)
PEOPLE = ("sato", "kato")
WORLDS = st.builds(
    World,
    filings=st.lists(
        st.builds(
            Filed,
            year=st.sampled_from(YEARS),
            person=st.sampled_from(PEOPLE),
            versions=st.lists(VERSIONS, min_size=1, max_size=3).map(tuple),
        ),
        max_size=5,
    ).map(tuple),
    holds=st.lists(
        st.builds(
            Held,
            person=st.sampled_from(["", "", *PEOPLE]),
            filing=st.integers(0, 4),
            until=st.sampled_from([None, *DAYS]),
            ended=mostly(False, True),
        ),
        max_size=2,
    ).map(tuple),
    as_of=st.sampled_from(DAYS),
)


def may_go(world, place):
    """Decide by the law's words alone, without any code of the retention."""
    filed = world.filings[place]
    first_day = {"R1": date(2027, 4, 1), "R2": date(2028, 4, 1), "R3": date(2029, 4, 1)}
    if world.as_of < first_day[filed.year]:
        return False
    for hold in world.holds:
        about = hold.person == filed.person if hold.person else hold.filing == place
        lasts = not hold.ended and (hold.until is None or hold.until >= world.as_of)
        if about and lasts:
            return False
    done = all(one.state in ENDED and not one.marked for one in filed.versions)
    return done and not any(one.undelivered for one in filed.versions)


def build(world, people):
    receipts = [make_receipt_number(2019, place + 1) for place in range(len(world.filings))]
    for receipt, filed in zip(receipts, world.filings, strict=True):
        filing_id, previous = uuid4(), None
        for number, version in enumerate(filed.versions, start=1):
            previous = _case(receipt, filing_id, number, filed, version, previous, people)
    for hold in world.holds:
        named = {"addressee_number": people[hold.person].number} if hold.person else {}
        if not named and hold.filing >= len(receipts):
            continue
        ended = {"ended_by": "K1002", "ended_at": NOW} if hold.ended else {}
        Hold.objects.create(
            kind="other",
            reason="調査",
            until=hold.until,
            set_by="K1001",
            set_at=NOW,
            **(named or {"receipt_number": receipts[hold.filing]}),
            **ended,
        )
    return receipts


def _case(receipt, filing_id, number, filed, version, previous, people):
    original = Original.keep(
        b"a return",
        tax_year=filed.year,
        message_id=uuid4(),
        sealed_sha256="0" * 64,
        sent_at=AT,
        received_at=AT,
    )
    if version.undelivered:
        OutboxMessage.objects.create(
            id=uuid4(),
            destination="portal",
            kind="status",
            case_key=receipt,
            sequence=number,
            sealed=b"sealed",
            size=6,
            sha256="0" * 64,
            created_at=AT,
            due_at=AT,
        )
    return Case.objects.create(
        procedure="resident-tax-return",
        tax_year=filed.year,
        receipt_number=receipt,
        filing_id=filing_id,
        version=number,
        previous=previous,
        original=original,
        submitted_at=AT,
        received_at=AT,
        state=version.state,
        state_changed_at=AT,
        addressee=people[filed.person],
        hold="調査中" if version.marked else "",
    )


@pytest.mark.req("RET-01")
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=WORLDS)
def test_exactly_what_may_go_goes(town, staff, world):
    from review.addressees.models import Addressee

    people = {name: Addressee.objects.get(number=city.NUMBERS[name]) for name in PEOPLE}
    mark = transaction.savepoint()
    try:
        receipts = build(world, people)
        expected = {r for place, r in enumerate(receipts) if not may_go(world, place)}
        run = runs.propose(world.as_of, by=batch("purge"), now=datetime(2028, 4, 1, tzinfo=UTC))
        run = runs.approve(run, by=actor(staff["tanaka"]), now=NOW)

        run = erasing.carry_out(run, by=batch("purge"), now=NOW + timedelta(days=8))

        assert run.state == "done"
        assert set(Case.objects.values_list("receipt_number", flat=True)) == expected
        assert Original.objects.count() == Case.objects.count()
        due = {e["receipt_number"] for e in run.refused if "receipt_number" in e}
        assert due <= expected
        assert not RunItem.objects.filter(state="pending").exists()
    finally:
        transaction.savepoint_rollback(mark)
