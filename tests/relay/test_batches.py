"""Many messages in one transaction: each still stands or falls alone."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings

from exchange import answers, inbox
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.protocol import read_receipts, receipt_for
from exchange.services import post
from exchange.together import LOG, MESSAGES, WORK, later, together
from tests.relay.conftest import NOW, Zones
from tests.relay.test_processing import HANDLED, Killed, opened_by_portal, review, send

__all__ = ["review"]


@pytest.mark.django_db
def test_what_fails_in_a_batch_takes_nothing_along(zones: Zones) -> None:
    sent = [send(zones, body) for body in (b"one", b"refused", b"two", b"poison", b"three")]

    assert inbox.process(NOW) == 3

    states = dict(InboxMessage.objects.values_list("pk", "state"))
    assert [states[one.id] for one in sent] == ["done", "needs_person", "done", "stored", "done"]
    assert sorted(body for _, _, body in HANDLED) == [b"one", b"three", b"two"]


@pytest.mark.django_db
def test_a_batch_is_receipted_by_one_message_that_names_each(zones: Zones) -> None:
    sent = [send(zones, body) for body in (b"one", b"two", b"three")]

    inbox.process(NOW)

    message = opened_by_portal(zones, OutboxMessage.objects.get())
    assert read_receipts_of_review(zones, message.body) == {one.id: one.sha256 for one in sent}


def read_receipts_of_review(zones: Zones, body: bytes) -> dict[object, str]:
    with override_settings(KEYS_DIR=zones.home.keys("portal")):
        receipts = read_receipts(body.decode().splitlines(), zone="review")
    return {message_id: sha256 for message_id, (sha256, _) in receipts.found.items()}


@pytest.mark.django_db
def test_a_receipt_that_does_not_hold_stops_no_other_and_is_recorded(zones: Zones) -> None:
    posted = [post_one() for _ in range(2)]
    tokens = receipts_of_portal(zones, [(posted[0].pk, "0" * 64), (posted[1].pk, posted[1].sha256)])
    came = send(zones, "\n".join(tokens).encode(), kind="receipt")

    inbox.process(NOW)

    confirmed = OutboxMessage.objects.filter(confirmed_at__isnull=False)
    outcomes = Attempt.objects.filter(message_id=came.id).values_list("outcome", flat=True)
    assert [row.pk for row in confirmed] == [posted[1].pk]
    assert sorted(outcomes) == ["done", "receipt_digest_differs"]


@pytest.mark.django_db
def test_more_receipts_than_any_batch_can_bring_are_refused(zones: Zones) -> None:
    came = send(zones, b"x\n" * (answers.RECEIPTS_AT_ONCE + 1), kind="receipt")

    inbox.process(NOW)

    row = InboxMessage.objects.get(pk=came.id)
    assert (row.state, row.last_error) == ("needs_person", "malformed")


@pytest.mark.django_db
def test_what_kills_its_worker_costs_its_neighbours_one_attempt_and_no_more(zones: Zones) -> None:
    deadly = send(zones, b"deadly")
    others = [send(zones, body) for body in (b"one", b"two")]
    with pytest.raises(Killed):
        inbox.process(NOW)
    later_on = NOW + inbox.LEASE + timedelta(seconds=1)

    with pytest.raises(Killed):
        inbox.process(later_on)
    inbox.process(later_on)

    attempts = dict(InboxMessage.objects.values_list("pk", "attempts"))
    assert sorted(body for _, _, body in HANDLED) == [b"one", b"two"]
    assert [attempts[one.id] for one in (deadly, *others)] == [2, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_at_its_commit_is_handled_one_by_one(zones: Zones, settings) -> None:
    settings.EXCHANGE["handlers"] = {"submission": f"{__name__}.number_once"}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE late (body text UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    try:
        sent = [send(zones, body) for body in (b"same", b"other", b"same")]

        handled = inbox.process(NOW)

        rows = dict(InboxMessage.objects.values_list("pk", "last_error"))
        assert handled == 2
        assert sorted(rows[one.id] for one in sent) == ["", "", "IntegrityError"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE late")


def number_once(delivery: inbox.Delivery, *, now: object) -> None:
    """Write a row whose uniqueness is asked for at the commit only."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO late VALUES (%s)", [delivery.body.decode()])


def post_one() -> OutboxMessage:
    with transaction.atomic():
        return post(kind="status", body=b"x", to="portal", case_key="", by="test", now=NOW)


def receipts_of_portal(zones: Zones, about: list[tuple[object, str]]) -> list[str]:
    with override_settings(KEYS_DIR=zones.home.keys("portal"), EXCHANGE={"zone": "portal"}):
        return [receipt_for(message_id, sha256, NOW) for message_id, sha256 in about]


def test_what_was_gathered_is_written_once_by_rank_and_then_what_that_added() -> None:
    written: list[tuple[str, list[int]]] = []

    def note(items: list[int]) -> None:
        written.append(("log", items))

    def send_all(items: list[int]) -> None:
        written.append(("messages", items))
        later(LOG, note, 9)

    def work(items: list[int]) -> None:
        written.append(("work", items))
        later(MESSAGES, send_all, 7)

    with together():
        later(LOG, note, 1)
        with together():
            later(WORK, work, 2)
        later(LOG, note, 3)

    assert written == [("work", [2]), ("messages", [7]), ("log", [1, 3, 9])]


def test_a_block_that_raises_drops_what_it_gathered_and_nothing_else() -> None:
    written: list[int] = []

    def fail() -> None:
        with together():
            later(LOG, written.extend, 2)
            raise ValueError("trouble")

    with together():
        later(LOG, written.extend, 1)
        with pytest.raises(ValueError, match="trouble"):
            fail()

    assert written == [1]


def test_without_a_block_everything_is_written_at_once() -> None:
    written: list[int] = []

    later(LOG, written.extend, 1)

    assert written == [1]
