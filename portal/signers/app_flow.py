"""One signing with the app, between two requests: what was asked, and what came back."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.urls import reverse

from config.keyring import KeyringError
from portal.identity import person, service
from portal.identity.errors import AppFailed
from portal.models import Resident
from portal.signers import app_wire

KEY = "auth_app_signing"
KEPT_FOR = timedelta(minutes=10)
# How long the answer that led to a receipt leads there again, for its resident alone.
RECEIPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Pending:
    """What the server remembers while the person is with the app; sealed in the session."""

    purpose: str
    place: str
    version: int
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    transaction: str
    asked_at: str
    prepared: str = ""
    statement: str = ""
    personal_number: str = field(default="", repr=False)


@dataclass(frozen=True)
class Signed:
    """What the app returned: a signature value, the certificate that made it, and whose it is."""

    signature: bytes
    certificate: bytes
    subject: str


def begin(
    session: SessionBase,
    digest_info: bytes,
    *,
    purpose: str,
    place: str,
    version: int,
    now: datetime,
    prepared: str = "",
    statement: str = "",
    personal_number: str = "",
) -> str:
    """Open a transaction with the service; return the address that the browser goes on to."""
    transaction = app_wire.create(digest_info, now=now)
    asked = service.ask(["openid", "sign"], callback(), sign_transaction_id=transaction)
    pending = Pending(
        purpose=purpose,
        place=place,
        version=version,
        state=asked.state,
        nonce=asked.nonce,
        verifier=asked.verifier,
        transaction=transaction,
        asked_at=now.isoformat(),
        prepared=prepared,
        statement=statement,
        personal_number=personal_number,
    )
    plain = json.dumps(asdict(pending)).encode()
    session[KEY] = bytes(settings.DATA_KEYRING.encrypt(plain, row=f"session:{KEY}")).hex()
    return asked.address


def take(session: SessionBase, state: str, *, now: datetime) -> Pending:
    """Return, once, what was asked under this state; AppFailed("state") where nothing was."""
    kept = session.get(KEY)
    try:
        plain = settings.DATA_KEYRING.decrypt(bytes.fromhex(kept or ""), row=f"session:{KEY}")
        pending = Pending(**json.loads(plain))
    except (KeyringError, ValueError, TypeError) as error:
        # Also what an earlier release had asked in other words.
        raise AppFailed("state", "nothing_asked") from error
    if not state or state != pending.state:
        raise AppFailed("state", "another_state")
    del session[KEY]
    if now - datetime.fromisoformat(pending.asked_at) > KEPT_FOR:
        raise AppFailed("expired", "asked_too_long_ago")
    return pending


def finish(pending: Pending, code: str, resident: Resident | None, *, now: datetime) -> Signed:
    """Redeem the code and fetch the signature; AppFailed where another person has signed.

    Without a resident it is not known yet who has to sign: the signature tells who comes in.
    """
    tokens = service.redeem(code, pending.verifier, callback(), now=now)
    who = service.identify(tokens, pending.nonce, now=now)
    holder = person.identity_of(resident) if resident else None
    if holder and holder[0] != who.subject:
        raise AppFailed("person", "another_subject")
    signature, certificate = app_wire.result(pending.transaction, tokens.access)
    return Signed(signature, certificate, who.subject)


def remember(state: str, resident: Resident, submission: UUID) -> None:
    """Keep which filing came of this answer: in the transaction of the filing, so both or none.

    Not in the session, which is written after the filing is in, and then perhaps not at all.
    """
    kept = {"resident": resident.pk, "submission": str(submission)}
    cache.set(_filed_key(state), kept, timeout=RECEIPT_FOR.total_seconds())


def filed_under(state: str, resident: Resident) -> UUID | None:
    """Return the filing that came of an answer already; None for another's and for none."""
    kept = cache.get(_filed_key(state)) if state else None
    if kept is None or kept["resident"] != resident.pk:
        return None
    return UUID(kept["submission"])


def _filed_key(state: str) -> str:
    return f"app-filed:{hashlib.sha256(state.encode()).hexdigest()}"


def callback() -> str:
    """Return the address registered with the service for signatures."""
    return str(settings.PORTAL_URL + reverse("app-signed"))
