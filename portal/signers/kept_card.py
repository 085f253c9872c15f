"""The card that somebody came in with (ログインに使ったカード): kept sealed in their session alone.

Its certificate has proven itself at the log-in; what the draft copies of it is looked at again.
The signature of the return is made by the card itself, whatever stands here.
"""

import base64
import json

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from config.keyring import KeyringError
from portal.identity.person import identity_of
from portal.models import Resident

KEY = "auth_app_card"
ROW = f"session:{KEY}"


def keep(session: SessionBase, subject: str, certificate: bytes) -> None:
    """Keep a certificate until the log-out, bound to the pseudonym of who came in with it."""
    plain = {"subject": subject, "certificate": base64.b64encode(certificate).decode()}
    sealed = settings.DATA_KEYRING.encrypt(json.dumps(plain).encode(), row=ROW)
    session[KEY] = bytes(sealed).hex()


def kept(session: SessionBase, resident: Resident) -> bytes | None:
    """Return the certificate that this resident came in with, None where there is none."""
    if not (sealed := session.get(KEY)):
        return None
    try:
        plain = json.loads(settings.DATA_KEYRING.decrypt(bytes.fromhex(sealed), row=ROW))
    except (KeyringError, ValueError):
        return None
    holder = identity_of(resident)
    if holder is None or holder[0] != plain["subject"]:
        return None
    return base64.b64decode(plain["certificate"])
