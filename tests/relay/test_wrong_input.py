"""Wrong input at the far end: refused by a stable code, recorded, and nothing of it kept half."""

import hashlib
import json
from uuid import uuid4

import pytest

from exchange import inbox
from exchange.arrival import arrive
from exchange.envelope import Inner
from exchange.models import Attempt, CaseSequence, InboxMessage
from exchange.protocol import Envelope
from signing import seal
from signing.keys import generate_encryption_key, generate_signing_key
from tests.relay.conftest import NOW, Zones
from tests.relay.test_processing import HANDLED, review, send

__all__ = ["review"]
pytestmark = pytest.mark.django_db


def inner(**changes: object) -> bytes:
    """Return what the portal seals, with a header that may say something else."""
    plain = Inner("submission", "R9-1", 1, "portal", NOW, b"a return").dump()
    head, _, body = plain.partition(b"\n")
    return json.dumps(json.loads(head) | changes).encode() + b"\n" + body


def arrives(sealed: bytes, message_id: object) -> InboxMessage:
    """Let an envelope arrive that is what its label says, and be handled."""
    digest = hashlib.sha256(sealed).hexdigest()
    envelope = Envelope(message_id, "review", len(sealed), digest, NOW, sealed)  # type: ignore[arg-type]
    arrive(envelope, source="relay", now=NOW)
    inbox.process(NOW)
    return InboxMessage.objects.get(pk=message_id)


def is_refused(row: InboxMessage, code: str) -> None:
    outcomes = list(Attempt.objects.filter(message_id=row.pk).values_list("outcome", flat=True))
    assert (row.state, row.last_error, outcomes) == ("needs_person", code, [code])
    assert HANDLED == []
    assert not CaseSequence.objects.filter(direction="in", last__gt=0).exists()


def test_message_of_an_unknown_version_is_refused(zones: Zones) -> None:
    message_id = uuid4()

    row = arrives(zones.seal_to_review(inner(version=2), message_id), message_id)

    is_refused(row, "unknown_version")


def test_message_sealed_to_another_key_is_refused(zones: Zones) -> None:
    message_id = uuid4()
    sealed = seal(
        inner(),
        recipient=generate_encryption_key("somebody").public(),
        sender=zones.signing_key("portal"),
        message_id=str(message_id),
    )

    is_refused(arrives(sealed, message_id), "unknown_recipient")


def test_message_signed_by_an_unknown_sender_is_refused(zones: Zones) -> None:
    message_id = uuid4()
    sealed = seal(
        inner(),
        recipient=zones.review_key(),
        sender=generate_signing_key("stranger"),
        message_id=str(message_id),
    )

    is_refused(arrives(sealed, message_id), "unknown_sender")


def test_place_in_a_case_that_was_handled_is_not_given_again(zones: Zones) -> None:
    send(zones, b"first", case_key="R9-1", sequence=1)
    inbox.process(NOW)

    second = send(zones, b"another", case_key="R9-1", sequence=1)
    inbox.process(NOW)

    row = InboxMessage.objects.get(pk=second.id)
    assert (row.state, row.last_error) == ("needs_person", "sequence_used")
    assert [body for _, _, body in HANDLED] == [b"first"]
