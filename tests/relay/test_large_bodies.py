"""A package with attachments (20 MB in all) goes through the mailbox like any other message."""

from typing import Any

import pytest
from django.db import transaction

from exchange import inbox
from exchange.arrival import arrive
from exchange.inbox import Delivery
from exchange.protocol import dump, load
from exchange.services import post
from signing.stream import MAGIC
from tests.relay.conftest import NOW, Zones

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * (20 * 4096)
HANDLED: list[bytes] = []


def handle(delivery: Delivery, *, now: object) -> None:
    HANDLED.append(delivery.body)


def play(zone: str, other: str, settings: Any, zones: Zones) -> None:
    """Be this zone for a while: its keys, its peer, its handler."""
    settings.KEYS_DIR = zones.home.keys(zone)
    settings.EXCHANGE = {
        "zone": zone,
        "sends_to": [other],
        "handlers": {"submission": f"{__name__}.handle"},
    }


def test_large_body_arrives_whole_as_a_stream(settings: Any, zones: Zones) -> None:
    HANDLED.clear()
    play("portal", "review", settings, zones)
    with transaction.atomic():
        sent = post(kind="submission", body=BODY, to="review", case_key="", by="resident", now=NOW)
    (envelope,) = load(dump([sent]))

    play("review", "portal", settings, zones)
    arrive(envelope, source="relay", now=NOW)
    handled = inbox.process(NOW)

    assert (handled, HANDLED) == (1, [BODY])
    assert (envelope.sealed.startswith(MAGIC), envelope.size < 1.34 * len(BODY)) == (True, True)
