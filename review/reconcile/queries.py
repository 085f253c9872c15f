"""Reads of the check list (チェックリストの参照): what waits, by kind, and how long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min, QuerySet, Sum

from review.addressees.models import Addressee
from review.reconcile.models import Disagreement
from review.reconcile.outcomes import Choice, advice_for, choices_of
from review.reconcile.services import WAITING


@dataclass(frozen=True)
class Waiting:
    """How many disagreements of a kind wait, since when, and what is to be done about them."""

    kind: str
    label: str
    count: int
    proposed: int
    days: int
    amount: int | None
    advice: str


class Listed(NamedTuple):
    """A disagreement beside what is to be done about it, and what may be decided."""

    entry: Disagreement
    advice: str
    choices: list[Choice]

    @property
    def follows(self) -> str:
        """Return what is computed by the outcome that was proposed or confirmed."""
        own = (choice.follows for choice in self.choices if choice.value == self.entry.outcome)
        return next(own, "")


def of_person(person: Addressee, tax_year: str) -> list[Listed]:
    """Return a person's disagreements of a year but those that are gone."""
    entries = Disagreement.objects.filter(addressee=person, tax_year=tax_year)
    standing = entries.exclude(state=Disagreement.State.GONE).order_by("kind", "pk")
    return [Listed(one, advice_for(one.kind), choices_of(one.kind)) for one in standing]


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
    nothing = {"count": 0, "oldest": now, "sum": None}
    found = []
    for kind in Disagreement.Kind:
        rows = [states.get((kind, state), nothing) for state in (open_, proposed)]
        count = sum(row["count"] for row in rows)
        if count:
            age = now - min(row["oldest"] for row in rows)
            sums = [row["sum"] for row in rows if row["sum"] is not None]
            amount = sum(sums) if sums else None
            label, advice = str(kind.label), advice_for(kind)
            found.append(Waiting(kind, label, count, rows[1]["count"], age.days, amount, advice))
    return sorted(found, key=lambda entry: -entry.days)
