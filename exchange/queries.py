"""What there is to see of the exchange: counts, ages, and the ids for the reconciliation."""

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from exchange.answers import KINDS
from exchange.models import InboxMessage, OutboxMessage

SHOWN = 50
# Zones are asked one after the other: younger hand-overs may be known to one of them only.
SETTLING = timedelta(minutes=2)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def hops(now: datetime) -> dict[str, Any]:
    """Return this zone's side of each hop: counts by state, the oldest undelivered, the stuck."""
    return {
        "out": _side(OutboxMessage.objects.all(), now) | _unconfirmed(now),
        "in": _side(InboxMessage.objects.all(), now),
    }


def _unconfirmed(now: datetime) -> dict[str, int | None]:
    """Return what has left this zone unconfirmed by the far end, how old, and what failed."""
    rows = OutboxMessage.objects.filter(
        state=OutboxMessage.State.HANDED_OVER, confirmed_at__isnull=True
    ).exclude(kind__in=("", *KINDS))
    found = rows.aggregate(count=Count("pk"), oldest=Min("created_at"))
    age = int((now - found["oldest"]).total_seconds()) if found["oldest"] else None
    failed = OutboxMessage.objects.filter(failed_at__isnull=False).count()
    return {
        "unconfirmed": found["count"],
        "oldest_unconfirmed_seconds": age,
        "failed": failed,
    }


def failed_for_good(*, before: datetime) -> dict[UUID, datetime]:
    """Return since when our messages have failed for good, here or at the far end.

    Provisional failures are none of these, nor is what has been mended since.
    """
    rows = OutboxMessage.objects.filter(failed_at__lt=before, confirmed_at__isnull=True)
    return {row.pk: row.failed_at for row in rows.exclude(kind__in=("", *KINDS)) if row.failed_at}


def hop_times(message_id: UUID) -> dict[str, datetime | None]:
    """Return when a message of ours was written, handed over, and confirmed by the far end."""
    found = OutboxMessage.objects.filter(pk=message_id).first()
    return {
        "created": found.created_at if found else None,
        "handed_over": found.handed_over_at if found else None,
        "confirmed": found.confirmed_at if found else None,
        "failed": found.failed_at if found else None,
    }


def undelivered_case_keys(case_keys: Collection[str]) -> set[str]:
    """Return those of the cases whose messages have not all been confirmed by the far end."""
    return set(undelivered_cases().filter(case_key__in=case_keys))


def undelivered_cases() -> QuerySet[Any, str]:
    """Return the query for every such case: it can stand inside another one."""
    waiting = OutboxMessage.objects.filter(confirmed_at__isnull=True)
    return waiting.values_list("case_key", flat=True)


def account(now: datetime, *, since: datetime = EVER) -> dict[str, Any]:
    """Return this zone's part of the three-way comparison (see exchange.reconcile).

    `since` bounds it by when the messages were written, which every zone knows alike.
    """
    sent = OutboxMessage.objects.filter(created_at__gte=since).order_by("pk")
    received = InboxMessage.objects.filter(created_at__gte=since).order_by("pk")
    return {
        "ids": {"sent": _digests(sent), "received": _digests(received)},
        "sent_to": _ids_by("destination", sent),
        "received_from": _ids_by("source", received),
        "unsettled": _unsettled(now),
    }


def _digests(rows: QuerySet[Any]) -> dict[str, str]:
    """Return the digests by the ids that this zone knows."""
    return {str(pk): sha256 for pk, sha256 in rows.values_list("pk", "sha256")}


def _ids_by(field: str, rows: QuerySet[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for peer, pk in rows.values_list(field, "pk"):
        found.setdefault(peer, []).append(str(pk))
    return found


def _unsettled(now: datetime) -> list[str]:
    """Return the messages that are still here, or left so lately that answers may cross."""
    rows = OutboxMessage.objects.exclude(
        state=OutboxMessage.State.HANDED_OVER, handed_over_at__lt=now - SETTLING
    )
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]


def digest_of(ids: dict[str, str]) -> str:
    """Return one digest over ids and digests: equal where two zones know the same messages."""
    lines = "".join(f"{pk} {sha256}\n" for pk, sha256 in sorted(ids.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _side(rows: QuerySet[Any], now: datetime) -> dict[str, Any]:
    counts = dict(rows.values_list("state").annotate(Count("pk")).order_by("state"))
    open_rows = rows.exclude(state__in=("handed_over", "done"))
    oldest = open_rows.aggregate(at=Min("created_at"))["at"]
    return {
        "counts": counts,
        "oldest_undelivered_seconds": int((now - oldest).total_seconds()) if oldest else None,
        "waiting": [_row(row, now) for row in open_rows.order_by("created_at")[:SHOWN]],
    }


def _row(row: OutboxMessage | InboxMessage, now: datetime) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "case_key": row.case_key,
        "state": row.state,
        "state_label": row.get_state_display(),
        "attempts": row.attempts,
        "age_seconds": int((now - row.created_at).total_seconds()),
        "reason": row.last_error,
    }
