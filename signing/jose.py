"""Envelopes, assertions and receipts: the only module that imports python-jose.

The library follows a token's own header where it is allowed to, so nothing here lets it: the
algorithms are fixed, keys are PEM and chosen by key id among pinned ones, sizes are bounded
before anything is parsed, and headers are compared before a key is touched.
"""

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from jose import jwe, jwk, jws
from jose.backends.base import Key
from jose.exceptions import JOSEError

from signing.errors import AssertionRefused, EnvelopeError
from signing.keys import PrivateKey, PublicKey, private_key, public_key

MAX_SEALED_BYTES = 60_000_000
MAX_TOKEN_BYTES = 8_000
ASSERTION_LIFETIME = timedelta(seconds=60)
CLOCK_TOLERANCE = timedelta(seconds=30)
# The library opens 250 kB at most, against compressed bombs. Here the size is bounded before
# anything is parsed and compression is refused, so our own bound holds in its place.
jwe.JWE_SIZE_LIMIT = MAX_SEALED_BYTES


@dataclass(frozen=True)
class Assertion:
    """Who speaks, proven for one request."""

    issuer: str
    jti: str
    expires_at: datetime


def seal(payload: bytes, *, recipient: PublicKey, sender: PrivateKey, message_id: str) -> bytes:
    """Encrypt for the recipient (RSA-OAEP-256, A256GCM), sign by the sender (ES256).

    The message id is part of what is encrypted and of what is signed, so that a sealed body
    cannot be passed on under another id. Returns ASCII.
    """
    inner = message_id.encode("ascii") + b"\n" + payload
    encrypted = jwe.encrypt(
        inner,
        public_key(recipient.pem),
        algorithm="RSA-OAEP-256",
        encryption="A256GCM",
        kid=recipient.kid,
    )
    headers = {"kid": sender.kid, "typ": "filing-envelope+jws", "mid": message_id}
    signed = jws.sign(encrypted, _signs(sender.pem), headers=headers, algorithm="ES256")
    return str(signed).encode("ascii")


def open_sealed(
    sealed: bytes,
    *,
    recipients: Mapping[str, bytes],
    senders: Mapping[str, bytes],
    message_id: str,
) -> bytes:
    """Return what was sealed under `message_id`; EnvelopeError(code) where it does not open.

    `recipients` are this zone's private keys, `senders` the peer's public keys, by key id.
    """
    if len(sealed) > MAX_SEALED_BYTES:
        raise EnvelopeError("too_large")
    _check_spelling(sealed, 3, EnvelopeError)
    header = _header(sealed, EnvelopeError)
    if header.get("typ") != "filing-envelope+jws" or header.get("mid") != message_id:
        raise EnvelopeError("wrong_message")
    encrypted = _verified(sealed, header, senders, EnvelopeError)
    _check_spelling(encrypted, 5, EnvelopeError)
    inner_header = _header(encrypted, EnvelopeError)
    if set(inner_header) - {"alg", "enc", "kid"}:
        raise EnvelopeError("algorithm_forbidden")
    if (inner_header.get("alg"), inner_header.get("enc")) != ("RSA-OAEP-256", "A256GCM"):
        raise EnvelopeError("algorithm_forbidden")
    key = recipients.get(str(inner_header.get("kid")))
    if key is None:
        raise EnvelopeError("unknown_recipient")
    try:
        inner = jwe.decrypt(encrypted, private_key(key))
    except (JOSEError, ValueError, TypeError) as error:
        raise EnvelopeError("decryption_failed") from error
    named, _, payload = bytes(inner or b"").partition(b"\n")
    if named != message_id.encode("ascii"):
        raise EnvelopeError("wrong_message")
    return payload


def sign_assertion(
    *, issuer: str, audience: str, key: PrivateKey, now: datetime, body_sha256: str = ""
) -> str:
    """Return a token that proves `issuer` to `audience` for one request within a minute."""
    claims = {
        "iss": issuer,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFETIME).timestamp()),
        "jti": str(uuid.uuid4()),
        "bsh": body_sha256,
    }
    return _sign(claims, "filing-assertion+jws", key)


