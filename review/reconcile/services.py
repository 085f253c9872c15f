"""Keeping the list of disagreements (チェックリスト) in step with the documents."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.audit.services import record_by
from review.errors import Refusal
from review.reconcile.comparison import Difference
from review.reconcile.models import Disagreement
from review.staff.actors import Actor


def keep(
    addressee: Addressee, tax_year: str, found: Iterable[Difference], *, now: datetime
) -> None:
    """Store what was found now; what is not found any more is gone, what was settled stays so."""
    known = {
        (entry.kind, entry.key): entry
        for entry in Disagreement.objects.filter(addressee=addressee, tax_year=tax_year)
    }
    seen = set()
    for difference in found:
        seen.add((difference.kind, difference.key))
        _store(addressee, tax_year, difference, known, now)
    for place, entry in known.items():
        if place not in seen and entry.state == Disagreement.State.OPEN:
            entry.state = Disagreement.State.GONE
            entry.save(update_fields=["state"])


def add(addressee: Addressee, tax_year: str, found: Iterable[Difference], *, now: datetime) -> None:
    """Store what a document of somebody else brought to light about this person."""
    entries = Disagreement.objects.filter(addressee=addressee, tax_year=tax_year)
    known = {(entry.kind, entry.key): entry for entry in entries}
    for difference in found:
        _store(addressee, tax_year, difference, known, now)


def _store(
    addressee: Addressee,
    tax_year: str,
    difference: Difference,
    known: Mapping[tuple[str, str], Disagreement],
    now: datetime,
) -> None:
    entry = known.get((difference.kind, difference.key))
    values: dict[str, Any] = {
        "label": difference.label,
        "declared": difference.declared,
        "reported": difference.reported,
        "documents": difference.documents,
    }
    if entry and all(getattr(entry, name) == value for name, value in values.items()):
        if entry.state == Disagreement.State.GONE:
            entry.state = Disagreement.State.OPEN
            entry.save(update_fields=["state"])
        return
    # New, or the same place with other amounts: whatever was settled before is open again.
    Disagreement.objects.update_or_create(
        addressee=addressee,
        tax_year=tax_year,
        kind=difference.kind,
        key=difference.key,
        defaults={**values, "state": Disagreement.State.OPEN, "found_at": now},
    )


def open_disagreements(addressee: Addressee, tax_year: str) -> int:
    """Return how many disagreements stop an automatic decision."""
    return Disagreement.objects.filter(
        addressee=addressee, tax_year=tax_year, state=Disagreement.State.OPEN
    ).count()


def settle(entry: Disagreement, *, by: Actor, reason: str, now: datetime) -> Disagreement:
    """Mark a disagreement as looked into (確認済み), with who and why."""
    with transaction.atomic():
        locked = Disagreement.objects.select_for_update().get(pk=entry.pk)
        if locked.state != Disagreement.State.OPEN:
            raise Refusal(_("この不一致は、すでに確認済みです。"))
        locked.state = Disagreement.State.SETTLED
        locked.settled_by, locked.settled_at, locked.settled_reason = by.id, now, reason
        locked.save()
        person = locked.addressee
        record_by(
            by,
            "disagreement.settled",
            reason=reason,
            now=now,
            subject=f"disagreement:{locked.pk}",
            addressee_number=person.number,
            four_attributes=person.four_attributes,
            detail={"kind": locked.kind},
        )
    return locked
