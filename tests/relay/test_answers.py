"""The two ends tell each other what became of a message: failed for good, asked after, lost.

Two mailboxes with one set of rows cannot be had in one zone, so each end's part is played by
itself: what goes out is opened with the other end's keys, what comes in is sealed with them.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from exchange import answers, inbox, queries
from exchange.arrival import arrive
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.outbox import claim, hand_over
from exchange.protocol import receipt_for
from exchange.services import post, resend, resend_all
from tests.relay.conftest import NOW, Zones
from tests.relay.test_processing import (  # noqa: F401  (the fixture plays review)
    opened_by_portal,
    review,
    send,
)

pytestmark = pytest.mark.django_db
LATER = NOW + answers.ASK_AFTER + timedelta(minutes=1)


def outgoing(zones: Zones, kind: str) -> list[Any]:
    rows = OutboxMessage.objects.filter(kind=kind).order_by("created_at")
    return [opened_by_portal(zones, row) for row in rows]


def from_portal(zones: Zones, kind: str, body: Any, *, now=NOW) -> None:
    """Let the portal's word of this kind arrive and be handled."""
    send(zones, json.dumps(body).encode(), kind=kind)
    inbox.process(now)


def status_taken_by_relay() -> OutboxMessage:
    """Return a status of review's that the relay has taken and the portal not confirmed."""
    with transaction.atomic():
        sent = post(kind="status", body=b"{}", to="portal", case_key="", by="test", now=NOW)
    OutboxMessage.objects.filter(pk=sent.pk).update(
        state="handed_over", handed_over_at=NOW, hop_receipt="receipt"
    )
    sent.refresh_from_db()
    return sent


def test_the_writer_is_told_when_its_message_has_failed_for_good(zones: Zones) -> None:
    refused = send(zones, b"refused")

    inbox.process(NOW)

    (told,) = outgoing(zones, "failure")
    assert json.loads(told.body) == {
        "message_id": str(refused.id),
        "sha256": refused.sha256,
        "code": "unknown_case",
    }


def test_the_writer_is_not_told_of_a_provisional_failure(zones: Zones) -> None:
    send(zones, b"poison")

    inbox.process(NOW)

    assert InboxMessage.objects.get().state == InboxMessage.State.STORED
    assert outgoing(zones, "failure") == []


def test_a_failure_told_is_known_here_until_the_receipt_comes_after_all(zones: Zones) -> None:
    sent = status_taken_by_relay()

    about = {"message_id": str(sent.pk), "sha256": sent.sha256, "code": "worn_out"}
    from_portal(zones, "failure", about)

    assert queries.failed_for_good(before=LATER) == {sent.pk: NOW}
    assert Attempt.objects.get(message_id=sent.pk).outcome == "worn_out"

    sent.confirmed_at, sent.final_receipt = NOW, "receipt"
    sent.save()

    assert queries.failed_for_good(before=LATER) == {}


def test_a_failure_about_other_bytes_is_refused(zones: Zones) -> None:
    sent = status_taken_by_relay()

    from_portal(zones, "failure", {"message_id": str(sent.pk), "sha256": "0" * 64, "code": "x"})

    assert InboxMessage.objects.get().last_error == "receipt_digest_differs"
    sent.refresh_from_db()
    assert sent.failed_at is None


def test_an_answer_that_cannot_be_handled_is_not_answered_in_turn(zones: Zones) -> None:
    from_portal(zones, "failure", {"message_id": str(uuid4()), "sha256": "", "code": "x"})

    assert InboxMessage.objects.get().last_error == "unknown_message"
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("body", [[], {"messages": 3}, {"messages": ["no id"]}, {}, 5, None])
def test_a_malformed_answer_goes_to_a_person(zones: Zones, body: Any) -> None:
    for kind in ("inquiry", "unknown", "failure"):
        from_portal(zones, kind, body)

    refusals = InboxMessage.objects.values_list("state", "last_error")
    assert set(refusals) == {("needs_person", "malformed")}


