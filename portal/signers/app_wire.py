"""The signing endpoints (署名トランザクション). Names in bodies are assumed: not published.

Everything that the real service may call otherwise stands in this file alone.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from django.conf import settings

from portal.identity import service
from portal.identity.errors import AppFailed

# Assumed names of the fields in requests and answers.
BLOCK, TRANSACTION, SIGNATURE, CERTIFICATE = (
    "hash",
    "sign_transaction_id",
    "signature",
    "certificate",
)
MAX_FIELD = 12_000


def create(digest_info: bytes, *, now: datetime) -> str:
    """Leave a block to be signed with the service; return the transaction's id.

    `digest_info` is the DER DigestInfo (RFC 8017): a bare hash would be signed as it is, into a
    signature that verifies nowhere.
    """
    answer = service.call(
        "POST",
        f"{settings.AUTH_APP_URL}/api/sign-transactions",
        token=service.client_token(now=now),
        json={BLOCK: base64.b64encode(digest_info).decode()},
    )
    name = answer.get(TRANSACTION)
    if not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise AppFailed("refused", "no_transaction")
    return name


def result(transaction: str, token: str) -> tuple[bytes, bytes]:
    """Return signature value and certificate (DER) of a finished transaction."""
    address = f"{settings.AUTH_APP_URL}/api/sign-transactions/{transaction}/result"
    answer = service.call("GET", address, token=token)
    return _bytes(answer, SIGNATURE), _bytes(answer, CERTIFICATE)


def _bytes(answer: dict[str, Any], name: str) -> bytes:
    value = answer.get(name)
    if not isinstance(value, str) or len(value) > MAX_FIELD:
        raise AppFailed("refused", f"no_{name}")
    try:
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise AppFailed("refused", f"no_{name}") from error
