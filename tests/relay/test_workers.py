"""Two workers on two connections: no row is taken twice, nothing posted without its commit."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from exchange import inbox, tasks
from exchange.arrival import arrive
from exchange.models import CaseSequence, InboxMessage, OutboxMessage, SeenAssertion
from exchange.outbox import claim
from exchange.services import post
from signing import body_digest
from tests.relay.conftest import NOW, Zones, make_envelope
from tests.relay.test_processing import sealed_by_portal

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def handle(delivery: inbox.Delivery, *, now: object) -> None:
    """Leave one row a delivery: a second handling of the same would break the constraint."""
    CaseSequence.objects.create(direction="in", peer="handler", case_key=delivery.message_id.hex)


def at_once(work: Callable[[], Any], workers: int = WORKERS) -> list[Any]:
    """Run the same work in threads that start together, each on its own connection."""
    start, found = threading.Barrier(workers), []

    def run() -> None:
        try:
            start.wait()
            found.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def review(settings, zones: Zones) -> None:
    settings.KEYS_DIR = zones.home.keys("review")
    settings.EXCHANGE = {
        "zone": "review",
        "sends_to": ["portal"],
        "handlers": {"submission": f"{__name__}.handle"},
    }


@pytest.mark.req("REL-09")
def test_two_workers_never_take_the_same_message(zones: Zones) -> None:
    for _ in range(12):
        arrive(make_envelope(zones), source="portal", now=NOW)

    taken = at_once(lambda: [row.pk for row in claim(["review"], now=NOW)])

    ids = [pk for batch in taken for pk in batch]
    assert (len(ids), len(set(ids))) == (12, 12)


def test_same_message_arriving_at_once_is_stored_once(zones: Zones) -> None:
    envelope = make_envelope(zones)

    receipts = at_once(lambda: arrive(envelope, source="portal", now=NOW))

    assert len(receipts) == WORKERS
    assert InboxMessage.objects.count() == OutboxMessage.objects.count() == 1


def test_workers_side_by_side_handle_each_message_once_and_in_order(
    review: None, zones: Zones
) -> None:
    for case in range(4):
        for sequence in (2, 1, 3):
            key = {"case_key": f"R9-{case}", "sequence": sequence}
            arrive(sealed_by_portal(zones, b"x", **key), source="relay", now=NOW)

    at_once(lambda: inbox.process(NOW))
    # Whatever met a locked or early neighbour is due again at once or after its pause.
    inbox.process(NOW + inbox.GAP_PAUSE)

    assert InboxMessage.objects.exclude(state="done").count() == 0
    assert CaseSequence.objects.filter(peer="handler").count() == 12
    assert set(CaseSequence.objects.filter(peer="portal").values_list("last", flat=True)) == {3}


def test_sequence_of_a_case_has_neither_gap_nor_double(review: None) -> None:
    def post_one() -> int:
        with transaction.atomic():
            row = post(kind="status", body=b"", to="portal", case_key="R9", by="test", now=NOW)
        return row.sequence

    assert sorted(at_once(post_one)) == [1, 2, 3, 4]


def test_aborted_transaction_posts_nothing_and_wakes_nobody(
    review: None, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EXCHANGE = settings.EXCHANGE | {"pushes_to": {"relay": "http://127.0.0.1:9"}}
    woken: list[None] = []
    monkeypatch.setattr(tasks.push_all, "delay", lambda: woken.append(None))

    with transaction.atomic():
        post(kind="status", body=b"", to="portal", case_key="R9", by="test", now=NOW)
        transaction.set_rollback(True)

    assert (OutboxMessage.objects.count(), CaseSequence.objects.count(), woken) == (0, 0, [])


def test_message_is_committed_although_the_broker_is_away(
    review: None, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EXCHANGE = settings.EXCHANGE | {"pushes_to": {"relay": "http://127.0.0.1:9"}}

    def away() -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.push_all, "delay", away)
    with transaction.atomic():
        post(kind="status", body=b"", to="portal", case_key="R9", by="test", now=NOW)

    assert OutboxMessage.objects.get().state == OutboxMessage.State.DUE


def test_second_beat_finds_the_work_in_hand_and_does_nothing(settings) -> None:
    seen: list[str] = []

    def slow(peer: str, now: object) -> int:
        seen.append(peer)
        begun.set()
        both.wait(timeout=5)
        return 0

    def first_beat() -> None:
        tasks._each({"portal": ""}, "pull", slow)
        connection.close()

    begun, both = threading.Event(), threading.Barrier(2)
    first = threading.Thread(target=first_beat)
    first.start()
    assert begun.wait(timeout=5)
    tasks._each({"portal": ""}, "pull", slow)
    both.wait(timeout=5)
    first.join()

    assert seen == ["portal"]


def test_assertion_used_by_two_at_once_is_good_for_one(zones: Zones) -> None:
    token = zones.assertion("review", body_digest(b""), now=timezone.now())
    headers = {"Authorization": f"Bearer {token}"}

    def call() -> int:
        url = "/exchange/v1/pull"
        answer = Client().post(url, b"", content_type="application/json", headers=headers)
        return answer.status_code

    assert sorted(at_once(call)) == [200, 401, 401, 401]
    assert SeenAssertion.objects.count() == 1
