"""Arrival (到着): a batch is stored in one transaction, each message once per id."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from exchange.errors import Refused
from exchange.models import Attempt, InboxMessage, OutboxMessage
from exchange.protocol import Envelope, check_body, receipt_for

logger = logging.getLogger(__name__)
# Brought again so long after it went on, a message is meant: its destination has lost it.
MEANT_AFTER = timedelta(minutes=30)


@dataclass
class Arrivals:
    """What became of a batch: receipts for what is stored, codes for what never will be."""

    receipts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def arrive_all(envelopes: Iterable[Envelope], *, source: str, now: datetime) -> Arrivals:
    """Store a batch; a message that is refused or fails stops no other.

    All share a transaction. Where that fails, each has one of its own, so that the one which
    cannot be stored stands alone.
    """
    found, good = Arrivals(), []
    for envelope in envelopes:
        try:
            _check(envelope, source)
            good.append(envelope)
        except Refused as error:
            _refuse(found, envelope, error.code, source=source, now=now)
    try:
        _store_and_answer(good, found, source=source, now=now)
    except (OperationalError, InterfaceError):
        # The database itself is away: nothing more can be stored now, the peer keeps it all.
        raise
    except Exception as error:
        logger.error("a batch of %d failed as a whole: %s", len(good), type(error).__name__)
        _one_by_one(good, found, source=source, now=now)
    return found


def arrive(envelope: Envelope, *, source: str, now: datetime) -> str:
    """Store an envelope and return the signed receipt; the same one twice is stored once.

    In the relay the same transaction puts it on the outbox towards its destination.
    Raises Refused where the envelope is not what its label says, or not for us.
    """
    _check(envelope, source)
    row = _store([envelope], source=source, now=now)[envelope.id]
    if row.sha256 != envelope.sha256:
        raise Refused("digest_conflict")
    return receipt_for(row.pk, row.sha256, row.received_at)


def _check(envelope: Envelope, source: str) -> None:
    check_body(envelope)
    if envelope.destination not in _destinations_from(source):
        raise Refused("wrong_destination")


def _destinations_from(source: str) -> set[str]:
    """Return where a peer may send: to this zone itself, through a relay to its other peers."""
    exchange = settings.EXCHANGE
    if not exchange.get("forwards"):
        return {exchange["zone"]}
    rights = ("pulls_from", "pushes_to", "pulled_by", "accepts_from")
    return {peer for right in rights for peer in exchange.get(right, ())} - {source}


def _store_and_answer(
    envelopes: list[Envelope], found: Arrivals, *, source: str, now: datetime
) -> None:
    """Store envelopes together; add a receipt for each, or the code of the one that conflicts."""
    stored = _store(envelopes, source=source, now=now)
    for envelope in envelopes:
        row = stored[envelope.id]
        if row.sha256 == envelope.sha256:
            found.receipts.append(receipt_for(row.pk, row.sha256, row.received_at))
        else:
            _refuse(found, envelope, "digest_conflict", source=source, now=now)


def _one_by_one(envelopes: list[Envelope], found: Arrivals, *, source: str, now: datetime) -> None:
    for envelope in envelopes:
        try:
            _store_and_answer([envelope], found, source=source, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Neither receipt nor refusal: the peer keeps the message and brings it again.
            logger.error("envelope %s failed: %s", envelope.id, type(error).__name__)


def _refuse(found: Arrivals, envelope: Envelope, code: str, *, source: str, now: datetime) -> None:
    logger.error("envelope %s from %s refused: %s", envelope.id, source, code)
    found.refused[str(envelope.id)] = code
    Attempt.objects.create(message_id=envelope.id, step="arrive", at=now, outcome=code)


def _store(envelopes: list[Envelope], *, source: str, now: datetime) -> dict[UUID, InboxMessage]:
    """Store what is not stored yet; return the rows as they stand, committed together."""
    forwards = settings.EXCHANGE.get("forwards", False)
    # In the order of the ids, so that two batches with the same messages never wait in a circle.
    ordered = sorted(envelopes, key=lambda envelope: envelope.id)
    with transaction.atomic():
        InboxMessage.objects.bulk_create(
            [_row(one, source=source, now=now, forwards=forwards) for one in ordered],
            ignore_conflicts=True,
        )
        rows = InboxMessage.objects.select_for_update().filter(pk__in=[one.id for one in ordered])
        stored = {row.pk: row for row in rows.order_by("pk").defer("sealed")}
        if forwards:
            _forward([one for one in ordered if stored[one.id].sha256 == one.sha256], now)
    return stored


def _row(envelope: Envelope, *, source: str, now: datetime, forwards: bool) -> InboxMessage:
    return InboxMessage(
        id=envelope.id,
        source=source,
        destination=envelope.destination,
        sealed=None if forwards else envelope.sealed,
        size=envelope.size,
        sha256=envelope.sha256,
        created_at=envelope.created_at,
        received_at=now,
        due_at=now,
        state="done" if forwards else "stored",
        done_at=now if forwards else None,
    )


def _forward(envelopes: list[Envelope], now: datetime) -> None:
    """Put messages on their way to the other peer; one that is brought again much later, again.

    The destination stores an id once, so that a second journey does no harm.
    """
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                id=one.id,
                destination=one.destination,
                sealed=one.sealed,
                size=one.size,
                sha256=one.sha256,
                created_at=one.created_at,
                due_at=now,
            )
            for one in envelopes
        ],
        ignore_conflicts=True,
    )
    bodies = {one.id: one.sealed for one in envelopes}
    gone = OutboxMessage.objects.filter(
        pk__in=bodies,
        state=OutboxMessage.State.HANDED_OVER,
        handed_over_at__lt=now - MEANT_AFTER,
    )
    for row in gone.select_for_update().order_by("pk").defer("sealed"):
        row.state, row.sealed = OutboxMessage.State.DUE, bodies[row.pk]
        row.due_at, row.attempts = now, 0
        row.save(update_fields=["state", "sealed", "due_at", "attempts"])
