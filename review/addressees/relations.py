"""Same person (同一人) and 統合宛名番号: likely pairs, who says so, and the daily check."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.keyring import KeyringError
from review.addressees.models import (
    Addressee,
    ResidentRun,
    SamePerson,
    UnifiedNumber,
    number_index,
)
from review.addressees.records import write_down
from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor

MOST_PAIRS = 500
PERSON = Addressee._meta.db_table
# Two people with numbers are two people: only where one number is not known can they be one.
_LIKELY = f"""
    SELECT a.id, b.id FROM {PERSON} a JOIN {PERSON} b
        ON a.birth_date = b.birth_date AND a.id < b.id
        AND (a.name_key = b.name_key OR (a.kana_key <> '' AND a.kana_key = b.kana_key))
        AND (a.number_index IS NULL OR b.number_index IS NULL)
    WHERE NOT EXISTS (
        SELECT FROM {SamePerson._meta.db_table} s WHERE s.first_id = a.id AND s.second_id = b.id)
    ORDER BY a.number, b.number LIMIT %s
"""  # noqa: S608


def likely_pairs() -> list[tuple[Addressee, Addressee]]:
    """Return pairs who may be one person (同一人の可能性): born alike, named alike, one number."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKELY, [MOST_PAIRS])
        pairs = cursor.fetchall()
    people = Addressee.objects.in_bulk({pk for pair in pairs for pk in pair})
    return [(people[first], people[second]) for first, second in pairs]


def same_person_ids(person: Addressee) -> set[UUID]:
    """Return the ids of all 宛名 of this person, their own included."""
    found, new = {person.pk}, {person.pk}
    while new:
        related = SamePerson.objects.filter(
            Q(first__in=new) | Q(second__in=new), confirmed_at__isnull=False
        ).values_list("first_id", "second_id")
        new = {pk for pair in related for pk in pair} - found
        found |= new
    return found


def relate(
    one: Addressee, other: Addressee, *, by: Actor, reason: str, now: datetime
) -> SamePerson:
    """Say that two 宛名 are one person; it counts once another member of staff confirms."""
    if one.pk == other.pk:
        raise Refusal(_("同じ宛名番号です。"))
    first, second = sorted((one, other), key=lambda person: person.pk)
    with transaction.atomic():
        if SamePerson.objects.filter(first=first, second=second).exists():
            raise Refusal(_("この2人は、すでに関連付けられています。"))
        made = SamePerson.objects.create(
            first=first, second=second, proposed_by=by.id, proposed_at=now
        )
        _write_down("same_person.proposed", made, by=by, reason=reason, now=now)
    return made


def confirm(relation: SamePerson, *, by: Actor, reason: str, now: datetime) -> SamePerson:
    """Confirm another person's word that two 宛名 are one person."""
    with transaction.atomic():
        locked = SamePerson.objects.select_for_update().get(pk=relation.pk)
        if locked.confirmed_at is not None:
            raise Refusal(_("すでに確認されています。"))
        if locked.proposed_by == by.id:
            raise Refusal(_("自分が関連付けたものを自分で確認することはできません。"))
        locked.confirmed_by, locked.confirmed_at = by.id, now
        locked.save(update_fields=["confirmed_by", "confirmed_at"])
        _write_down("same_person.confirmed", locked, by=by, reason=reason, now=now)
    return locked


def unified_number(person: Addressee) -> str:
    """Return the 統合宛名番号 of a person, empty where no 個人番号 is known."""
    found = UnifiedNumber.objects.filter(number_index=person.number_index).first()
    return found.number if found and person.number_index else ""


def addressee_of(unified: str) -> Addressee | None:
    """Return the person behind a 統合宛名番号."""
    found = UnifiedNumber.objects.filter(number=unified).first()
    return Addressee.objects.filter(number_index=found.number_index).first() if found else None


def check_unified(*, by: Actor, now: datetime) -> ResidentRun:
    """Check every pair of 統合宛名番号 and 個人番号 (不整合の点検), and keep the list."""
    findings = [{"number": number, "why": why} for number, why in _inconsistent()]
    with transaction.atomic():
        run = ResidentRun.objects.create(
            kind=ResidentRun.Kind.UNIFIED,
            name="",
            sha256="",
            counts={"differs": len(findings)},
            findings=findings,
            at=now,
            by=by.id,
        )
        detail = {"differs": len(findings)}
        reason = "統合宛名番号の点検"
        record_by(by, "unified.checked", reason=reason, now=now, detail=detail)
    return run


def _inconsistent() -> Iterator[tuple[str, str]]:
    issued = {
        bytes(index) for index in UnifiedNumber.objects.values_list("number_index", flat=True)
    }
    held = set()
    for person in Addressee.objects.exclude(number_index=None).iterator(chunk_size=2_000):
        index = bytes(person.number_index or b"")
        held.add(index)
        if index not in issued:
            yield person.number, "統合宛名番号がありません"
        if _opened_index(person) != index:
            yield person.number, "個人番号と索引が合いません"
    for number, stored in UnifiedNumber.objects.values_list("number", "number_index"):
        if bytes(stored) not in held:
            yield number, "個人番号を持つ宛名がありません"


def _opened_index(person: Addressee) -> bytes | None:
    try:
        return number_index(person.opened_number)
    except KeyringError:
        return None


def _write_down(
    action: str, relation: SamePerson, *, by: Actor, reason: str, now: datetime
) -> None:
    detail = {"relation": relation.pk, "other": relation.second.number}
    write_down(action, relation.first, by=by, reason=reason, now=now, detail=detail)
