"""Alarms: each reading within its limit is quiet, each beyond it is named."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from exchange import alarms, contacts
from exchange.arrival import arrive
from exchange.models import Comparison, OutboxMessage
from exchange.protocol import Envelope
from exchange.reconcile import compare_zones
from tests.relay.conftest import NOW, Zones
from tests.relay.peer import serving

pytestmark = pytest.mark.django_db


def raised(now=NOW) -> set[tuple[str, str]]:
    return {(alarm.name, alarm.of) for alarm in alarms.watch(now)}


@pytest.fixture
def peers_heard() -> None:
    for peer in ("portal", "review"):
        contacts.note(peer, now=NOW)


def test_a_quiet_zone_raises_nothing(peers_heard: None) -> None:
    assert raised() == set()


def test_an_old_message_raises_an_alarm_and_a_young_one_none(
    peers_heard: None, envelope: Envelope
) -> None:
    arrive(envelope, source="portal", now=NOW)

    assert raised(NOW + timedelta(minutes=4)) == set()
    assert ("oldest_undelivered_seconds", "out") in raised(NOW + timedelta(minutes=16))


def test_a_message_that_needs_a_person_raises_an_alarm(
    peers_heard: None, envelope: Envelope
) -> None:
    arrive(envelope, source="portal", now=NOW)
    OutboxMessage.objects.update(state="needs_person", failed_at=NOW)

    assert raised() == {("needs_person", "out"), ("failed", "out")}


def test_a_backlog_beyond_its_limit_raises_an_alarm(
    peers_heard: None, envelope: Envelope, settings
) -> None:
    settings.EXCHANGE = settings.EXCHANGE | {"alarms": {"backlog": 0}}
    arrive(envelope, source="portal", now=NOW)

    assert raised() == {("backlog", "out")}


def test_a_silent_peer_raises_an_alarm_and_one_heard_again_ends_it(peers_heard: None) -> None:
    silent = NOW + timedelta(minutes=6)
    assert raised(silent) == {("peer_silent_seconds", "portal"), ("peer_silent_seconds", "review")}

    contacts.note("portal", now=silent)

    assert raised(silent) == {("peer_silent_seconds", "review")}


def test_differences_and_an_old_comparison_raise_alarms(peers_heard: None, settings) -> None:
    settings.EXCHANGE = settings.EXCHANGE | {"compares": True}
    Comparison.objects.create(at=NOW, by="test", messages=1, differences=[{"problem": "missing"}])

    assert ("differences", "zones") in raised()
    assert ("comparison_age_seconds", "zones") in raised(NOW + timedelta(hours=27))


def test_metrics_name_each_reading_and_tell_no_ids(client: Client, envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=timezone.now())

    text = client.get("/metrics").content.decode()

    assert 'exchange_backlog{zone="relay",of="out"} 1' in text
    assert str(envelope.id) not in text


def test_the_innermost_zone_compares_all_three_over_the_relay(zones: Zones, settings) -> None:
    empty = {
        "ids": {"sent": {}, "received": {}},
        "sent_to": {},
        "received_from": {},
        "unsettled": [],
    }
    lost = empty | {"ids": {"sent": {"m": "d"}, "received": {}}, "sent_to": {"review": ["m"]}}
    told = {"accounts": {"relay": empty, "portal": lost}, "unreachable": []}

    # The relay plays the innermost zone here: it asks the way that review does.
    with serving(zones, lambda verb, body: (200, json.dumps(told).encode())) as peer:
        settings.EXCHANGE = {"zone": "review", "pulls_from": {"portal": peer.url}}
        settings.EXCHANGE["zone"] = "relay"
        told["accounts"]["review"] = empty
        found = compare_zones(by="test", now=timezone.now())

    assert found.differences == [
        {"message_id": "m", "problem": "missing", "sender": "portal", "receiver": "relay"}
    ]
    assert [verb for verb, _ in peer.asked] == ["account"]


def test_a_zone_that_does_not_answer_makes_the_comparison_unwhole(settings) -> None:
    settings.EXCHANGE = {"zone": "review", "pulls_from": {"relay": "http://127.0.0.1:9"}}

    found = compare_zones(by="test", now=timezone.now())

    assert found.unreachable == ["portal", "relay"]
