"""Writing messages: `post` inside the caller's transaction, `resend` for a person's button."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count as count_from
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from exchange import hints, keys, sequences
from exchange.envelope import Inner
from exchange.models import InboxMessage, OutboxMessage
from exchange.protocol import MAX_SEALED_BYTES
from signing.stream import seal_body

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """One message to be written: its kind, whose case it belongs to if any, and its body."""

    kind: str
    case_key: str
    body: bytes


def post(
    *, kind: str, body: bytes, to: str, case_key: str, by: str, now: datetime
) -> OutboxMessage:
    """Seal a message for a zone and put it on the outbox, in the caller's transaction.

    The row is the order to deliver it: nothing else has to happen for it to arrive. `by` is the
    actor in whose name it goes out.
    """
    return post_all([Letter(kind, case_key, body)], to=to, by=by, now=now)[0]


def post_all(letters: list[Letter], *, to: str, by: str, now: datetime) -> list[OutboxMessage]:
    """Post many messages, those of one case numbered in this order (see `post`)."""
    if to not in settings.EXCHANGE["sends_to"]:
        raise ValueError(f"this zone sends nothing to {to}")
    if not connection.in_atomic_block:
        raise RuntimeError("post() belongs into the transaction of the thing that it reports")
    numbered = Counter(letter.case_key for letter in letters if letter.case_key)
    last = sequences.move(sequences.OUT, to, numbered)
    following = {key: count_from(last[key] - numbered[key] + 1) for key in numbered}
    seal = _sealer(to, now)
    messages = [
        seal(letter, next(following[letter.case_key]) if letter.case_key else 0)
        for letter in letters
    ]
    OutboxMessage.objects.bulk_create(messages)
    wake_delivery()
    for message in messages:
        logger.info("message %s of kind %s posted by %s", message.pk, message.kind, by)
    return messages


def _sealer(to: str, now: datetime) -> Callable[[Letter, int], OutboxMessage]:
    """Return what makes a letter and its number into a row, sealed to a zone."""
    recipient, sender = keys.encryption_key_of(to), keys.own_signing_key()

    def seal(letter: Letter, sequence: int) -> OutboxMessage:
        message_id = uuid4()
        inner = Inner(
            letter.kind, letter.case_key, sequence, settings.EXCHANGE["zone"], now, letter.body
        )
        sealed = seal_body(
            inner.dump(), recipient=recipient, sender=sender, message_id=str(message_id)
        )
        if len(sealed) > MAX_SEALED_BYTES:
            raise ValueError("too large to send: no zone would take it")
        return OutboxMessage(
            id=message_id,
            destination=to,
            kind=letter.kind,
            case_key=letter.case_key,
            sequence=sequence,
            sealed=sealed,
            size=len(sealed),
            sha256=hashlib.sha256(sealed).hexdigest(),
            created_at=now,
            due_at=now,
        )

    return seal


def resend(message_id: UUID, *, now: datetime) -> bool:
    """Make a message that stopped due again (再送); False where it is not one that stopped.

    The id stays, so that however often it is pressed the far side stores the message once.
    """
    stopped = {"state": "needs_person", "id": message_id}
    fresh = {"due_at": now, "attempts": 0, "last_error": ""}
    sent = OutboxMessage.objects.filter(**stopped).update(
        state=OutboxMessage.State.DUE, failed_at=None, failure_code="", **fresh
    )
    arrived = InboxMessage.objects.filter(**stopped).update(
        state=InboxMessage.State.STORED, **fresh
    )
    return bool(sent or arrived)


def resend_all(message_ids: Iterable[UUID], *, now: datetime) -> int:
    """Make several messages that stopped due again; return how many had stopped."""
    return sum(resend(message_id, now=now) for message_id in message_ids)


def redrive(*, handed_over_before: datetime, now: datetime) -> int:
    """Send again what a peer took long ago and the far end never confirmed; return how many.

    For a relay that lost its disk. The ids stay: what did arrive is recognised and stored no
    second time, so that running this three times changes nothing at the far end.
    """
    return OutboxMessage.objects.filter(
        state=OutboxMessage.State.HANDED_OVER,
        handed_over_at__lt=handed_over_before,
        confirmed_at__isnull=True,
        sealed__isnull=False,
    ).update(state=OutboxMessage.State.DUE, due_at=now, attempts=0, last_error="")


def wake_delivery() -> None:
    """Hint to the worker that there is something to push; the sweep finds it without the hint."""
    from exchange.tasks import push_all

    if settings.EXCHANGE.get("pushes_to"):
        hints.after_commit(push_all)
