"""Matching (突合): by certificate, then 個人番号; 4情報 only suggest, a person decides."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from filing import Person
from review.addressees.folding import address_key
from review.addressees.models import Addressee, CertificateLink, number_index
from review.reconcile.candidates import Sought, candidates, compare


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
            candidates=[
                compare(person, _sought(filer)).as_json for person in (by_certificate, by_number)
            ],
            trouble=_("証明書と個人番号が別々の宛名を指しています。"),
        )
    if by_certificate:
        return Match(by_certificate, "certificate")
    if by_number:
        return Match(by_number, "number")
    return Match(None, candidates=suggest(filer), trouble=_("宛名が見つかりません。"))


def find_principal(filer: Person) -> Match:
    """Identify whom an agent files for (本人の特定): by number, where the person agrees with it.

    The signature is the agent's and says nothing of the filer; the number was typed by the agent.
    So a number whose holder has another name or birth date identifies nobody.
    """
    by_number = Addressee.objects.filter(number_index=number_index(filer.personal_number)).first()
    if by_number is None:
        return Match(None, candidates=suggest(filer), trouble=_("宛名が見つかりません。"))
    agrees = compare(by_number, _sought(filer)).agrees
    if "birth_date" in agrees and ("name" in agrees or "kana" in agrees):
        return Match(by_number, "number")
    return Match(
        None,
        candidates=suggest(filer),
        trouble=_("個人番号の人と、代理人が書いた本人の氏名・生年月日が違います。"),
    )


def suggest(filer: Person) -> list[dict[str, Any]]:
    """Return who may have filed, best first, by number, name, kana, birth date and address."""
    return [candidate.as_json for candidate in candidates(_sought(filer))]


def address_differs(filer: Person, addressee: Addressee) -> bool:
    """Tell whether the address filed differs from the register's: a warning, never a refusal."""
    return address_key(filer.address) != address_key(addressee.address)


def _sought(filer: Person) -> Sought:
    return Sought(
        name=filer.name,
        kana=filer.kana,
        birth_date=filer.birth_date,
        sex=filer.sex,
        address=filer.address,
        number=filer.personal_number,
    )
