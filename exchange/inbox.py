"""Processing (処理): opened, put in the order of its case, handled once; many in a transaction.

What came for the first time is handled together, each message in a savepoint of its own. What was
tried before stands alone: whatever is wrong with it must take no other message along.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet

from exchange import answers, keys, retry, sequences
from exchange.columns import write_rows
from exchange.envelope import Inner
from exchange.errors import Refused
from exchange.models import Attempt, InboxMessage
from exchange.protocol import within
from exchange.together import together
from signing import EnvelopeError
from signing.stream import open_body

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
GAP_PAUSE = timedelta(seconds=5)
GAP = "sequence_gap"
# Longer than a batch may take; what a killed worker had taken is due again afterwards.
LEASE = timedelta(seconds=60)
BATCH, BATCH_BYTES = 50, 16_000_000


@dataclass(frozen=True)
class Delivery:
    """A message as its handler gets it: opened, in order, for the first time.

    `first` says that nothing went wrong with it so far: its handler may have more done at the end
    of the batch (exchange.together).
    """

    message_id: UUID
    kind: str
    case_key: str
    sequence: int
    body: bytes
    sent_at: datetime
    received_at: datetime
    sealed_sha256: str
    first: bool = False


def process(now: datetime, *, most: int = 100) -> int:
    """Handle what is due, what is new first; return how many were handled.

    A message that fails never holds up the others: its own row waits, or goes to a person.
    """
    handled = taken = 0
    while taken < most and (claimed := _claim(now, min(BATCH, most - taken))):
        taken += len(claimed)
        handled += _process_batch(claimed, now)
    for _ in range(most):
        if not (alone := _claim_one(now)):
            break
        handled += _process_alone(alone[0], now)
    return handled


def _claim(now: datetime, most: int) -> list[UUID]:
    """Take new messages under a lease and count the attempt before it begins."""
    with transaction.atomic():
        rows = list(_due(now).filter(attempts=0)[:most])
        return _take(within(rows, BATCH_BYTES), now)


def _claim_one(now: datetime) -> list[UUID]:
    """Take one message that was tried before, and no other with it.

    A message that kills its worker has been counted all the same, and waits for the lease's end.
    """
    with transaction.atomic():
        rows = list(_due(now).filter(attempts__gt=0)[:BATCH])
        worn_out = [row for row in rows if row.attempts >= retry.MAX_ATTEMPTS]
        for row in worn_out:
            _failed(row, "worn_out", now=now, permanent=True)
        return _take([row for row in rows if row not in worn_out][:1], now)


def _due(now: datetime) -> QuerySet[InboxMessage]:
    due = InboxMessage.objects.select_for_update(skip_locked=True).filter(
        state=InboxMessage.State.STORED, due_at__lte=now
    )
    return due.order_by("due_at", "received_at", "created_at").defer("sealed")


def _take(rows: Iterable[InboxMessage], now: datetime) -> list[UUID]:
    ids = [row.pk for row in rows]
    InboxMessage.objects.filter(pk__in=ids).update(due_at=now + LEASE, attempts=F("attempts") + 1)
    return ids


def _process_batch(ids: list[UUID], now: datetime) -> int:
    """Handle new messages in one transaction; each in its own where that fails as a whole."""
    try:
        return _process(ids, now, first=True)
    except Exception as error:
        logger.error("a batch of %d failed as a whole: %s", len(ids), type(error).__name__)
        return sum(_process_alone(message_id, now) for message_id in ids)


def _process_alone(message_id: UUID, now: datetime) -> int:
    """Handle one message; what fails only at its commit counts as its failure too."""
    try:
        return _process([message_id], now, first=False)
    except (OperationalError, InterfaceError):
        # The database itself is away: the lease ends, and the message is due again.
        raise
    except Exception as error:
        logger.error("message %s failed: %s", message_id, type(error).__name__)
        with transaction.atomic():
            message = InboxMessage.objects.select_for_update().get(pk=message_id)
            _failed(message, type(error).__name__, now=now)
        return 0


def _process(ids: list[UUID], now: datetime, *, first: bool) -> int:
    """Handle claimed messages; return how many were, less those that another worker has by now."""
    rows = InboxMessage.objects.select_for_update(skip_locked=True).filter(
        pk__in=ids, state=InboxMessage.State.STORED, due_at=now + LEASE
    )
    with transaction.atomic(), together():
        messages = list(rows.order_by("received_at", "created_at"))
        opened = [(message, inner) for message in messages if (inner := _opened(message, now))]
        opened.sort(key=lambda pair: (pair[1].case_key, pair[1].sequence))
        peer = settings.EXCHANGE["sends_to"][0] if opened else ""
        lasts = sequences.move(
            sequences.IN, peer, {inner.case_key: 0 for _, inner in opened if inner.case_key}
        )
        steps = dict.fromkeys(lasts, 0)
        done = []
        for message, inner in opened:
            if _handled(message, inner, lasts, now, first=first):
                done.append(message)
                if inner.case_key:
                    lasts[inner.case_key] += 1
                    steps[inner.case_key] += 1
        sequences.move(sequences.IN, peer, {key: count for key, count in steps.items() if count})
        _finish(done, peer, now)
    return len(done)


def _opened(message: InboxMessage, now: datetime) -> Inner | None:
    """Open a message; None where it does not open and has been put aside."""

    def work() -> Inner:
        inner = _open(message)
        message.kind, message.case_key = inner.kind, inner.case_key
        message.sequence = inner.sequence
        return inner

    # Nothing is written that a savepoint would have to take back.
    return _caught(message, work, now)


def _handled(
    message: InboxMessage, inner: Inner, lasts: dict[str, int], now: datetime, *, first: bool
) -> bool:
    """Handle a message when it is the next of its case; one that came early waits."""

    def work() -> bool:
        last = lasts.get(inner.case_key)
        if last is not None and inner.sequence <= last:
            raise Refused("sequence_used")
        if last is not None and inner.sequence > last + 1:
            _let_wait(message, now)
            return False
        _handle(message, inner, now, first=first)
        return True

    return bool(_guarded(message, work, now))


def _guarded(message: InboxMessage, work: Callable[[], Result], now: datetime) -> Result | None:
    """Do a step of one message in a savepoint; whatever it raises concerns this message alone."""

    def alone() -> Result:
        with transaction.atomic(), together():
            return work()

    return _caught(message, alone, now)


def _caught(message: InboxMessage, work: Callable[[], Result], now: datetime) -> Result | None:
    """Do a step of one message; what it raises is recorded as this message's failure."""
    try:
        return work()
    except Refused as error:
        logger.warning("message %s needs a person: %s", message.pk, error.code)
        _failed(message, error.code, now=now, permanent=True)
    except Exception as error:
        # Whatever it is, this message waits and the rest flows; contents stay out of the log.
        logger.error("message %s failed: %s", message.pk, type(error).__name__)
        _failed(message, type(error).__name__, now=now)
    return None


