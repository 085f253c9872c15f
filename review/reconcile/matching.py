"""Matching (突合): by certificate, then 個人番号; 4情報 only suggest, a person decides."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from filing import Person
from review.addressees.folding import address_key, search_key
from review.addressees.models import Addressee, CertificateLink, number_index

MAX_CANDIDATES = 10


@dataclass(frozen=True)
class Match:
    """Who was found and how; without an addressee, `candidates` and `trouble` say what is known."""

    addressee: Addressee | None
    method: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


def find(filer: Person, *, issuer: str, serial: str) -> Match:
    """Identify the filer (申請者の特定) as the law's order has it.

    Where the certificate's link and the 個人番号 point at two people, nobody is chosen.
    """
    link = CertificateLink.objects.filter(issuer_key_id=issuer, serial=serial)
    by_certificate = next((found.addressee for found in link.select_related("addressee")), None)
    by_number = Addressee.objects.filter(number_index=number_index(filer.personal_number)).first()
    if by_certificate and by_number and by_certificate != by_number:
        return Match(
            None,
            candidates=[_candidate(by_certificate, filer), _candidate(by_number, filer)],
            trouble=_("証明書と個人番号が別々の宛名を指しています。"),
        )
    if by_certificate:
        return Match(by_certificate, "certificate")
    if by_number:
        return Match(by_number, "number")
    return Match(None, candidates=suggest(filer), trouble=_("宛名が見つかりません。"))


def suggest(filer: Person) -> list[dict[str, Any]]:
    """Return people with the same birth date and another of the 4情報 in common, best first."""
    born = Addressee.objects.filter(birth_date=filer.birth_date)
    found = [_candidate(person, filer) for person in born.order_by("number")[:200]]
    likely = [entry for entry in found if {"name", "address"} & set(entry["agrees"])]
    return sorted(likely, key=lambda entry: -len(entry["agrees"]))[:MAX_CANDIDATES]


def address_differs(filer: Person, addressee: Addressee) -> bool:
    """Tell whether the address filed differs from the register's: a warning, never a refusal."""
    return address_key(filer.address) != address_key(addressee.address)


def _candidate(person: Addressee, filer: Person) -> dict[str, Any]:
    """A candidate by its number and what agrees; the person's data stay in the register."""
    agreeing = {
        "name": person.name_key == search_key(filer.name),
        "birth_date": person.birth_date == filer.birth_date,
        "sex": person.sex == filer.sex,
        "address": address_key(person.address) == address_key(filer.address),
    }
    return {
        "addressee": str(person.pk),
        "number": person.number,
        "agrees": [name for name, same in agreeing.items() if same],
    }
