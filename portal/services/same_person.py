"""Accounts of one person (同じ人の利用者登録): found by a keyed fold of who the card is of.

Nothing is ever joined by it: people of one name and birthday exist. It only lets the pages tell a
person that there is another account, before they make a second one without knowing.
"""

import unicodedata
from datetime import date

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from portal.models import Resident

LENGTH = 32


def person_key(name: str, birth_date: date, sex: str) -> str:
    """Return what stands for a person in the table of accounts, and tells nothing of them."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    said = f"{birth_date.isoformat()}/{sex}/{folded}"
    return salted_hmac("portal.same_person", said, algorithm="sha256").hexdigest()[:LENGTH]


def accounts_of(key: str) -> QuerySet[Resident]:
    """Return the living accounts in which this person's card was read; none for an empty key."""
    found = Resident.objects.filter(person=key, is_active=True)
    return found if key else found.none()


def has_another(resident: Resident) -> bool:
    """Tell whether the person of this account seems to have one more."""
    return accounts_of(resident.person).exclude(pk=resident.pk).exists()


def remember(resident: Resident, key: str) -> None:
    """Keep whose card was read, in the caller's transaction."""
    if resident.person != key:
        Resident.objects.filter(pk=resident.pk).update(person=key)
        resident.person = key
