"""A destination zone handles what has arrived: once, in order, the bad beside the good.

The mailbox is the same code in every zone; here it plays review with review's keys.
"""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from exchange import answers, inbox, retry
from exchange.arrival import arrive
from exchange.envelope import Inner
from exchange.errors import Refused
from exchange.forget import forget
from exchange.inbox import Delivery
from exchange.models import Attempt, CaseSequence, InboxMessage, OutboxMessage
from exchange.outbox import claim, erase_bodies, hand_over
from exchange.protocol import Envelope, receipt_for
from exchange.queries import hops
from exchange.services import post, redrive, resend
from signing import check_receipt, open_sealed, sign_receipt
from signing.keys import read_directory
from tests.relay.conftest import NOW, Zones

pytestmark = pytest.mark.django_db
HANDLED: list[tuple[str, int, bytes]] = []


class Killed(BaseException):
    """A worker that ends in the middle of its work: nothing of ours may catch it."""


def handle(delivery: Delivery, *, now: object) -> None:
    """Note a delivery; some bodies are trouble."""
    if delivery.body == b"poison":
        raise ValueError("cannot be handled, and never will be")
    if delivery.body == b"refused":
        raise Refused("unknown_case")
    if delivery.body == b"deadly":
        raise Killed
    # A row of the handler's own, to see whether it goes with the rest.
    CaseSequence.objects.create(direction="in", peer="handler", case_key=delivery.message_id.hex)
    HANDLED.append((delivery.case_key, delivery.sequence, delivery.body))


@pytest.fixture(autouse=True)
def review(settings, zones: Zones) -> None:
    """Play review: its keys, its handler."""
    HANDLED.clear()
    settings.KEYS_DIR = zones.home.keys("review")
    settings.EXCHANGE = {
        "zone": "review",
        "sends_to": ["portal"],
        "handlers": {"submission": f"{__name__}.handle"},
    }


def sealed_by_portal(zones: Zones, body: bytes, **header: object) -> Envelope:
    fields = {"kind": "submission", "case_key": "", "sequence": 0, "source": "portal"} | header
    inner = Inner(sent_at=NOW, body=body, **fields)
    message_id = uuid4()
    sealed = zones.seal_to_review(inner.dump(), message_id)
    digest = hashlib.sha256(sealed).hexdigest()
    return Envelope(message_id, "review", len(sealed), digest, NOW, sealed)


def send(zones: Zones, body: bytes, **header: object) -> Envelope:
    envelope = sealed_by_portal(zones, body, **header)
    arrive(envelope, source="relay", now=NOW)
    return envelope


def opened_by_portal(zones: Zones, message: OutboxMessage) -> Inner:
    folder = zones.home.keys("portal")
    opened = open_sealed(
        bytes(message.sealed),
        recipients=read_directory(folder / "own" / "encryption"),
        senders=read_directory(folder / "peers" / "review" / "signing"),
        message_id=str(message.pk),
    )
    return Inner.load(opened)


def test_handled_message_is_receipted_to_its_sender_with_its_digest(zones: Zones) -> None:
    sent = send(zones, b"a return")

    assert inbox.process(NOW) == 1

    receipt = opened_by_portal(zones, OutboxMessage.objects.get())
    review_key = zones.signing_key("review")
    claims = check_receipt(receipt.body.decode(), senders={review_key.kid: review_key.public().pem})
    assert (receipt.kind, claims["message_id"], claims["sha256"]) == (
        "receipt",
        str(sent.id),
        sent.sha256,
    )


@pytest.mark.req("REL-09")
def test_message_that_comes_again_is_handled_once(zones: Zones) -> None:
    sent = send(zones, b"a return")
    inbox.process(NOW)

    arrive(sent, source="relay", now=NOW + timedelta(hours=1))
    inbox.process(NOW + timedelta(hours=1))

    assert (len(HANDLED), OutboxMessage.objects.count()) == (1, 1)


def test_message_that_comes_again_when_its_id_is_forgotten_is_refused(zones: Zones) -> None:
    """Ids end some day; that an older message passes for a new one is kept out by its order."""
    sent = send(zones, b"a return", case_key="R9-1", sequence=1)
    inbox.process(NOW)
    later = NOW + timedelta(days=401)
    assert forget(before=later, now=later, forwards=False).received == 1

    arrive(sent, source="relay", now=later)
    inbox.process(later)

    row = InboxMessage.objects.get(pk=sent.id)
    assert (row.state, row.last_error, len(HANDLED)) == ("needs_person", "sequence_used", 1)


def test_messages_of_a_case_are_handled_in_their_order_however_they_come(zones: Zones) -> None:
    for sequence in (3, 1, 2):
        send(zones, b"x", case_key="R9-1", sequence=sequence)

    inbox.process(NOW)

    assert [sequence for _, sequence, _ in HANDLED] == [1, 2, 3]


