"""The card read (カードの読み取り): what the page posts is compared with the certificate."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from filing.numbers import personal_number_is_valid
from portal.errors import CardRefused
from signing import VerificationError
from signing.certificates import CardAttributes, read_attributes
from signing.texts import same_text

MAX_READ = 40_000
FACE = ("name", "birth_date", "sex", "address", "personal_number")


@dataclass(frozen=True)
class CardRead:
    """The face of a card whose attributes agree with its signing certificate."""

    name: str
    kana: str
    birth_date: date
    sex: str
    address: str
    personal_number: str
    certificate_sha256: str
    certificate: str

    def as_stored(self) -> dict[str, str]:
        return {**vars(self), "birth_date": self.birth_date.isoformat()}


def read_card(posted: str) -> CardRead:
    """Return the card read from the posted JSON {"face": {...}, "certificate": base64 DER}.

    Raises CardRefused where the certificate does not say the same, or the number cannot be one.
    """
    try:
        result = json.loads(posted[:MAX_READ])
        face = {name: str(result["face"][name]) for name in FACE}
        certificate = base64.b64decode(result["certificate"], validate=True)
        attributes = read_attributes(certificate)
        born = date.fromisoformat(face["birth_date"])
    except (ValueError, KeyError, TypeError, VerificationError) as error:
        raise CardRefused(
            _("カードを読み取れませんでした。カードのファイルを選び直してください。")
        ) from error
    _check_agreement(face, born, attributes)
    if not personal_number_is_valid(face["personal_number"]):
        raise CardRefused(
            _("カードのマイナンバーを正しく読み取れませんでした。もう一度読み取ってください。")
        )
    return CardRead(
        name=face["name"],
        kana=str(result["face"].get("kana") or ""),
        birth_date=born,
        sex=face["sex"],
        address=face["address"],
        personal_number=face["personal_number"],
        certificate_sha256=hashlib.sha256(certificate).hexdigest(),
        certificate=base64.b64encode(certificate).decode(),
    )


def card_of(certificate: bytes, personal_number: str, *, agent: bool = False) -> CardRead:
    """Return the card whose certificate has proven itself, with the 個人番号 that was typed.

    The four attributes are the certificate's own; of an agent (代理人) no number is asked. Raises
    CardRefused where it has none, or the number cannot be one.
    """
    if not agent:
        check_number(personal_number)
    said = attributes_on(certificate)
    return CardRead(
        name=said.name,
        kana="",
        birth_date=said.birth_date,
        sex=said.sex,
        address=said.address,
        personal_number=personal_number,
        certificate_sha256=hashlib.sha256(certificate).hexdigest(),
        certificate=base64.b64encode(certificate).decode(),
    )


def attributes_on(certificate: bytes) -> CardAttributes:
    """Return the four attributes of a certificate; CardRefused where it has none."""
    try:
        return read_attributes(certificate)
    except VerificationError as error:
        raise CardRefused(
            _("カードの電子証明書を読み取れませんでした。カードをもう一度読み取ってください。")
        ) from error


def check_number(personal_number: str) -> None:
    """Refuse what cannot be a 個人番号: twelve digits, the last of which checks the others."""
    if not personal_number_is_valid(personal_number):
        raise CardRefused(
            _("マイナンバーがちがいます。カードの裏に書いてある12けたの数字を入力してください。")
        )


def _check_agreement(face: dict[str, str], born: date, said: CardAttributes) -> None:
    """Refuse a read whose 4情報 differ from the certificate's (本人以外の情報の入手の防止)."""
    agrees = (
        same_text(said.name, said.name_flags, face["name"])
        and same_text(said.address, said.address_flags, face["address"])
        and born == said.birth_date
        and face["sex"] == said.sex
    )
    if not agrees:
        raise CardRefused(
            _(
                "読み取った内容が、カードの電子証明書とちがいます。カードをもう一度読み取ってください。"
            )
        )
