"""Reads of the register (宛名の参照)."""

from datetime import date

from django.db.models import Q

from review.addressees.folding import search_key
from review.addressees.models import Addressee, Business, number_index
from review.addressees.visibility import visible
from review.staff.models import StaffMember

MAX_FOUND = 20


def search(
    *,
    number: str,
    name: str,
    birth_date: date | None,
    personal_number: str = "",
    member: StaffMember,
) -> list[Addressee]:
    """Return at most twenty people: of that 宛名番号 or 個人番号, or of that name and birth.

    Whom the member may not see (他業務参照不可) is not there.
    """
    people = visible(Addressee.objects.all(), member)
    if personal_number:
        return list(people.filter(number_index=number_index(personal_number)))
    if number:
        return list(people.filter(number=number))
    if birth_date is None:
        return []
    named = Q(name_key=search_key(name)) | Q(kana=name)
    return list(people.filter(named, birth_date=birth_date).order_by("number")[:MAX_FOUND])


def search_businesses(text: str) -> list[Business]:
    """Return at most twenty businesses (法人) of that 法人番号, 指定番号 or beginning of a name."""
    wanted = Q(corporate_number=text) | Q(designated_number=text) | Q(number=text)
    if key := search_key(text):
        wanted |= Q(name_key__startswith=key)
    return list(Business.objects.filter(wanted).order_by("number")[:MAX_FOUND])
