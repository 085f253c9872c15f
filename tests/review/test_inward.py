"""What the resident says about a filing that is here: withdrawal, and a corrected version."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from exchange.errors import Refused
from exchange.inbox import Delivery
from review.audit.models import AuditEvent
from review.cases.intake import receive_submission
from review.cases.inward import NotHereYet, receive_withdrawal
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import REPLACEABLE, TRANSITIONS, State
from tests.review.story import NOW, walk

LATER = NOW + timedelta(hours=2)


def withdrawal_of(number, version=1, **body):
    content = {"receipt_number": number, "version": version} | body
    return Delivery(
        uuid4(), "withdrawal", number, 2, json.dumps(content).encode(), LATER, LATER, "0" * 64
    )


@pytest.mark.parametrize(
    "state",
    [State.QUEUED, State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_CONFIRMATION],
)
def test_withdrawal_before_acceptance_ends_the_case_and_is_told(filed, staff, told, state):
    case = walk(filed.queued(), state, staff)

    receive_withdrawal(withdrawal_of(case.receipt_number), now=LATER)

    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert (told(case)[-1]["state"], told(case)[-1]["stage"]) == ("closed", "withdrawn")
    entry = AuditEvent.objects.filter(action="case.state").latest("position")
    assert (entry.actor, entry.reason) == ("batch:inward", "申告者からの取下げの申出")


def test_withdrawal_is_possible_wherever_a_newer_version_could_replace():
    withdrawable = {state for state, ways in TRANSITIONS.items() if State.WITHDRAWN in ways}
    assert withdrawable == REPLACEABLE


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IMPORTED, State.REJECTED])
def test_withdrawal_that_is_too_late_changes_nothing_and_says_why(filed, staff, told, state):
    case = walk(filed.queued(), state, staff)

    receive_withdrawal(withdrawal_of(case.receipt_number), now=LATER)

    assert Case.objects.get(pk=case.pk).state == state
    assert "取り下げることはできません" in told(case)[-1]["message"]
    assert AuditEvent.objects.filter(action="case.withdrawal_too_late").count() == 1


def test_withdrawal_twice_is_one(filed, told):
    case = filed.queued()
    for _time in range(2):
        receive_withdrawal(withdrawal_of(case.receipt_number), now=LATER)

    assert [status["stage"] for status in told(case)].count("withdrawn") == 1


def test_withdrawal_before_the_filing_waits(db):
    with pytest.raises(NotHereYet):
        receive_withdrawal(withdrawal_of("R8-0000001"), now=LATER)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"receipt_number": "x"}'])
def test_withdrawal_that_is_none_is_refused(db, body):
    with pytest.raises(Refused):
        receive_withdrawal(replace(withdrawal_of("x"), body=body), now=LATER)


def test_corrected_version_takes_the_place_of_the_first_under_the_same_number(filed, staff, told):
    first = walk(filed.queued(), State.CORRECTION_REQUESTED, staff)
    document = filed.document(filing_id=str(first.filing_id), version=2)

    delivery = filed.delivery(document, receipt_number=first.receipt_number, at=LATER)
    receive_submission(delivery, now=LATER)
    process_due_cases(now=LATER + timedelta(minutes=1))

    second = Case.objects.get(receipt_number=first.receipt_number, version=2)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.SUPERSEDED, State.QUEUED)
    assert second.previous == first
    assert [(s["version"], s["stage"]) for s in told(first)][-4:] == [
        (2, "arrived"),
        (1, "withdrawn"),
        (2, "verified"),
        (2, "queued"),
    ]
