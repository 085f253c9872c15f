"""Writing the register (宛名の登録・異動): one way in, with history and log in one transaction.

A new person is entered, a known one changed; each change keeps what became what. When a 個人番号 is
entered for the first time, its 統合宛名番号 is issued with it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from filing.numbers import personal_number_is_valid
from review.addressees.models import Addressee, Change, UnifiedNumber, number_index
from review.addressees.records import write_down
from review.errors import Refusal
from review.staff.actors import Actor

FIELDS = (
    *("name", "kana", "birth_date", "sex", "address", "address_jan1", "ward"),
    *("kind", "moved_in_on", "moved_out_on", "died_on", "restricted"),
)


def enter(
    number: str,
    values: Mapping[str, Any],
    *,
    personal_number: str = "",
    origin: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Addressee:
    """Enter a person (宛名の登録); Refusal where number or 個人番号 belong to somebody already."""
    with transaction.atomic():
        if Addressee.objects.filter(number=number).exists():
            raise Refusal(_("この宛名番号は、すでに使われています。"))
        person = Addressee(number=number)
        person.address_jan1 = values.get("address_jan1") or values["address"]
        _apply(person, {**values, "address_jan1": person.address_jan1})
        if personal_number:
            _give_number(person, personal_number, now=now)
        person.save(force_insert=True)
        after = {"number": number}
        _keep(person, Change.Reason.ENTERED, None, {}, after, origin=origin, by=by, now=now)
        write_down("addressee.entered", person, by=by, reason=reason, now=now, detail=after)
    return person


def change(
    person: Addressee,
    values: Mapping[str, Any],
    *,
    why: str,
    occurred_on: date | None,
    origin: str,
    personal_number: str = "",
    by: Actor,
    reason: str,
    now: datetime,
) -> Change | None:
    """Change a person (宛名の異動) and keep the history; None where nothing differs."""
    with transaction.atomic():
        locked = Addressee.objects.select_for_update().get(pk=person.pk)
        before = {name: _plain(getattr(locked, name)) for name in values}
        after = {name: _plain(value) for name, value in values.items()}
        other = {name for name in after if after[name] != before[name]}
        before = {name: before[name] for name in sorted(other)}
        after = {name: after[name] for name in sorted(other)}
        if personal_number and _index_of(locked) != number_index(personal_number):
            _give_number(locked, personal_number, now=now)
            # That it changed is kept, the number is not.
            after["personal_number"] = True
        if not after:
            return None
        _apply(locked, {name: values[name] for name in other})
        locked.save()
        kept = _keep(locked, why, occurred_on, before, after, origin=origin, by=by, now=now)
        detail = {"why": why, "items": sorted(after)}
        write_down("addressee.changed", locked, by=by, reason=reason, now=now, detail=detail)
    return kept


def unify(index: bytes, *, now: datetime) -> UnifiedNumber:
    """Return the 統合宛名番号 of a 個人番号 by its keyed hash; issued if it is new."""
    known = UnifiedNumber.objects.filter(number_index=index).first()
    if known:
        return known
    number = next_number("addressees_unified_number", "9")
    return UnifiedNumber.objects.create(number=number, number_index=index, issued_at=now)


def next_number(sequence: str, lead: str) -> str:
    """Return the next of a sequence of numbers with a leading digit of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return f"{lead}{cursor.fetchone()[0]:09d}"


def _give_number(person: Addressee, personal_number: str, *, now: datetime) -> None:
    if not personal_number_is_valid(personal_number):
        raise Refusal(_("個人番号の検査数字が合いません。番号を確かめてください。"))
    index = number_index(personal_number)
    if Addressee.objects.filter(number_index=index).exclude(pk=person.pk).exists():
        raise Refusal(_("この個人番号は、別の宛名番号の人に登録されています。"))
    person.take_number(personal_number)
    unify(index, now=now)


def _apply(person: Addressee, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in FIELDS:
            raise ValueError(f"{name} is no item of an addressee")
        setattr(person, name, value)
    person.take_name(person.name)


def _index_of(person: Addressee) -> bytes | None:
    return bytes(person.number_index) if person.number_index else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _keep(
    person: Addressee,
    why: str,
    occurred_on: date | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    origin: str,
    by: Actor,
    now: datetime,
) -> Change:
    return Change.objects.create(
        addressee=person,
        reason=why,
        occurred_on=occurred_on,
        before=dict(before),
        after=dict(after),
        origin=origin[:100],
        at=now,
        by=by.id,
    )
