"""The wire: JSON lines of envelopes one way, signed receipts the other way."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from exchange import keys
from exchange.errors import Refused
from exchange.models import OutboxMessage
from signing import EnvelopeError, check_receipt, sign_receipt

BATCH = 50
MAX_BATCH_BYTES = 64_000_000
MAX_SEALED_BYTES = 60_000_000


@dataclass(frozen=True)
class Envelope:
    """All that a zone in between may know of a message."""

    id: UUID
    destination: str
    size: int
    sha256: str
    created_at: datetime
    sealed: bytes


def dump(messages: Iterable[OutboxMessage]) -> bytes:
    """Return envelopes as JSON lines."""
    lines = []
    for message in messages:
        sealed = bytes(message.sealed or b"").decode("ascii")
        line = {
            "id": str(message.pk),
            "destination": message.destination,
            "size": message.size,
            "sha256": message.sha256,
            "created_at": message.created_at.isoformat(),
            "sealed": sealed,
        }
        lines.append(json.dumps(line).encode() + b"\n")
    return b"".join(lines)


def load(data: bytes) -> list[Envelope]:
    """Read JSON lines of envelopes; Refused where one is not whole."""
    return [_read(line) for line in data.split(b"\n") if line]


def _read(line: bytes) -> Envelope:
    try:
        found = json.loads(line)
        envelope = Envelope(
            id=UUID(str(found["id"])),
            destination=str(found["destination"]),
            size=int(found["size"]),
            sha256=str(found["sha256"]),
            created_at=datetime.fromisoformat(found["created_at"]),
            sealed=str(found["sealed"]).encode("ascii"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("malformed") from error
    if envelope.created_at.tzinfo is None:
        raise Refused("malformed")
    return envelope


def check_body(envelope: Envelope) -> None:
    """Refuse an envelope whose body is not the one that its label describes."""
    if len(envelope.sealed) > MAX_SEALED_BYTES:
        raise Refused("too_large")
    if len(envelope.sealed) != envelope.size:
        raise Refused("wrong_size")
    if hashlib.sha256(envelope.sealed).hexdigest() != envelope.sha256:
        raise Refused("wrong_digest")


def receipt_for(message_id: UUID, sha256: str, now: datetime) -> str:
    """Return this zone's signed word that it has stored exactly these bytes under this id."""
    claims = {
        "message_id": str(message_id),
        "sha256": sha256,
        "zone": settings.EXCHANGE["zone"],
        "stored_at": now.isoformat(),
    }
    return sign_receipt(claims, key=keys.own_signing_key())


def read_receipt(token: str, *, zone: str) -> dict[str, Any]:
    """Return what a peer's receipt claims; Refused where it is not that peer's."""
    try:
        claims = check_receipt(token, senders=keys.signing_keys_of(zone))
        claims["message_id"] = UUID(claims["message_id"])
    except (EnvelopeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refused("bad_receipt") from error
    if claims.get("zone") != zone:
        raise Refused("bad_receipt")
    return claims