def test_gap_waits_is_reported_and_counts_no_failure(zones: Zones) -> None:
    send(zones, b"x", case_key="R9-1", sequence=2)

    for minutes in range(5):
        inbox.process(NOW + timedelta(minutes=minutes))

    waiting = hops(NOW + timedelta(hours=1))["in"]["waiting"][0]
    assert HANDLED == []
    assert (waiting["reason"], waiting["state"], waiting["attempts"]) == (
        "sequence_gap",
        "stored",
        0,
    )
    assert waiting["age_seconds"] == 3600


def test_other_cases_do_not_wait_for_a_gap(zones: Zones) -> None:
    send(zones, b"x", case_key="R9-1", sequence=2)
    send(zones, b"y", case_key="R9-2", sequence=1)

    inbox.process(NOW)

    assert [key for key, _, _ in HANDLED] == ["R9-2"]


def test_poison_waits_longer_each_time_and_then_goes_to_a_person_while_the_rest_flows(
    zones: Zones,
) -> None:
    poison = send(zones, b"poison")
    send(zones, b"good")
    now = NOW
    for _ in range(4):
        inbox.process(now)
        now = InboxMessage.objects.get(pk=poison.id).due_at
    InboxMessage.objects.filter(pk=poison.id).update(attempts=retry.MAX_ATTEMPTS - 1)
    inbox.process(now)

    row = InboxMessage.objects.get(pk=poison.id)
    assert [body for _, _, body in HANDLED] == [b"good"]
    assert (row.state, row.attempts, row.last_error) == ("needs_person", 40, "ValueError")
    assert Attempt.objects.filter(message_id=poison.id).count() == 5


def test_trying_again_goes_on_for_about_a_day() -> None:
    pauses = [retry.pause_after(attempt) for attempt in range(1, retry.MAX_ATTEMPTS)]

    assert timedelta(hours=16) < sum(pauses, timedelta()) < timedelta(hours=30)
    assert max(pauses) <= timedelta(minutes=48)


def test_message_that_kills_its_worker_is_isolated_too(zones: Zones) -> None:
    deadly = send(zones, b"deadly")
    now = NOW
    for _ in range(3):
        with pytest.raises(Killed):
            inbox.process(now)
        now = InboxMessage.objects.get(pk=deadly.id).due_at
    assert InboxMessage.objects.get().attempts == 3
    InboxMessage.objects.update(attempts=retry.MAX_ATTEMPTS)
    send(zones, b"good")

    inbox.process(now)

    row = InboxMessage.objects.get(pk=deadly.id)
    assert (row.state, row.last_error) == ("needs_person", "worn_out")
    assert [body for _, _, body in HANDLED] == [b"good"]


def test_refused_message_goes_to_a_person_at_once_and_leaves_nothing_half(zones: Zones) -> None:
    refused = send(zones, b"refused", case_key="R9-1", sequence=1)

    inbox.process(NOW)

    row = InboxMessage.objects.get(pk=refused.id)
    assert (row.state, row.last_error, row.kind) == ("needs_person", "unknown_case", "submission")
    assert CaseSequence.objects.filter(last__gt=0).count() == 0
    assert [row.kind for row in OutboxMessage.objects.all()] == ["failure"]
    assert bytes(row.sealed) == refused.sealed


