"""Who an account is (本人), where its holder signs in with the デジタル認証アプリ."""

import json
from datetime import date

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from portal.identity.service import Attributes
from portal.models import Resident
from signing.certificates import CardAttributes
from signing.texts import same_text

PROVIDER = "auth_app"


def seal(said: Attributes, subject: str) -> str:
    """Return the four attributes as sealed text that opens only for this pseudonym."""
    plain = {**vars(said), "birth_date": said.birth_date.isoformat()}
    sealed = settings.DATA_KEYRING.encrypt(json.dumps(plain).encode(), row=_row(subject))
    return bytes(sealed).hex()


def identity_of(resident: Resident) -> tuple[str, Attributes] | None:
    """Return the pseudonym and attributes of the account's holder; None without the app."""
    account = SocialAccount.objects.filter(user=resident, provider=PROVIDER).first()
    return (account.uid, attributes_of(account)) if account else None


def attributes_of(account: SocialAccount) -> Attributes:
    """Return the four attributes that stand sealed in the tie to an account."""
    sealed = bytes.fromhex(account.extra_data["sealed"])
    plain = json.loads(settings.DATA_KEYRING.decrypt(sealed, row=_row(account.uid)))
    born = date.fromisoformat(plain.pop("birth_date"))
    return Attributes(birth_date=born, **plain)


def is_person(known: Attributes, said: CardAttributes) -> bool:
    """Say whether a certificate is of the person known; an address may have changed since."""
    return (
        same_text(said.name, said.name_flags, known.name)
        and known.birth_date == said.birth_date
        and known.sex == said.sex
    )


def _row(subject: str) -> str:
    return f"socialaccount:attributes:{subject}"
