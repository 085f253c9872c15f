"""Alarms (警報): what somebody must be told without looking, as log events and as metrics."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from exchange import contacts, queries
from exchange.models import Comparison

logger = logging.getLogger(__name__)
LIMITS = {
    "oldest_undelivered_seconds": 900,
    "oldest_unconfirmed_seconds": 3_600,
    "backlog": 1_000,
    "needs_person": 0,
    "failed": 0,
    "peer_silent_seconds": 300,
    "differences": 0,
    "comparison_age_seconds": 26 * 3_600,
}


@dataclass(frozen=True)
class Reading:
    """One measured value, the limit it should stay within, and whose it is (way or peer)."""

    name: str
    value: int
    limit: int
    of: str = ""

    @property
    def is_alarm(self) -> bool:
        return self.value > self.limit


def readings(now: datetime) -> list[Reading]:
    """Return everything that is watched. Limits come from EXCHANGE["alarms"] over `LIMITS`."""
    limits = LIMITS | settings.EXCHANGE.get("alarms", {})
    return [
        Reading(name, value, limits[name], of)
        for name, value, of in (*_hops(now), *_silences(now), *_comparison(now))
    ]


def watch(now: datetime) -> list[Reading]:
    """Log an event for each alarm, and return them."""
    raised = [reading for reading in readings(now) if reading.is_alarm]
    for reading in raised:
        logger.error(
            "exchange alarm %s of=%s value=%d limit=%d",
            reading.name,
            reading.of or "-",
            reading.value,
            reading.limit,
        )
    return raised


def metrics(now: datetime) -> str:
    """Return the readings in the text format that Prometheus reads."""
    zone, lines = settings.EXCHANGE["zone"], []
    for reading in readings(now):
        labels = f'zone="{zone}",of="{reading.of}"'
        lines.append(f"exchange_{reading.name}{{{labels}}} {reading.value}")
        lines.append(f'exchange_alarm{{{labels},name="{reading.name}"}} {int(reading.is_alarm)}')
    return "\n".join(lines) + "\n"


def _hops(now: datetime) -> list[tuple[str, int, str]]:
    hops = queries.hops(now)
    found = [("failed", hops["out"]["failed"], "out")]
    found += [("oldest_unconfirmed_seconds", hops["out"]["oldest_unconfirmed_seconds"] or 0, "out")]
    for way, side in hops.items():
        counts = side["counts"]
        waiting = counts.get("due", 0) + counts.get("stored", 0)
        found += [
            ("oldest_undelivered_seconds", side["oldest_undelivered_seconds"] or 0, way),
            ("backlog", waiting, way),
            ("needs_person", counts.get("needs_person", 0), way),
        ]
    return found


def _silences(now: datetime) -> list[tuple[str, int, str]]:
    """Return how long each peer has been silent; one that was never heard counts as a day."""
    day = int(timedelta(days=1).total_seconds())
    return [
        ("peer_silent_seconds", day if seconds is None else seconds, peer)
        for peer, seconds in contacts.silences(now).items()
    ]


def _comparison(now: datetime) -> list[tuple[str, int, str]]:
    """Return the last reconciliation's outcome in the zone that compares; an unwhole one is old."""
    if not settings.EXCHANGE.get("compares"):
        return []
    last = Comparison.objects.order_by("-at").first()
    whole = Comparison.objects.filter(unreachable=[]).order_by("-at").first()
    age = int((now - whole.at).total_seconds()) if whole else 0
    return [
        ("differences", len(last.differences) if last else 0, "zones"),
        ("comparison_age_seconds", age, "zones"),
    ]
