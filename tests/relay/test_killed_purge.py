"""A purge of the relay that the kernel kills at any step: what waits stays, the rest goes once."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from exchange import forget as forgetting
from exchange import outbox
from exchange.arrival import arrive
from exchange.models import InboxMessage, OutboxMessage
from relay.management.commands import purge as command
from signing import sign_receipt
from tests import killing
from tests.relay.conftest import NOW, Zones, make_envelope

MODULES = (outbox, forgetting, command)
STEPS = ("outbox.erase_bodies", "outbox.waiting", "forget.forget", "forget._erase")
AS_OF = (NOW + timedelta(days=500)).date()
pytestmark = pytest.mark.django_db(transaction=True)


def purge() -> None:
    call_command("purge", "--as-of", AS_OF.isoformat(), stdout=io.StringIO())


def held() -> tuple[int, int, int]:
    """Return how many messages there are, of how many the body, and how many came in."""
    bodies = OutboxMessage.objects.filter(sealed__isnull=False)
    return OutboxMessage.objects.count(), bodies.count(), InboxMessage.objects.count()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_no_envelope_that_waits_is_lost_and_the_next_purge_ends_it(
    zones: Zones, step: str
) -> None:
    taken, waiting = make_envelope(zones), make_envelope(zones, b"nobody came for it")
    for one in (taken, waiting):
        arrive(one, source="portal", now=NOW)
    claims = {
        "message_id": str(taken.id), "sha256": taken.sha256,
        "zone": "review", "stored_at": NOW.isoformat(),
    }  # fmt: skip
    outbox.hand_over([sign_receipt(claims, key=zones.signing_key("review"))], to="review", now=NOW)
    before = held()

    assert killing.killed(MODULES, step, "return", purge), f"{step} is no step of a purge"
    middle = OutboxMessage.objects.get(pk=waiting.id)
    killing.killed(MODULES, step, "call", purge)
    purge()

    assert before == (2, 2, 2)
    assert bytes(middle.sealed or b"") == waiting.sealed
    assert held() == (1, 1, 0)
    assert OutboxMessage.objects.get().pk == waiting.id
