"""What passes the relay's boundary: only to the right peer, only whole, never more than a code."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import requests
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from exchange import keys, outbox, retry
from exchange.arrival import arrive
from exchange.errors import Refused
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.protocol import Envelope
from signing import body_digest, check_receipt, sign_assertion, sign_receipt
from tests.relay.conftest import NOW, Zones, make_envelope

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(zones: Zones):
    """Speak to the relay as review with a fresh assertion; answers without raising."""
    client = Client(raise_request_exception=False)

    def speak(verb: str, body: bytes = b"", authorization: str = ""):
        token = zones.assertion("review", body_digest(body), now=timezone.now())
        headers = {"Authorization": authorization or f"Bearer {token}"}
        url = f"/exchange/v1/{verb}"
        return client.post(url, body, content_type="application/json", headers=headers)

    return speak


def line(one: Envelope) -> bytes:
    fields = asdict(one) | {"sealed": one.sealed.decode(), "destination": "portal"}
    return json.dumps(fields, default=str).encode() + b"\n"


def receipt(zones: Zones, one: Envelope, *, by: str, sha256: str = "") -> str:
    claims = {"message_id": str(one.id), "sha256": sha256 or one.sha256, "zone": by}
    return sign_receipt(claims, key=zones.signing_key(by))


def state_of(one: Envelope) -> str:
    return OutboxMessage.objects.get(pk=one.id).state


@pytest.mark.req("REL-09")
def test_message_that_cannot_be_forwarded_has_not_arrived_either(envelope: Envelope) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_outboxmessage ADD CONSTRAINT full_ CHECK (size < 0)")

    with pytest.raises(IntegrityError):
        arrive(envelope, source="portal", now=NOW)

    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 0


@pytest.mark.req("REL-06")
def test_pull_gives_review_only_what_is_for_review(ask, zones: Zones, envelope: Envelope) -> None:
    for_portal = replace(make_envelope(zones), destination="portal")
    arrive(for_portal, source="review", now=timezone.now())
    arrive(envelope, source="portal", now=timezone.now())

    pulled = [json.loads(one)["id"] for one in ask("pull").content.splitlines()]

    assert pulled == [str(envelope.id)]
    assert OutboxMessage.objects.get(pk=for_portal.id).attempts == 0


def test_second_pull_within_the_lease_is_empty(ask, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=timezone.now())

    pulled = [len(ask("pull").content.splitlines()) for _ in range(2)]

    assert pulled == [1, 0]


def test_receipt_of_a_push_is_signed_by_the_relay_over_what_it_stored(
    ask, zones: Zones, envelope: Envelope
) -> None:
    relay = zones.signing_key("relay").public()

    (token,) = ask("push", line(envelope)).json()["receipts"]

    claims = check_receipt(token, senders={relay.kid: relay.pem})
    found = (claims["message_id"], claims["sha256"], claims["zone"])
    assert found == (str(envelope.id), envelope.sha256, "relay")


@pytest.mark.req("REL-09")
def test_acknowledging_another_digest_is_refused_and_changes_nothing(
    ask, zones: Zones, envelope: Envelope
) -> None:
    arrive(envelope, source="portal", now=NOW)
    lie = receipt(zones, envelope, by="review", sha256="0" * 64)

    answer = ask("ack", json.dumps({"receipts": [lie]}).encode())

    assert (answer.status_code, answer.json()) == (400, {"error": "receipt_digest_differs"})
    assert (state_of(envelope), Attempt.objects.count()) == ("due", 0)


@pytest.mark.req("REL-09")
@pytest.mark.parametrize(("destination", "liar"), [("portal", "review"), ("review", "portal")])
def test_peer_cannot_receipt_what_is_meant_for_the_other(
    zones: Zones, envelope: Envelope, destination: str, liar: str
) -> None:
    arrive(replace(envelope, destination=destination), source=liar, now=NOW)

    with pytest.raises(Refused, match="receipt_not_theirs"):
        outbox.hand_over([receipt(zones, envelope, by=liar)], to=liar, now=NOW)

    assert state_of(envelope) == "due"


@pytest.mark.req("REL-09")
def test_broken_line_behind_a_good_one_leaves_nothing_half_stored(
    ask, zones: Zones, envelope: Envelope
) -> None:
    broken = line(make_envelope(zones))[:-40] + b"\n"

    answer = ask("push", line(envelope) + broken)

    assert (answer.status_code, answer.json()) == (400, {"error": "malformed"})
    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 0


@pytest.mark.req("REL-06")
def test_review_cannot_speak_in_the_name_of_the_portal(ask, zones: Zones) -> None:
    token = sign_assertion(
        issuer="portal", audience="relay", key=zones.signing_key("review"),
        now=timezone.now(), body_sha256=body_digest(b""),
    )  # fmt: skip

    answer = ask("pull", authorization=f"Bearer {token}")

    assert (answer.status_code, answer.json()) == (401, {"error": "unknown_issuer"})


@pytest.mark.req("REL-06")
@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("Bearer ", "missing"),
        ("Basic cmV2aWV3OnJldmlldw==", "missing"),
        ("Bearer nonsense", "malformed"),
        ("Bearer a.b.c", "malformed"),
        (f"Bearer {'x' * 9_000}", "too_large"),
    ],
)
def test_what_is_no_assertion_is_refused_by_a_code(ask, authorization: str, code: str) -> None:
    answer = ask("pull", authorization=authorization)

    assert (answer.status_code, answer.json()) == (401, {"error": code})


@pytest.mark.req("REL-03")
@pytest.mark.parametrize("address", ["exchange/v1/pull", "exchange/v1/push", "healthz", "", "ids"])
def test_no_address_answers_a_get_with_data(
    zones: Zones, client: Client, envelope: Envelope, address: str
) -> None:
    arrive(envelope, source="portal", now=NOW)
    token = zones.assertion("review", body_digest(b""), now=timezone.now())

    answer = client.get(f"/{address}", headers={"Authorization": f"Bearer {token}"})

    assert answer.content in (b"", b'{"ok": true}', b'{"error": "not_found"}')
    assert OutboxMessage.objects.get().attempts == 0


def test_failure_of_the_relay_answers_a_code_and_no_traceback(ask) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_outboxmessage RENAME TO gone")

    answer = ask("pull")

    assert (answer.status_code, answer.json()) == (500, {"error": "internal"})


def test_message_that_is_never_receipted_goes_to_a_person_in_the_end(envelope: Envelope) -> None:
    arrive(replace(envelope, destination="portal"), source="review", now=NOW)
    OutboxMessage.objects.update(attempts=retry.MAX_ATTEMPTS - 2)
    now, states = NOW, []

    for _ in range(2):
        outbox.not_taken(outbox.claim(["portal"], now=now), now=now)
        states.append(state_of(envelope))
        now = OutboxMessage.objects.get().due_at

    assert states == ["due", "needs_person"]
    assert outbox.claim(["portal"], now=now) == []
    assert [one.outcome for one in Attempt.objects.all()] == ["no_receipt", "no_receipt"]


@pytest.mark.req("REL-09")
def test_relay_holds_one_private_key_and_it_opens_nothing(relay_keys: Path) -> None:
    private = [path for path in relay_keys.rglob("*.pem") if b"PRIVATE" in path.read_bytes()]

    assert [path.parent.relative_to(relay_keys) for path in private] == [Path("own/signing")]
    assert keys.own_encryption_keys() == {}


@pytest.mark.req("REL-09")
@pytest.mark.django_db(transaction=True)
def test_two_pulls_over_the_wire_at_once_never_share_a_message(live_server, zones: Zones) -> None:
    sent = [make_envelope(zones) for _ in range(60)]
    for one in sent:
        arrive(one, source="portal", now=timezone.now())

    def pull(_: int) -> list[str]:
        token = zones.assertion("review", body_digest(b""), now=timezone.now())
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(f"{live_server.url}/exchange/v1/pull", headers=headers, timeout=10)
        return [json.loads(found)["id"] for found in answer.content.splitlines()]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(pull, range(2))

    assert sorted(first + second) == sorted(str(one.id) for one in sent)
