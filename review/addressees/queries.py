"""Reads of the register (宛名の参照)."""

from datetime import date

from django.db.models import Q

from review.addressees.folding import search_key
from review.addressees.models import Addressee

MAX_FOUND = 20


def search(*, number: str, name: str, birth_date: date | None) -> list[Addressee]:
    """Return at most twenty people: the one of that number, or those of that name and birth."""
    if number:
        return list(Addressee.objects.filter(number=number))
    if birth_date is None:
        return []
    named = Q(name_key=search_key(name)) | Q(kana=name)
    found = Addressee.objects.filter(named, birth_date=birth_date)
    return list(found.order_by("number")[:MAX_FOUND])