def check_assertion(
    token: str,
    *,
    audience: str,
    senders: Mapping[str, bytes],
    issuers: Collection[str],
    now: datetime,
    body_sha256: str = "",
) -> Assertion:
    """Return who speaks; AssertionRefused(code) where the token proves nothing.

    The caller keeps each `jti` until it expires and refuses it a second time.
    """
    claims = _read(token, "filing-assertion+jws", senders, AssertionRefused)
    if claims.get("iss") not in issuers:
        raise AssertionRefused("unknown_issuer")
    if claims.get("aud") != audience:
        raise AssertionRefused("wrong_audience")
    if claims.get("bsh") != body_sha256:
        raise AssertionRefused("wrong_body")
    issued, expires, jti = claims.get("iat"), claims.get("exp"), claims.get("jti")
    if not isinstance(issued, int) or not isinstance(expires, int) or not isinstance(jti, str):
        raise AssertionRefused("malformed")
    start, end = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
    if (
        end - start > ASSERTION_LIFETIME
        or not start - CLOCK_TOLERANCE <= now < end + CLOCK_TOLERANCE
    ):
        raise AssertionRefused("stale")
    return Assertion(issuer=str(claims["iss"]), jti=jti, expires_at=end + CLOCK_TOLERANCE)


def sign_receipt(claims: Mapping[str, Any], *, key: PrivateKey) -> str:
    """Return a receipt: signed claims (message id, digest of what was stored, when, by whom)."""
    return _sign(dict(claims), "filing-receipt+jws", key)


def check_receipt(token: str, *, senders: Mapping[str, bytes]) -> dict[str, Any]:
    """Return a receipt's claims; EnvelopeError(code) where it is not the peer's."""
    return _read(token, "filing-receipt+jws", senders, EnvelopeError)


def sign_token(claims: Mapping[str, Any], *, key: PrivateKey) -> str:
    """Return claims as an ES256 JWT, as OpenID Connect passes them about."""
    return _sign(dict(claims), "JWT", key)


def read_token(token: str, *, senders: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the claims of an ES256 JWT signed by one of `senders`; AssertionRefused(code) else.

    The claims are not judged here: signing/oidc.py does.
    """
    return _read(token, "JWT", senders, AssertionRefused)


def body_digest(body: bytes) -> str:
    """Return the digest by which an assertion is bound to one request body."""
    return hashlib.sha256(body).hexdigest()


Refusal = type[EnvelopeError] | type[AssertionRefused]


def _sign(claims: dict[str, Any], kind: str, key: PrivateKey) -> str:
    payload = json.dumps(claims, separators=(",", ":"), sort_keys=True).encode()
    headers = {"kid": key.kid, "typ": kind}
    return str(jws.sign(payload, _signs(key.pem), headers=headers, algorithm="ES256"))


def _read(token: str, kind: str, senders: Mapping[str, bytes], refuse: Refusal) -> dict[str, Any]:
    raw = token.encode("utf-8", "replace")
    if len(raw) > MAX_TOKEN_BYTES:
        raise refuse("too_large")
    _check_spelling(raw, 3, refuse)
    header = _header(raw, refuse)
    if header.get("typ") != kind:
        raise refuse("malformed")
    try:
        claims = json.loads(_verified(raw, header, senders, refuse))
    except ValueError as error:
        raise refuse("malformed") from error
    if not isinstance(claims, dict):
        raise refuse("malformed")
    return claims


def _verified(
    token: bytes, header: Mapping[str, Any], senders: Mapping[str, bytes], refuse: Refusal
) -> bytes:
    if header.get("alg") != "ES256" or "crit" in header:
        raise refuse("algorithm_forbidden")
    key = senders.get(str(header.get("kid")))
    if key is None:
        raise refuse("unknown_sender")
    try:
        return bytes(jws.verify(token, _verifies(key), algorithms=["ES256"]))
    except (JOSEError, ValueError, TypeError) as error:
        raise refuse("bad_signature") from error


def _signs(pem: bytes) -> Key:
    return jwk.construct(private_key(pem), "ES256")


def _verifies(pem: bytes) -> Key:
    return jwk.construct(public_key(pem), "ES256")


def _check_spelling(token: bytes, parts: int, refuse: Refusal) -> None:
    """Refuse a token that is not spelled in the one canonical way.

    The library decodes base64 sloppily, so that altered bytes could still open.
    """
    pieces = token.split(b".")
    if len(pieces) != parts:
        raise refuse("malformed")
    for piece in pieces:
        try:
            plain = base64.urlsafe_b64decode(piece + b"=" * (-len(piece) % 4))
        except (ValueError, binascii.Error) as error:
            raise refuse("malformed") from error
        if base64.urlsafe_b64encode(plain).rstrip(b"=") != piece:
            raise refuse("malformed")


def _header(token: bytes, refuse: Refusal) -> dict[str, Any]:
    first = token.split(b".", 1)[0]
    if len(first) > 1_000:
        raise refuse("malformed")
    try:
        header = json.loads(base64.urlsafe_b64decode(first + b"=" * (-len(first) % 4)))
    except (ValueError, binascii.Error) as error:
        raise refuse("malformed") from error
    if not isinstance(header, dict):
        raise refuse("malformed")
    return header
