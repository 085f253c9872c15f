"""Candidates (候補者): who may be meant by a name, kana, birth date and address, with a score.

A score only orders the list. Nobody is chosen by it: a person decides and a second one confirms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from review.addressees.folding import address_key, kana_key, search_key
from review.addressees.models import Addressee, number_index

MAX_CANDIDATES = 10
MOST_LOOKED_AT = 200
# Parts of a hundred. The number counts as much as name and kana: with a changed name it still
# brings its holder to the top.
WEIGHTS = {"number": 60, "name": 35, "kana": 25, "birth_date": 25, "address": 15}
# Another number than the register's is nearly always another person of the same name.
OTHER_NUMBER = 50
ORDER = ("number", "name", "kana", "birth_date", "sex", "address")


@dataclass(frozen=True)
class Sought:
    """Who is sought (特定したい人), as a filing or a row says it; empty where it does not say."""

    name: str = ""
    kana: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: str = ""
    number: str = ""


@dataclass(frozen=True)
class Candidate:
    """Candidate (候補者): what agrees, what speaks against it, and the score from 0 to 100."""

    person: Addressee
    agrees: tuple[str, ...]
    against: tuple[str, ...]
    score: int

    @property
    def as_json(self) -> dict[str, Any]:
        """Return it by number and what agrees; the person's data stay in the register."""
        return {
            "addressee": str(self.person.pk),
            "number": self.person.number,
            "agrees": list(self.agrees),
            "against": list(self.against),
            "score": self.score,
        }


def candidates(sought: Sought) -> list[Candidate]:
    """Return who may be meant, best first: at least two of the items agree, or the number."""
    looked_at = _reachable(sought).order_by("number")[:MOST_LOOKED_AT]
    found = [compare(person, sought) for person in looked_at]
    likely = [one for one in found if _is_likely(one)]
    return sorted(likely, key=lambda one: (-one.score, one.person.number))[:MAX_CANDIDATES]


def compare(person: Addressee, sought: Sought) -> Candidate:
    """Hold a person of the register against who is sought."""
    index = number_index(sought.number) if sought.number else None
    held = bytes(person.number_index) if person.number_index else None
    same = {
        "number": index is not None and index == held,
        "name": bool(sought.name) and person.name_key == search_key(sought.name),
        "kana": bool(sought.kana) and person.kana_key == kana_key(sought.kana),
        "birth_date": person.birth_date == sought.birth_date,
        "sex": bool(sought.sex) and person.sex == sought.sex,
        "address": bool(sought.address)
        and address_key(sought.address)
        in {address_key(person.address), address_key(person.address_jan1)},
    }
    agrees = tuple(item for item in ORDER if same[item])
    against = _against(person, sought, other_number=bool(index and held and index != held))
    score = min(sum(WEIGHTS.get(item, 0) for item in agrees), 100)
    if "number" in against:
        score = max(score - OTHER_NUMBER, 0)
    return Candidate(person, agrees, against, score)


def _reachable(sought: Sought) -> Any:
    """Everybody who could be meant, by one of the indexes: number, birth date, name, kana."""
    asked = Q()
    if sought.number:
        asked |= Q(number_index=number_index(sought.number))
    if sought.birth_date:
        asked |= Q(birth_date=sought.birth_date)
    if key := search_key(sought.name):
        asked |= Q(name_key=key)
    if key := kana_key(sought.kana):
        asked |= Q(kana_key=key)
    return Addressee.objects.filter(asked) if asked else Addressee.objects.none()


def _against(person: Addressee, sought: Sought, *, other_number: bool) -> tuple[str, ...]:
    speaks = {
        "number": other_number,
        "birth_date": sought.birth_date is not None and person.birth_date != sought.birth_date,
        "sex": bool(sought.sex) and person.sex != sought.sex,
    }
    return tuple(item for item, against in speaks.items() if against)


def _is_likely(found: Candidate) -> bool:
    """One item alone is chance: thousands are born on a day, and names repeat."""
    others: Iterable[str] = set(found.agrees) - {"sex"}
    return "number" in found.agrees or len(set(others)) >= 2
