"""Writing the audit log (操作記録の作成): one way in, inside the caller's transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from exchange.together import LOG, later
from filing.numbers import cover_personal_numbers
from review.audit.chain import beginning, chain_hash, payload_hash
from review.audit.models import AuditEvent
from review.staff.actors import Actor

# One lock for the one chain: the number says "audit" to nobody else in this database.
CHAIN_LOCK = 0x61756469


def record(
    *,
    actor: str,
    action: str,
    reason: str,
    department: str,
    terminal: str,
    now: datetime,
    addressee_number: str = "",
    four_attributes: dict[str, Any] | None = None,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append an entry (処理日時, 職員, 部署, 端末, 処理事由, 宛名番号, 4情報) to the chain.

    Must run inside a transaction: the entry stands or falls with the act that it describes. Where
    acts are written together (exchange.together), the entry gets its place at the end.
    Anything that looks like a 個人番号 is masked, wherever it was typed.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry needs its act's transaction")
    event = AuditEvent(
        at=now.astimezone(UTC),
        actor=actor,
        department=department,
        terminal=terminal,
        reason=_masked(reason),
        addressee_number=addressee_number,
        action=action,
        subject=subject,
        detail=_masked(dict(detail or {})),
    )
    later(LOG, _append, (event, four_attributes or {}))
    return event


def _append(entries: list[tuple[AuditEvent, dict[str, Any]]]) -> None:
    """Append entries in their order under one hold of the chain's lock, until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEvent.objects.order_by("-position").values_list("position", "hash").first()
    position, previous = last or beginning()
    for event, four_attributes in entries:
        position += 1
        event.position, event.previous_hash = position, previous
        event.seal_person(four_attributes)
        event.payload_hash = payload_hash(event)
        event.hash = previous = chain_hash(previous, event.payload_hash)
    AuditEvent.objects.bulk_create([event for event, _ in entries])


def record_by(by: Actor, action: str, *, reason: str, now: datetime, **items: Any) -> AuditEvent:
    """Append an entry for an actor, who brings 職員, 部署 and 端末 along."""
    return record(
        actor=by.id,
        department=by.department,
        terminal=by.terminal,
        action=action,
        reason=reason,
        now=now,
        **items,
    )


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return cover_personal_numbers(value, lambda _number: "*" * 12)
    if isinstance(value, Mapping):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value
