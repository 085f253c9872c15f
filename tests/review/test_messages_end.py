"""Ids and digests of messages: gone the day after their days are over, never what is not done."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from exchange.models import Attempt, Comparison, InboxMessage, OutboxMessage, SeenAssertion
from review.retention import schedule
from review.retention.tasks import forget_ended
from tests.review.story import NOW, actor

# 400 days after 1 February 2027.
DONE = datetime(2027, 2, 1, 14, 59, tzinfo=UTC)
LAST_DAY = datetime(2028, 3, 7, 4, tzinfo=UTC)
DAY_AFTER = LAST_DAY + timedelta(days=1)


def sent(**changes):
    given = {
        "destination": "portal", "kind": "status", "case_key": "2027-0000001-A", "size": 1,
        "sha256": "0" * 64, "created_at": DONE, "due_at": DONE, "state": "handed_over",
        "handed_over_at": DONE, "hop_receipt": "signed", "confirmed_at": DONE,
        "final_receipt": "signed",
    }  # fmt: skip
    row = OutboxMessage.objects.create(**given | changes)
    Attempt.objects.create(message_id=row.pk, step="hand_over", at=DONE, outcome="done")
    return row


def received(**changes):
    given = {
        "source": "relay", "destination": "review", "kind": "submission", "size": 1,
        "sha256": "0" * 64, "created_at": DONE, "received_at": DONE, "due_at": DONE,
        "state": "done", "done_at": DONE,
    }  # fmt: skip
    return InboxMessage.objects.create(id=uuid4(), **given | changes)


def left_at(moment):
    with time_machine.travel(moment, tick=False):
        forget_ended()
    models = (OutboxMessage, InboxMessage, Attempt, Comparison, SeenAssertion)
    return tuple(model.objects.count() for model in models)


@pytest.fixture
def mailbox(db):
    sent(), received()
    Comparison.objects.create(at=DONE, by="batch:exchange", messages=2)
    SeenAssertion.objects.create(jti="one", expires_at=LAST_DAY)


@pytest.mark.req("RET-01")
def test_what_is_done_with_goes_the_day_after_its_days(mailbox):
    assert left_at(LAST_DAY) == (1, 1, 1, 1, 1)
    assert left_at(DAY_AFTER) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "undone",
    [
        lambda: sent(confirmed_at=None, final_receipt=""),
        lambda: sent(confirmed_at=None, final_receipt="", failed_at=DONE),
        lambda: sent(confirmed_at=DONE + timedelta(days=1)),
        lambda: sent(state="needs_person", sealed=b"x", handed_over_at=None, hop_receipt=""),
    ],
    ids=["unconfirmed", "failed", "confirmed a day later", "waits for a person"],
)
def test_what_the_far_end_has_not_confirmed_by_then_stays(db, undone):
    undone()

    assert left_at(DAY_AFTER)[0] == 1


def test_what_came_and_waits_for_a_person_stays_with_its_attempts(db):
    row = received(state="needs_person", sealed=b"x", done_at=None)
    Attempt.objects.create(message_id=row.pk, step="handle", at=DONE, outcome="unknown_kind")

    assert left_at(DAY_AFTER)[1:3] == (1, 1)


def test_two_people_change_the_days_and_the_next_night_counts_by_them(mailbox, staff):
    change = {"amount": 500, "unit": "days", "basis": "情報セキュリティ実施手順", "reason": "改正"}
    version = schedule.propose("own-message-ids", by=actor(staff["suzuki"]), now=NOW, **change)
    schedule.approve(version, by=actor(staff["tanaka"]), now=NOW)

    assert left_at(DAY_AFTER)[0] == 1
    assert left_at(LAST_DAY + timedelta(days=101))[0] == 0