def test_what_is_unconfirmed_for_long_is_asked_after_once_in_six_hours(zones: Zones) -> None:
    sent = status_taken_by_relay()

    with transaction.atomic():
        asked = [
            answers.ask_after_unconfirmed(now=now)
            for now in (NOW, LATER, LATER + timedelta(hours=1), LATER + timedelta(hours=7))
        ]

    assert asked == [0, 1, 0, 1]
    first = outgoing(zones, "inquiry")[0]
    assert json.loads(first.body) == {"messages": {str(sent.pk): sent.sha256}}


def test_an_inquiry_brings_a_lost_receipt_again(zones: Zones) -> None:
    handled = send(zones, b"a return")
    inbox.process(NOW)
    OutboxMessage.objects.all().delete()

    from_portal(zones, "inquiry", {"messages": {str(handled.id): handled.sha256}})

    receipts = outgoing(zones, "receipt")
    assert [receipt.kind for receipt in receipts] == ["receipt"]
    assert outgoing(zones, "unknown") == []


def test_an_inquiry_after_a_stuck_message_brings_the_failure_again(zones: Zones) -> None:
    refused = send(zones, b"refused")
    inbox.process(NOW)

    from_portal(zones, "inquiry", {"messages": {str(refused.id): refused.sha256}})

    codes = [json.loads(one.body)["code"] for one in outgoing(zones, "failure")]
    assert codes == ["unknown_case", "unknown_case"]


def test_an_inquiry_after_what_never_came_is_answered_with_unknown(zones: Zones) -> None:
    lost = uuid4()

    from_portal(zones, "inquiry", {"messages": {str(lost): "0" * 64}})

    (told,) = outgoing(zones, "unknown")
    assert json.loads(told.body) == {"messages": [str(lost)]}


def test_what_never_arrived_is_sent_again_under_its_id(zones: Zones) -> None:
    sent = status_taken_by_relay()

    from_portal(zones, "unknown", {"messages": [str(sent.pk)]})

    again = [message.pk for message in claim(["portal"], now=NOW)]
    assert sent.pk in again
    assert Attempt.objects.get(message_id=sent.pk).outcome == "never_seen"


def test_what_is_confirmed_is_never_sent_again(zones: Zones) -> None:
    sent = status_taken_by_relay()
    sent.confirmed_at, sent.final_receipt = NOW, "receipt"
    sent.save()

    from_portal(zones, "unknown", {"messages": [str(sent.pk)]})

    sent.refresh_from_db()
    assert sent.state == OutboxMessage.State.HANDED_OVER


def test_several_that_stopped_are_made_due_with_one_call(zones: Zones) -> None:
    stopped = [send(zones, b"refused").id for _ in range(3)]
    inbox.process(NOW)

    first = resend_all([*stopped, uuid4()], now=NOW)
    again = resend_all(stopped, now=NOW)

    assert (first, again) == (3, 0)
    assert not resend(uuid4(), now=NOW)


def test_the_relay_carries_again_what_is_brought_again_much_later(zones, settings, envelope):
    settings.KEYS_DIR = zones.home.keys("relay")
    settings.EXCHANGE = {
        "zone": "relay", "forwards": True, "pulls_from": {"portal": ""}, "pulled_by": ["review"],
    }  # fmt: skip
    arrive(envelope, source="portal", now=NOW)
    settings.KEYS_DIR, relay_exchange = zones.home.keys("review"), settings.EXCHANGE
    settings.EXCHANGE = {"zone": "review"}
    receipt = receipt_for(envelope.id, envelope.sha256, NOW)
    settings.KEYS_DIR, settings.EXCHANGE = zones.home.keys("relay"), relay_exchange
    hand_over([receipt], to="review", now=NOW)

    arrive(envelope, source="portal", now=NOW + timedelta(minutes=1))
    soon = claim(["review"], now=NOW + timedelta(minutes=1))
    arrive(envelope, source="portal", now=NOW + timedelta(hours=1))
    later = claim(["review"], now=NOW + timedelta(hours=1))

    assert soon == []
    assert [message.pk for message in later] == [envelope.id]
