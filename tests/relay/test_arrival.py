"""Arrival at the relay: stored once, carried on whole, refused when it is not what it says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.arrival import arrive
from exchange.errors import Refused
from exchange.models import InboxMessage, OutboxMessage
from exchange.outbox import claim, erase_bodies, hand_over
from exchange.protocol import Envelope, dump, load, receipt_for
from exchange.services import resend
from signing import sign_receipt
from tests.relay.conftest import NOW, Zones, make_envelope

pytestmark = pytest.mark.django_db


def review_receipt(zones: Zones, envelope: Envelope, sha256: str) -> str:
    claims = {"message_id": str(envelope.id), "sha256": sha256, "zone": "review"}
    return sign_receipt(claims, key=zones.signing_key("review"))


@pytest.mark.req("REL-09")
def test_message_is_stored_once_however_often_it_comes(envelope: Envelope) -> None:
    receipts = {arrive(envelope, source="portal", now=NOW) for _ in range(3)}

    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 1
    assert len(receipts) >= 1


def test_message_is_carried_on_byte_for_byte(envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)

    carried = load(dump(claim(["review"], now=NOW)))

    assert [(one.id, one.sealed) for one in carried] == [(envelope.id, envelope.sealed)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sealed": b"other"}, "wrong_size"),
        ({"sha256": "0" * 64}, "wrong_digest"),
        ({"destination": "relay"}, "wrong_destination"),
    ],
)
def test_message_that_is_not_what_it_says_is_refused(
    envelope: Envelope, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        arrive(replace(envelope, **change), source="portal", now=NOW)

    assert refused.value.code == code
    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 0


def test_same_id_with_another_body_is_refused(zones: Zones, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)
    other = replace(make_envelope(zones, b"another"), id=envelope.id)

    with pytest.raises(Refused, match="digest_conflict"):
        arrive(other, source="portal", now=NOW)

    assert bytes(OutboxMessage.objects.get().sealed) == envelope.sealed


def test_claimed_message_is_nobody_elses_until_the_lease_ends(envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)

    taken = [len(claim(["review"], now=NOW + timedelta(seconds=seconds))) for seconds in (0, 1, 31)]

    assert taken == [1, 0, 1]


def test_receipt_of_the_stored_digest_hands_the_message_over(
    zones: Zones, envelope: Envelope
) -> None:
    arrive(envelope, source="portal", now=NOW)
    receipt = review_receipt(zones, envelope, envelope.sha256)

    counts = [hand_over([receipt], to="review", now=NOW) for _ in range(2)]

    assert counts == [1, 0]
    assert OutboxMessage.objects.get().state == OutboxMessage.State.HANDED_OVER


def test_receipt_of_another_digest_changes_nothing(zones: Zones, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)

    with pytest.raises(Refused, match="receipt_digest_differs"):
        hand_over([review_receipt(zones, envelope, "0" * 64)], to="review", now=NOW)

    assert OutboxMessage.objects.get().state == OutboxMessage.State.DUE


def test_receipt_signed_by_the_wrong_zone_is_refused(envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)

    with pytest.raises(Refused, match="bad_receipt"):
        hand_over([receipt_for(envelope.id, envelope.sha256, NOW)], to="review", now=NOW)


def test_body_is_erased_only_after_it_was_handed_over(zones: Zones, envelope: Envelope) -> None:
    kept = make_envelope(zones)
    for one in (envelope, kept):
        arrive(one, source="portal", now=NOW)
    hand_over([review_receipt(zones, envelope, envelope.sha256)], to="review", now=NOW)

    erase_bodies(handed_over_before=NOW + timedelta(days=31))

    assert OutboxMessage.objects.get(pk=envelope.id).sealed is None
    assert bytes(OutboxMessage.objects.get(pk=kept.id).sealed) == kept.sealed


def test_resending_three_times_changes_nothing_more(envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)
    OutboxMessage.objects.update(state=OutboxMessage.State.NEEDS_PERSON)

    done = [resend(envelope.id, now=NOW) for _ in range(3)]

    assert done == [True, False, False]
    assert OutboxMessage.objects.get().state == OutboxMessage.State.DUE
