"""The relay's three verbs: for the peer that proves who it is, and for nobody else."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from exchange.arrival import arrive
from exchange.models import InboxMessage, OutboxMessage
from exchange.protocol import Envelope
from signing import body_digest, sign_receipt
from tests.relay.conftest import NOW, Zones

pytestmark = pytest.mark.django_db


def call(
    client: Client, verb: str, body: bytes, token: str | None
) -> tuple[int, dict[str, object] | bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post(
        f"/exchange/v1/{verb}", body, content_type="application/json", headers=headers
    )
    is_json = answer["Content-Type"] == "application/json"
    return answer.status_code, answer.json() if is_json else answer.content


def proof(zones: Zones, body: bytes = b"", issuer: str = "review", to: str = "relay") -> str:
    return zones.assertion(issuer, body_digest(body), now=timezone.now(), to=to)


def test_review_pulls_and_acknowledges(zones: Zones, client: Client, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=timezone.now())

    status, lines = call(client, "pull", b"", proof(zones))
    pulled = json.loads(lines)  # type: ignore[arg-type]
    claims = {"message_id": pulled["id"], "sha256": pulled["sha256"], "zone": "review"}
    receipt = sign_receipt(claims, key=zones.signing_key("review"))
    body = json.dumps({"receipts": [receipt]}).encode()
    acknowledged = call(client, "ack", body, proof(zones, body))

    assert status == 200
    assert acknowledged == (200, {"handed_over": 1})


@pytest.mark.req("REL-06", "REL-07")
@pytest.mark.parametrize(
    ("issuer", "to", "code"),
    [("portal", "relay", "unknown_sender"), ("review", "portal", "wrong_audience")],
)
def test_assertion_of_another_or_for_another_is_refused(
    zones: Zones, client: Client, envelope: Envelope, issuer: str, to: str, code: str
) -> None:
    arrive(envelope, source="portal", now=NOW)

    answer = call(client, "pull", b"", proof(zones, issuer=issuer, to=to))

    assert answer == (401, {"error": code})


def test_assertion_counts_once(zones: Zones, client: Client) -> None:
    token = proof(zones)

    answers = [call(client, "pull", b"", token)[0] for _ in range(2)]

    assert answers == [200, 401]


def test_stale_assertion_is_refused(zones: Zones, client: Client) -> None:
    old = timezone.now() - timedelta(minutes=10)

    answer = call(client, "pull", b"", zones.assertion("review", body_digest(b""), now=old))

    assert answer == (401, {"error": "stale"})


def test_assertion_is_bound_to_the_body(zones: Zones, client: Client) -> None:
    answer = call(client, "ack", b'{"receipts": []}', proof(zones, b"another body"))

    assert answer == (401, {"error": "wrong_body"})


def test_request_without_an_assertion_is_refused(client: Client) -> None:
    assert call(client, "pull", b"", None) == (401, {"error": "missing"})


@pytest.mark.parametrize("body", [b"not json", b'{"id": 1}', b'{"id": "x", "sealed": "y"}', b"[]"])
def test_malformed_push_stores_nothing(zones: Zones, client: Client, body: bytes) -> None:
    answer = call(client, "push", body, proof(zones, body))

    assert answer == (400, {"error": "malformed"})
    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 0


@pytest.mark.req("REL-03")
@pytest.mark.parametrize("verb", ["pull", "ack", "push"])
def test_nothing_is_given_to_a_get(client: Client, verb: str) -> None:
    assert client.get(f"/exchange/v1/{verb}").status_code == 405


def test_unknown_address_answers_a_code_and_no_traceback(client: Client) -> None:
    answer = client.get("/admin/")

    assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})
