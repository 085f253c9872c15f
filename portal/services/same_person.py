"""Accounts of one person (同じ人の利用者登録): found by a keyed fold of who the card is of.

Nothing is ever joined by it: people of one name and birthday exist. It only lets the pages tell a
person that there is another account, before they make a second one without knowing.
"""

import unicodedata
from datetime import date

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from portal.identity.service import Attributes
from portal.models import Draft, Resident, Submission

LENGTH = 32


def person_key(name: str, birth_date: date, sex: str) -> str:
    """Return what stands for a person in the table of accounts, and tells nothing of them."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    said = f"{birth_date.isoformat()}/{sex}/{folded}"
    return salted_hmac("portal.same_person", said, algorithm="sha256").hexdigest()[:LENGTH]


def key_of(said: Attributes) -> str:
    """Return the fold of whom the app named."""
    return person_key(said.name, said.birth_date, said.sex)


def cards_read(resident: Resident) -> list[dict[str, str]]:
    """Return what the cards said that were read in an account, as far as it is still held."""
    held: list[Draft | Submission] = [
        *Draft.objects.filter(resident=resident),
        *Submission.objects.filter(resident=resident),
    ]
    return [card for one in held if (card := one.content.get("card"))]


def is_holder(resident: Resident, said: Attributes) -> bool:
    """Tell whether whom the app named can be whose card was read in an account; none was: yes.

    The name is compared with the newest card alone, as names change; birth date and sex with all.
    """
    cards = cards_read(resident)
    keys = {resident.person} if resident.person else {_key_on(card) for card in cards}
    born, sex = said.birth_date.isoformat(), said.sex
    agree = all((card["birth_date"], card["sex"]) == (born, sex) for card in cards)
    return agree and (not keys or key_of(said) in keys)


def _key_on(card: dict[str, str]) -> str:
    return person_key(card["name"], date.fromisoformat(card["birth_date"]), card["sex"])


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
