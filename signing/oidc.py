"""OpenID Connect with the デジタル認証アプリ: client assertions, ID tokens, key sets.

Both halves stand here, so that the service's simulator speaks what the portal checks.
"""

import base64
import binascii
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing.errors import AssertionRefused
from signing.jose import read_token, sign_token
from signing.keys import PrivateKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLIENT_ASSERTION_LIFETIME = timedelta(seconds=60)
# How far the two clocks may differ, and how old an ID token may be at most.
CLOCK_TOLERANCE = 30
MAX_AGE = 600
COORDINATE = 32


@dataclass(frozen=True)
class IdToken:
    """Who signed in at the service: `subject` is a pseudonym for this client only."""

    subject: str
    acr: str


def sign_client_assertion(*, client_id: str, audience: str, key: PrivateKey, now: datetime) -> str:
    """Return a private_key_jwt (RFC 7523) that authenticates the client once within a minute."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + CLIENT_ASSERTION_LIFETIME).timestamp()),
        "jti": str(uuid.uuid4()),
    }
    return sign_token(claims, key=key)


def check_client_assertion(
    token: str, *, client_id: str, audience: str, senders: Mapping[str, bytes], now: datetime
) -> str:
    """Return the assertion's `jti`; AssertionRefused(code) where it proves nothing.

    The caller refuses a `jti` that it has seen before.
    """
    claims = read_token(token, senders=senders)
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise AssertionRefused("unknown_issuer")
    _check_audience(claims, audience)
    issued, expires = _times(claims, now)
    if expires - issued > CLIENT_ASSERTION_LIFETIME.total_seconds():
        raise AssertionRefused("stale")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise AssertionRefused("malformed")
    return jti


def read_id_token(
    token: str,
    *,
    keys: Mapping[str, bytes],
    issuer: str,
    client_id: str,
    nonce: str,
    acr: str,
    now: datetime,
) -> IdToken:
    """Return who signed in, after the checks of OpenID Connect Core 3.1.3.7.

    `keys` are the service's public keys by key id. AssertionRefused(code) with one of
    unknown_sender, bad_signature, algorithm_forbidden, malformed, too_large, unknown_issuer,
    wrong_audience, stale, wrong_nonce, weak_authentication.
    """
    claims = read_token(token, senders=keys)
    if claims.get("iss") != issuer:
        raise AssertionRefused("unknown_issuer")
    _check_audience(claims, client_id)
    if claims.get("azp", client_id) != client_id:
        raise AssertionRefused("wrong_audience")
    issued, _expires = _times(claims, now)
    if now.timestamp() - issued > MAX_AGE:
        raise AssertionRefused("stale")
    if not nonce or claims.get("nonce") != nonce:
        raise AssertionRefused("wrong_nonce")
    if claims.get("acr") != acr:
        raise AssertionRefused("weak_authentication")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise AssertionRefused("malformed")
    return IdToken(subject=subject, acr=acr)


def write_jwks(keys: Collection[PrivateKey]) -> dict[str, Any]:
    """Return the key set (RFC 7517) that publishes the public halves of P-256 keys."""
    return {"keys": [_to_jwk(key) for key in keys]}


def read_jwks(document: Any) -> dict[str, bytes]:
    """Return the ES256 keys of a key set as PEM by key id; keys of other kinds are passed over.

    AssertionRefused("malformed") where it is no key set.
    """
    try:
        entries = [entry for entry in document["keys"] if entry.get("crv") == "P-256"]
        return {str(entry["kid"]): _to_pem(entry) for entry in entries}
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise AssertionRefused("malformed") from error


def _check_audience(claims: Mapping[str, Any], expected: str) -> None:
    # A list with a stranger in it would let that stranger pass the token on.
    if claims.get("aud") not in (expected, [expected]):
        raise AssertionRefused("wrong_audience")


def _times(claims: Mapping[str, Any], now: datetime) -> tuple[int, int]:
    issued, expires = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(expires) is not int:
        raise AssertionRefused("malformed")
    if not issued - CLOCK_TOLERANCE <= now.timestamp() < expires + CLOCK_TOLERANCE:
        raise AssertionRefused("stale")
    return issued, expires


def _to_jwk(key: PrivateKey) -> dict[str, str]:
    public = serialization.load_pem_public_key(key.public().pem)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    numbers = public.public_numbers()
    point = {"x": numbers.x, "y": numbers.y}
    return {"kty": "EC", "crv": "P-256", "kid": key.kid, "alg": "ES256", "use": "sig"} | {
        name: base64.urlsafe_b64encode(value.to_bytes(COORDINATE, "big")).rstrip(b"=").decode()
        for name, value in point.items()
    }


def _to_pem(entry: Mapping[str, str]) -> bytes:
    x, y = (
        int.from_bytes(base64.urlsafe_b64decode(entry[name] + "=" * (-len(entry[name]) % 4)))
        for name in ("x", "y")
    )
    return (
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
