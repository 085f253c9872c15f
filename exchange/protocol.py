"""The wire: JSON lines of envelopes one way, signed receipts the other way."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from exchange import keys
from exchange.errors import Refused
from exchange.models import InboxMessage, OutboxMessage
from signing import EnvelopeError, check_receipt, sign_receipt

BATCH = 50
# Codes come from a peer and go into our table and onto a page: words, nothing else.
CODE = re.compile(r"[a-z_]{1,40}")
MAX_BATCH_BYTES = 64_000_000
MAX_SEALED_BYTES = 60_000_000
Sized = TypeVar("Sized", InboxMessage, OutboxMessage)


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
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Refused("malformed") from error
    # Times without a zone, or so far off that the database could not hold them in every zone.
    if envelope.created_at.tzinfo is None or not 2000 < envelope.created_at.year < 2200:
        raise Refused("malformed")
    return envelope


def read_outcome(data: bytes) -> tuple[list[str], dict[str, str]]:
    """Read what became of a batch: receipts, and codes by message id for what was refused."""
    try:
        found = json.loads(data)
        receipts = [str(token) for token in found["receipts"]]
        refused = {str(UUID(str(one))): str(code) for one, code in found.get("refused", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("malformed") from error
    if len(receipts) + len(refused) > 2 * BATCH:
        raise Refused("too_large")
    if not all(CODE.fullmatch(code) for code in refused.values()):
        raise Refused("malformed")
    return receipts, refused


def within(messages: Iterable[Sized], limit: int) -> list[Sized]:
    """Return the first messages that weigh no more than this together; one at least."""
    taken: list[Sized] = []
    for message in messages:
        limit -= message.size
        if taken and limit < 0:
            break
        taken.append(message)
    return taken


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


@dataclass(frozen=True)
class Receipts:
    """Receipts that hold, by the id that each names: digest and token; codes of the others."""

    found: dict[UUID, tuple[str, str]]
    refused: list[str]


def read_receipts(tokens: Iterable[str], *, zone: str) -> Receipts:
    """Read a peer's receipts; one that does not hold stops none of the others."""
    receipts = Receipts({}, [])
    for token in tokens:
        try:
            claims = read_receipt(token, zone=zone)
            receipts.found[claims["message_id"]] = str(claims.get("sha256")), token
        except Refused as error:
            receipts.refused.append(error.code)
    return receipts
