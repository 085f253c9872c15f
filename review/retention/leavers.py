"""People who left (転出・死亡した人): their 宛名 goes last, when nothing of theirs is left.

Which tables name a person is read from the models, so that a table which a later change adds
keeps the person, too. What is only about the person (履歴, 送付先, 口座, 証明書) goes with them.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from review.addressees.models import (
    Addressee,
    BankAccount,
    CertificateLink,
    Change,
    Contact,
    SamePerson,
    UnifiedNumber,
)
from review.retention.keeping import Plan, held_people
from review.retention.numbers import mark_of
from review.retention.periods import Period

THEIR_OWN = (BankAccount, CertificateLink, Change, Contact, SamePerson)
STILL_NAMED = "この人の記録が残っています"
RELATED = "同一人の宛名が残っています"
NO_DAY = "起算日が分かりません(住登外: 転出・死亡の日がありません)"


def plan_register(period: Period, as_of: date) -> Plan:
    """Return who left so long ago that their 宛名 may go; the others are named with the reason."""
    last = period.last_event_over(as_of)
    if last is None:
        return Plan(period, {"addressees": []}, [], [])
    due = left().filter(left_on__lte=last)
    held = held_people(as_of)
    whys = dict.fromkeys(_pks(due.filter(number__in=held)), "消去の保留")
    whys |= dict.fromkeys(_pks(named(due)), STILL_NAMED)
    going = set(_pks(due)) - whys.keys()
    related = _related(going)
    going -= related
    whys |= dict.fromkeys(related, RELATED)
    strangers = Addressee.objects.filter(
        kind=Addressee.Kind.NON_RESIDENT, died_on__isnull=True, moved_out_on__isnull=True
    )
    whys |= dict.fromkeys(set(_pks(strangers)) - set(_pks(named(strangers))), NO_DAY)
    numbers = Addressee.objects.filter(pk__in=whys).values_list("pk", "number")
    refused = [{"addressee_number": number, "why": whys[pk]} for pk, number in numbers]
    chosen = Addressee.objects.filter(pk__in=going).order_by("pk").values_list("pk", "number")
    ids, marks = [pk for pk, _n in chosen], [mark_of(number) for _pk, number in chosen]
    return Plan(period, {"addressees": ids}, marks, refused)


def named(people: QuerySet[Addressee]) -> QuerySet[Addressee]:
    """Return those whom a record that is not only theirs still names."""
    still = Q()
    for model, field in _naming():
        rows = model._default_manager.filter(**{field: OuterRef("pk")})
        still |= Q(Exists(rows))
    return people.filter(still)


def unified_numbers(people: QuerySet[Addressee]) -> QuerySet[UnifiedNumber]:
    """Return the 統合宛名番号 of people: found by the number's hash, not by a reference."""
    return UnifiedNumber.objects.filter(
        number_index__in=people.filter(number_index__isnull=False).values("number_index")
    )


def left() -> QuerySet[Any]:
    """Return who died or moved out, with the day; who came back since has not left."""
    back = Q(moved_in_on__gt=F("moved_out_on"), died_on__isnull=True)
    people = Addressee.objects.annotate(left_on=Coalesce("died_on", "moved_out_on"))
    return people.filter(left_on__isnull=False).exclude(back)


def _naming() -> Iterator[tuple[Any, str]]:
    for relation in Addressee._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            model: Any = relation.related_model
            if model not in THEIR_OWN:
                yield model, str(getattr(relation, "field").name)  # noqa: B009


def _related(going: set[UUID]) -> set[UUID]:
    """Return who is one person with somebody that stays: the 宛名 of one person go together."""
    pairs = list(SamePerson.objects.values_list("first_id", "second_id"))
    staying: set[UUID] = set()
    while True:
        more = {
            one
            for pair in pairs
            for one, other in (pair, pair[::-1])
            if one in going - staying and other not in going - staying
        }
        if not more:
            return staying
        staying |= more


def _pks(people: QuerySet[Addressee]) -> list[UUID]:
    return list(people.values_list("pk", flat=True))
