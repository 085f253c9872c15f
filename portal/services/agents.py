"""Agents (代理人): somebody who files and signs for another person, the principal (本人).

The portal knows no register: what is typed about the principal is compared with nothing here, so
nobody can find out who lives where. The office confirms 代理権, the agent and the principal's number.
"""

import unicodedata
from datetime import date
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from filing.rules.agent import is_same_person
from portal.errors import CardRefused, PortalError
from portal.identity.person import identity_of
from portal.models import Draft, Resident
from portal.services.cards import CardRead

# Enough for a family or a guardian's wards; who files for more does it as a profession.
MOST_PEOPLE = 10
CODE_LENGTH = 16


def principal_of(
    resident: Resident, tax_year: str, *, name: str, birth_date: date, authority: str
) -> dict[str, str]:
    """Return the principal as a draft keeps them; PortalError where nobody may act for them here.

    Runs inside the transaction that opens the draft: the resident's row is locked.
    """
    born = birth_date.isoformat()
    holder = identity_of(resident)
    if holder and is_same_person(name, born, holder[1].name, holder[1].birth_date.isoformat()):
        raise PortalError(_("自分の申告は、代理人としてではなく、自分の申告としてはじめてください。"))
    whose = _whose(resident, name, born)
    Resident.objects.select_for_update().get(pk=resident.pk)
    others = Draft.objects.filter(resident=resident, tax_year=tax_year).exclude(whose="")
    if others.exclude(whose=whose).count() >= MOST_PEOPLE:
        raise PortalError(
            _("1つの年度に代理で申告できるのは10人までです。それより多いときは、市役所にお電話ください。")
        )
    return {"whose": whose, "name": name, "birth_date": born, "authority": authority}


def agents_card(content: dict[str, Any], read: CardRead) -> dict[str, str]:
    """Return what is kept of an agent's card: never its number, which nothing needs.

    Raises CardRefused where the principal would get the agent's number, or is the agent.
    """
    principal, number = content["principal"], principal_number(content)
    if not number:
        raise CardRefused(_("先に「本人のこと」で、本人のマイナンバーを入力してください。"))
    if read.personal_number == number:
        raise CardRefused(
            _(
                "本人のマイナンバーとして、あなた(代理人)の番号が入力されています。"
                "「本人のこと」で、本人の番号に直してください。"
            )
        )
    own = (read.name, read.birth_date.isoformat())
    if is_same_person(*own, principal["name"], principal["birth_date"]):
        raise CardRefused(
            _(
                "本人のカードが読み取られました。代理人のカードを読み取ってください。"
                "自分の申告は、代理人としてではなく、自分の申告としてはじめてください。"
            )
        )
    kept = read.as_stored()
    return {name: value for name, value in kept.items() if name not in ("personal_number", "sex")}


def principal_number(content: dict[str, Any]) -> str:
    """Return the principal's 個人番号 as typed, "" where there is none."""
    return str(content["data"].get("principal", {}).get("personal_number", ""))


def forget_card(content: dict[str, Any]) -> None:
    """Ask for the agent's card again: each number typed is compared with that of the card."""
    certificate = ("certificate", "certificate_sha256")
    content["card"] = {k: v for k, v in content["card"].items() if k not in certificate}


def _whose(resident: Resident, name: str, birth_date: str) -> str:
    """Return the name in addresses: always the same for this agent and person, to others nothing."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    said = salted_hmac("portal.agents", f"{resident.pk}/{birth_date}/{folded}", algorithm="sha256")
    return said.hexdigest()[:CODE_LENGTH]
