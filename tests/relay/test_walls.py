"""What the relay is given: one address, no key that opens anything, two applications."""

from pathlib import Path

import pytest
from django.conf import settings as zone_settings

from exchange import keys
from exchange.arrival import arrive
from exchange.errors import PeerError
from exchange.models import Attempt, OutboxMessage
from exchange.protocol import Envelope
from exchange.transfer import push
from signing import EnvelopeError, open_sealed
from tests.relay.conftest import NOW, Zones


@pytest.mark.req("REL-06")
def test_relay_knows_one_address_only() -> None:
    exchange = zone_settings.EXCHANGE

    assert set(exchange["pulls_from"]) == set(exchange["pushes_to"]) == {"portal"}


def test_relay_installs_neither_of_its_peers() -> None:
    peers = {"portal", "review", "allauth", "django.contrib.auth"}

    assert peers & {app.split(".")[0] for app in zone_settings.INSTALLED_APPS} == set()


def test_relay_cannot_open_what_it_carries(
    zones: Zones, envelope: Envelope, relay_keys: Path
) -> None:
    with pytest.raises(EnvelopeError) as refused:
        open_sealed(
            envelope.sealed,
            recipients=keys.own_encryption_keys(),
            senders=keys.signing_keys_of("portal"),
            message_id=str(envelope.id),
        )

    assert refused.value.code == "unknown_recipient"


@pytest.mark.django_db
def test_peer_that_is_away_leaves_the_message_due_for_later(
    envelope: Envelope, settings: object
) -> None:
    arrive(envelope, source="portal", now=NOW)
    OutboxMessage.objects.update(destination="portal")

    with pytest.raises(PeerError):
        push("portal", NOW)

    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.due_at > NOW) == ("due", 1, True)
    assert Attempt.objects.get().message_id == envelope.id