def _let_wait(message: InboxMessage, now: datetime) -> None:
    """Put a message back that came before its turn: to wait for another is no failure of it."""
    message.attempts -= 1
    message.last_error, message.due_at = GAP, now + GAP_PAUSE
    message.save(update_fields=["attempts", "last_error", "due_at", *OPENED])


OPENED = ("kind", "case_key", "sequence")


def _failed(message: InboxMessage, code: str, *, now: datetime, permanent: bool = False) -> None:
    """Record a failed attempt; when it was the last one, the writer is told.

    Only of what could be opened: an answer to what nobody can read might never end.
    """
    retry.failed(message, step="handle", code=code, now=now, permanent=permanent)
    stopped = message.state == InboxMessage.State.NEEDS_PERSON
    if stopped and message.kind and message.kind not in answers.KINDS:
        answers.send_failure(message, to=settings.EXCHANGE["sends_to"][0], now=now)


def _handle(message: InboxMessage, inner: Inner, now: datetime, *, first: bool) -> None:
    delivery = Delivery(
        message_id=message.pk,
        kind=inner.kind,
        case_key=inner.case_key,
        sequence=inner.sequence,
        body=inner.body,
        sent_at=inner.sent_at,
        received_at=message.received_at,
        sealed_sha256=message.sha256,
        first=first,
    )
    if inner.kind in answers.KINDS:
        answers.handle(delivery, source=inner.source, now=now)
    else:
        _handler(inner.kind)(delivery, now=now)


def _finish(done: list[InboxMessage], peer: str, now: datetime) -> None:
    """Note what has been handled, and give the writer one message with all the receipts."""
    for message in done:
        message.state, message.done_at = InboxMessage.State.DONE, now
        message.sealed, message.last_error = None, ""
    write_rows(done, ["state", "done_at", "sealed", "last_error", *OPENED])
    Attempt.objects.bulk_create(
        [Attempt(message_id=one.pk, step="handle", at=now, outcome="done") for one in done]
    )
    answers.send_receipts(
        [message for message in done if message.kind not in answers.KINDS], to=peer, now=now
    )
    _wake_next({message.case_key for message in done if message.case_key}, now)


def _wake_next(case_keys: set[str], now: datetime) -> None:
    """Make due what came early in these cases: its turn may be now.

    A row that another worker holds is left to it: that worker waits for this case's order, which
    this transaction holds, and will see it as it is afterwards.
    """
    early = InboxMessage.objects.select_for_update(skip_locked=True).filter(
        state=InboxMessage.State.STORED, case_key__in=case_keys, last_error=GAP
    )
    ids = list(early.values_list("pk", flat=True)) if case_keys else []
    if ids:
        InboxMessage.objects.filter(pk__in=ids).update(due_at=now)


def _open(message: InboxMessage) -> Inner:
    source = settings.EXCHANGE["sends_to"][0]
    try:
        opened = open_body(
            bytes(message.sealed or b""),
            recipients=keys.own_encryption_keys(),
            senders=keys.signing_keys_of(source),
            message_id=str(message.pk),
        )
    except EnvelopeError as error:
        raise Refused(error.code) from error
    inner = Inner.load(opened)
    if inner.source != source:
        raise Refused("wrong_source")
    return inner


def _handler(kind: str) -> Any:
    path = settings.EXCHANGE["handlers"].get(kind)
    if path is None:
        raise Refused("unknown_kind")
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
