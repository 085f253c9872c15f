"""The agent's own card (代理人のカード), beside the principal's number: the two never mix."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from filing.people import is_same_person
from portal.errors import CardRefused
from portal.services.cards import CardRead

# What the return does not say of an agent is not kept either.
NOT_KEPT = ("personal_number", "sex")


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
    return {name: value for name, value in read.as_stored().items() if name not in NOT_KEPT}


def principal_number(content: dict[str, Any]) -> str:
    """Return the principal's 個人番号 as typed, "" where there is none."""
    return str(content["data"].get("principal", {}).get("personal_number", ""))


def forget_card(content: dict[str, Any]) -> None:
    """Ask for the agent's card again: each number typed is compared with that of the card."""
    certificate = ("certificate", "certificate_sha256")
    content["card"] = {k: v for k, v in content["card"].items() if k not in certificate}
