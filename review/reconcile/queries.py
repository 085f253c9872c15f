"""Reads of the check list (チェックリストの参照): what waits, by kind, and how long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from review.reconcile.checks import limits
from review.reconcile.models import Disagreement
from review.reconcile.services import WAITING


@dataclass(frozen=True)
class Waiting:
    """How many disagreements of a kind wait, since when, and what is to be done about them."""

    kind: str
    label: str
    count: int
    proposed: int
    days: int
    amount: int
    advice: str


def waiting(kind: str = "") -> QuerySet[Disagreement]:
    """Return the disagreements that wait for somebody, of one kind or of all."""
    found = Disagreement.objects.filter(state__in=WAITING)
    return found.filter(kind=kind) if kind else found


def waiting_by_kind(*, now: datetime) -> list[Waiting]:
    """Return the check list's counts and ages by kind, the oldest first."""
    open_, proposed = Disagreement.State.OPEN, Disagreement.State.PROPOSED
    states: dict[tuple[str, str], Any] = {
        (row["kind"], row["state"]): row
        for row in waiting()
        .values("kind", "state")
        .annotate(count=Count("pk"), oldest=Min("found_at"), sum=Sum("amount"))
    }
    nothing = {"count": 0, "oldest": now, "sum": 0}
    found = []
    for kind in Disagreement.Kind:
        rows = [states.get((kind, state), nothing) for state in (open_, proposed)]
        count = sum(row["count"] for row in rows)
        if count:
            age = now - min(row["oldest"] for row in rows)
            amount = sum(row["sum"] or 0 for row in rows)
            label, advice = str(kind.label), limits()["advice"][kind]
            found.append(Waiting(kind, label, count, rows[1]["count"], age.days, amount, advice))
    return sorted(found, key=lambda entry: -entry.days)