def test_worker_killed_after_handling_and_before_the_commit_handles_once(
    zones: Zones, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(zones, b"a return")

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(answers, "post", killed)
        with pytest.raises(Killed):
            inbox.process(NOW)
    assert CaseSequence.objects.filter(peer="handler").count() == 0

    inbox.process(NOW + inbox.LEASE + timedelta(seconds=1))

    assert CaseSequence.objects.filter(peer="handler").count() == 1
    assert InboxMessage.objects.get().state == InboxMessage.State.DONE


@pytest.mark.parametrize(
    ("body", "header", "code"),
    [
        (b"x", {"kind": "weather"}, "unknown_kind"),
        (b"x", {"source": "relay"}, "wrong_source"),
        (b"x", {"case_key": "k" * 41}, "malformed"),
        (b"x", {"sequence": "1"}, "malformed"),
        (b"x", {"sequence": -1}, "malformed"),
        (b"x", {"sequence": True}, "malformed"),
        (b"x", {"kind": "a\0b"}, "malformed"),
        (b"no receipt", {"kind": "receipt"}, "bad_receipt"),
    ],
)
def test_message_of_another_make_goes_to_a_person(
    zones: Zones, body: bytes, header: dict[str, object], code: str
) -> None:
    sent = send(zones, body, **header)

    inbox.process(NOW)

    row = InboxMessage.objects.get(pk=sent.id)
    assert (row.state, row.last_error, HANDLED) == ("needs_person", code, [])


def test_body_opened_under_another_id_is_refused(zones: Zones) -> None:
    sealed = sealed_by_portal(zones, b"x")
    swapped = Envelope(uuid4(), "review", sealed.size, sealed.sha256, NOW, sealed.sealed)
    arrive(swapped, source="relay", now=NOW)

    inbox.process(NOW)

    assert InboxMessage.objects.get().last_error == "wrong_message"


def post_status(case_key: str = "R9-1") -> OutboxMessage:
    return post(kind="status", body=b"{}", to="portal", case_key=case_key, by="test", now=NOW)


def test_final_receipt_confirms_the_message_it_names_and_no_other(zones: Zones) -> None:
    named, other = post_status(), post_status()
    portal = zones.signing_key("portal")
    claims = {"message_id": str(named.pk), "sha256": named.sha256, "zone": "portal"}
    send(zones, sign_receipt(claims, key=portal).encode(), kind="receipt")

    inbox.process(NOW)

    confirmed = dict(OutboxMessage.objects.values_list("pk", "confirmed_at"))
    assert confirmed == {named.pk: NOW, other.pk: None}
    assert OutboxMessage.objects.count() == 2


def test_final_receipt_of_another_digest_confirms_nothing(zones: Zones) -> None:
    message = post_status()
    claims = {"message_id": str(message.pk), "sha256": "0" * 64, "zone": "portal"}
    send(zones, sign_receipt(claims, key=zones.signing_key("portal")).encode(), kind="receipt")

    inbox.process(NOW)

    assert OutboxMessage.objects.get().confirmed_at is None
    assert InboxMessage.objects.get().last_error == "receipt_digest_differs"


def taken_by_the_relay(zones: Zones, message: OutboxMessage) -> None:
    claims = {"message_id": str(message.pk), "sha256": message.sha256, "zone": "relay"}
    hand_over([sign_receipt(claims, key=zones.signing_key("relay"))], to="relay", now=NOW)


def test_writer_keeps_the_body_until_the_far_end_has_confirmed_it(zones: Zones) -> None:
    message = post_status()
    taken_by_the_relay(zones, message)
    later = NOW + timedelta(days=400)

    kept = erase_bodies(handed_over_before=later)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")

    assert (kept, erase_bodies(handed_over_before=later)) == (0, 1)


def test_redriving_three_times_sends_the_same_message_under_its_own_id(zones: Zones) -> None:
    message = post_status()
    taken_by_the_relay(zones, message)
    later = NOW + timedelta(days=1)

    done = [redrive(handed_over_before=later, now=later) for _ in range(3)]
    again = claim(["portal"], now=later)
    taken_by_the_relay(zones, message)

    assert done == [1, 0, 0]
    assert [(one.pk, one.sha256) for one in again] == [(message.pk, message.sha256)]
    assert OutboxMessage.objects.get().state == OutboxMessage.State.HANDED_OVER


def test_resent_message_is_handled_once_the_cause_is_gone(zones: Zones, settings) -> None:
    handlers = settings.EXCHANGE["handlers"]
    settings.EXCHANGE = settings.EXCHANGE | {"handlers": {}}
    sent = send(zones, b"a return")
    inbox.process(NOW)
    settings.EXCHANGE = settings.EXCHANGE | {"handlers": handlers}

    done = [resend(sent.id, now=NOW) for _ in range(3)]
    inbox.process(NOW)
    inbox.process(NOW)

    assert (done, len(HANDLED)) == ([True, False, False], 1)


def test_posting_counts_each_case_for_itself() -> None:
    sequences = [post_status(key).sequence for key in ("R9-1", "R9-2", "R9-1")]

    assert sequences == [1, 1, 2]


def test_status_names_what_was_taken_but_not_confirmed(zones: Zones) -> None:
    message = post_status()
    taken_by_the_relay(zones, message)

    out = hops(NOW + timedelta(minutes=5))["out"]

    assert (out["unconfirmed"], out["oldest_unconfirmed_seconds"]) == (1, 300)
    assert json.dumps(out)


def test_hop_receipt_binds_id_and_digest(zones: Zones) -> None:
    sent = sealed_by_portal(zones, b"x")
    token = arrive(sent, source="relay", now=NOW)

    assert arrive(sent, source="relay", now=NOW + timedelta(hours=2)) != ""
    review_key = zones.signing_key("review")
    senders = {review_key.kid: review_key.public().pem}
    expected = check_receipt(receipt_for(sent.id, sent.sha256, NOW), senders=senders)
    assert check_receipt(token, senders=senders) == expected
