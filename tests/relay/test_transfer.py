"""The relay's own connections: what comes of answers that are late, lost, wrong or hostile."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.utils import timezone

from exchange.errors import PeerError
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.outbox import claim, erase_bodies, hand_over, not_taken, unreachable
from exchange.protocol import Envelope
from exchange.transfer import pull, push
from signing import sign_receipt
from tests.relay.conftest import Zones, make_envelope
from tests.relay.peer import Answer, serving

pytestmark = pytest.mark.django_db


def lines(*envelopes: Envelope) -> bytes:
    found = [asdict(one) | {"sealed": one.sealed.decode()} for one in envelopes]
    return b"".join(json.dumps(one, default=str).encode() + b"\n" for one in found)


def offering(*envelopes: Envelope) -> Answer:
    return lambda verb, body: (200, lines(*envelopes) if verb == "pull" else b"{}")


def on_its_way_to_the_portal(*envelopes: Envelope) -> None:
    """Put messages on the relay's outbox as if review had pushed them."""
    now = timezone.now()
    for one in envelopes:
        OutboxMessage.objects.create(
            id=one.id, destination="portal", sealed=one.sealed, size=one.size, sha256=one.sha256,
            created_at=now, due_at=now,
        )  # fmt: skip


def receipt(zones: Zones, one: Envelope, sha256: str = "") -> str:
    claims = {"message_id": str(one.id), "sha256": sha256 or one.sha256, "zone": "portal"}
    return sign_receipt(claims, key=zones.signing_key("portal"))


def answering(receipts: list[str], refused: dict[str, str] | None = None) -> Answer:
    return lambda verb, body: (
        200,
        json.dumps({"receipts": receipts, "refused": refused or {}}).encode(),
    )


@pytest.fixture
def portal(settings, zones):
    """Let the relay find the portal at the address of a peer under test."""

    def start(answer: Answer):
        return serving(zones, answer)

    def call(peer, work, now=None):
        addresses = {"portal": peer.url}
        settings.EXCHANGE = {
            **settings.EXCHANGE, "pulls_from": addresses, "pushes_to": addresses,
        }  # fmt: skip
        return work("portal", now or timezone.now())

    start.call = call
    return start


def test_pulled_message_is_stored_and_acknowledged(portal, envelope: Envelope) -> None:
    with portal(offering(envelope)) as peer:
        assert portal.call(peer, pull) == 1

    assert OutboxMessage.objects.get().pk == envelope.id
    assert len(peer.last_ack()["receipts"]) == 1


def test_lost_acknowledgement_brings_the_message_again_and_stores_it_once(
    portal, envelope: Envelope
) -> None:
    failing = [True]

    def answer(verb: str, body: bytes) -> tuple[int, bytes]:
        if verb == "ack" and failing.pop():
            return 502, b""
        return 200, lines(envelope) if verb == "pull" else b"{}"

    with portal(answer) as peer:
        with pytest.raises(PeerError):
            portal.call(peer, pull)
        failing.append(False)
        portal.call(peer, pull)

    first, second = (json.loads(body)["receipts"] for body in peer.asked_for("ack"))
    assert len(first) == len(second) == 1
    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 1


def test_altered_message_is_named_to_its_sender_and_the_rest_arrives(
    portal, zones: Zones, envelope: Envelope
) -> None:
    altered = replace(make_envelope(zones), sha256="0" * 64)

    with portal(offering(altered, envelope)) as peer:
        portal.call(peer, pull)

    assert list(OutboxMessage.objects.values_list("pk", flat=True)) == [envelope.id]
    assert peer.last_ack()["refused"] == {str(altered.id): "wrong_digest"}
    assert Attempt.objects.get(message_id=altered.id).outcome == "wrong_digest"


@pytest.mark.parametrize("destination", ["portal", "nowhere", "x" * 40, "re\x00view"])
def test_message_for_anybody_but_the_other_peer_is_refused(
    portal, envelope: Envelope, destination: str
) -> None:
    with portal(offering(replace(envelope, destination=destination))) as peer:
        portal.call(peer, pull)

    assert peer.last_ack()["refused"] == {str(envelope.id): "wrong_destination"}
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    "garbage",
    [b"not json", b"[" * 100_000, b'{"id": "x", "size": Infinity}', b"\xff\xfe"],
)
def test_garbage_from_a_peer_is_a_failure_of_the_peer(portal, garbage: bytes) -> None:
    with portal(lambda verb, body: (200, garbage)) as peer, pytest.raises(PeerError):
        portal.call(peer, pull)


def test_redirect_is_not_followed(portal) -> None:
    with portal(lambda verb, body: (302, b"")) as peer, pytest.raises(PeerError, match="302"):
        portal.call(peer, pull)

    assert len(peer.asked) == 1


def test_receipted_message_leaves_although_another_receipt_lies(portal, zones: Zones) -> None:
    lied, good = make_envelope(zones), make_envelope(zones)
    on_its_way_to_the_portal(lied, good)

    with portal(answering([receipt(zones, lied, "0" * 64), receipt(zones, good)])) as peer:
        portal.call(peer, push)

    states = dict(OutboxMessage.objects.values_list("pk", "state"))
    assert states == {lied.id: "due", good.id: "handed_over"}


def test_message_handed_over_before_a_failure_stays_handed_over(portal, zones: Zones) -> None:
    good, lied = make_envelope(zones), make_envelope(zones)
    on_its_way_to_the_portal(good, lied)

    with portal(answering([receipt(zones, good), "no receipt", 7])) as peer:  # type: ignore[list-item]
        portal.call(peer, push)
    later = timezone.now() + timedelta(days=31)

    assert OutboxMessage.objects.get(pk=good.id).state == "handed_over"
    assert OutboxMessage.objects.get(pk=lied.id).last_error == "no_receipt"
    assert erase_bodies(handed_over_before=later) == 1


def test_refused_message_goes_to_a_person_beside_good_ones(portal, zones: Zones) -> None:
    bad, good = make_envelope(zones), make_envelope(zones)
    on_its_way_to_the_portal(bad, good)

    with portal(answering([receipt(zones, good)], {str(bad.id): "digest_conflict"})) as peer:
        portal.call(peer, push)

    found = dict(OutboxMessage.objects.values_list("pk", "state"))
    assert found == {bad.id: "needs_person", good.id: "handed_over"}
    assert OutboxMessage.objects.get(pk=bad.id).last_error == "digest_conflict"


def test_long_outage_delays_no_message_beyond_half_a_minute(portal, envelope: Envelope) -> None:
    on_its_way_to_the_portal(envelope)
    now = timezone.now()

    with portal(lambda verb, body: (503, b"")) as peer:
        peer.now = lambda: now
        for _ in range(60):
            with pytest.raises(PeerError):
                portal.call(peer, push, now)
            row = OutboxMessage.objects.get()
            assert (row.state, row.due_at - now <= timedelta(seconds=36)) == ("due", True)
            now = row.due_at

    assert OutboxMessage.objects.get().attempts == 60
    assert Attempt.objects.count() == 1


def test_late_failure_of_one_worker_does_not_undo_anothers_success(
    zones: Zones, envelope: Envelope
) -> None:
    on_its_way_to_the_portal(envelope)

    claimed = claim(["portal"], now=timezone.now())
    hand_over([receipt(zones, envelope)], to="portal", now=timezone.now())

    unreachable(claimed, "late", now=timezone.now())
    not_taken(claimed, now=timezone.now())

    row = OutboxMessage.objects.get()
    assert (row.state, row.last_error) == ("handed_over", "")
