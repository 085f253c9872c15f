"""What the relay's endpoint takes and gives when a peer pushes more, worse, or refuses."""

import json
from dataclasses import asdict, replace

import pytest
from django.test import Client
from django.utils import timezone

from exchange import endpoints
from exchange.arrival import arrive
from exchange.models import Attempt, InboxMessage, OutboxMessage, SeenAssertion
from exchange.protocol import Envelope
from signing import body_digest
from tests.relay.conftest import NOW, Zones, make_envelope

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client: Client, zones: Zones):
    """Speak to the relay as review, each time with a fresh assertion."""

    def speak(verb: str, body: bytes = b"") -> tuple[int, object]:
        token = zones.assertion("review", body_digest(body), now=timezone.now())
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(
            f"/exchange/v1/{verb}", body, content_type="application/json", headers=headers
        )
        is_json = answer["Content-Type"] == "application/json"
        return answer.status_code, answer.json() if is_json else answer.content

    return speak


def line(one: Envelope, **change: object) -> bytes:
    fields = asdict(one) | {"sealed": one.sealed.decode(), "destination": "portal"} | change
    return json.dumps(fields, default=str).encode() + b"\n"


def test_push_beyond_the_limit_for_forms_is_taken(call, zones: Zones) -> None:
    big = make_envelope(zones, b"x" * 3_000_000)

    status, answer = call("push", line(big))

    assert (status, len(answer["receipts"])) == (200, 1)
    assert bytes(OutboxMessage.objects.get().sealed) == big.sealed


def test_altered_push_is_refused_and_recorded_beside_a_good_one(call, zones: Zones) -> None:
    bad, good = make_envelope(zones), make_envelope(zones)

    _, answer = call("push", line(bad, sha256="0" * 64) + line(good))

    assert (len(answer["receipts"]), answer["refused"]) == (1, {str(bad.id): "wrong_digest"})
    assert InboxMessage.objects.get().pk == good.id
    assert Attempt.objects.get().outcome == "wrong_digest"


def test_peer_cannot_have_a_message_sent_back_to_itself(call, envelope: Envelope) -> None:
    _, answer = call("push", line(envelope, destination="review"))

    assert answer["refused"] == {str(envelope.id): "wrong_destination"}


def test_too_large_a_request_is_refused_before_anything_is_stored(call) -> None:
    assert call("pull", b"x") == (413, {"error": "too_large"})
    assert call("ack", b"x" * (endpoints.MAX_ACK_BYTES + 1)) == (413, {"error": "too_large"})
    assert SeenAssertion.objects.count() == 0


def test_refusal_of_the_peer_takes_the_message_to_a_person(call, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=timezone.now())
    call("pull")

    refusal = json.dumps({"receipts": [], "refused": {str(envelope.id): "wrong_digest"}})
    call("ack", refusal.encode())

    row = OutboxMessage.objects.get()
    assert (row.state, row.last_error) == ("needs_person", "wrong_digest")
    assert call("pull") == (200, b"")


def test_peer_refuses_only_what_is_meant_for_it(call, envelope: Envelope) -> None:
    arrive(replace(envelope, destination="portal"), source="review", now=NOW)

    call("ack", json.dumps({"receipts": [], "refused": {str(envelope.id): "x"}}).encode())

    assert OutboxMessage.objects.get().state == OutboxMessage.State.DUE


@pytest.mark.parametrize(
    "refused", [{"x": "code"}, {"%(id)s": "氏名"}, {"%(id)s": "a" * 41}, ["%(id)s"], 7]
)
def test_malformed_refusal_changes_nothing(call, envelope: Envelope, refused: object) -> None:
    arrive(envelope, source="portal", now=NOW)
    text = json.dumps({"receipts": [], "refused": refused}) % {"id": envelope.id}

    assert call("ack", text.encode()) == (400, {"error": "malformed"})
    assert OutboxMessage.objects.get().state == OutboxMessage.State.DUE


def test_expired_assertions_are_forgotten_and_live_ones_kept(call) -> None:
    SeenAssertion.objects.create(jti="old", expires_at=NOW.replace(year=2020))
    SeenAssertion.objects.create(jti="live", expires_at=NOW.replace(year=2100))

    call("pull")

    assert set(SeenAssertion.objects.values_list("jti", flat=True)) & {"old", "live"} == {"live"}
