"""The デジタル認証アプリ's OpenID Connect endpoints, as this portal calls them.

Every answer is checked before it is believed: the ID token's signature against the service's key
set, then issuer, audience, times, nonce and level; the four attributes are asked for only after.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.core.cache import cache

from portal.identity.errors import AppFailed
from signing.errors import AssertionRefused
from signing.keys import PrivateKey, read_directory
from signing.oidc import ASSERTION_TYPE, IdToken, read_id_token, read_jwks, sign_client_assertion

REALM = "/api/realms/main"
ATTRIBUTES = ["name", "address", "birthdate", "gender"]
# 本人確認の保証レベル3, and the certificate's revocation checked by the service.
LEVEL, ACR_VALUES = "aal3", "aal3 crl"
TIMEOUT = (3, 7)
MAX_ANSWER = 100_000
KEYS_KEPT = 3600
SEXES = {"male": "1", "female": "2"}


@dataclass(frozen=True)
class Asked:
    """One authorization request: where the browser goes, and what its answer must match."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """What a code was redeemed for."""

    access: str
    id_token: str = field(repr=False)


@dataclass(frozen=True)
class Attributes:
    """The four attributes (基本4情報) that the service names."""

    name: str
    address: str
    birth_date: date
    sex: str

    def __repr__(self) -> str:
        return "<Attributes>"


def available() -> bool:
    """Whether this installation is registered with the service."""
    return bool(settings.AUTH_APP_URL)


def endpoint(name: str) -> str:
    """Return the address of auth, token, userinfo or certs."""
    return f"{settings.AUTH_APP_URL}{REALM}/protocol/openid-connect/{name}"


def ask(scope: list[str], redirect_uri: str, **more: str) -> Asked:
    """Return a fresh authorization request: code flow, PKCE S256, state and nonce."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": settings.AUTH_APP_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scope),
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "acr_values": ACR_VALUES,
        **more,
    }
    return Asked(f"{endpoint('auth')}?{urlencode(query)}", state, nonce, verifier)


def redeem(code: str, verifier: str, redirect_uri: str, *, now: datetime) -> Tokens:
    """Exchange a code for tokens; AppFailed where the service does not give them."""
    answer = _token_request(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        },
        now,
    )
    return Tokens(_text(answer, "access_token"), _text(answer, "id_token"))


def client_token(*, now: datetime) -> str:
    """Return an access token of the portal's own (client credentials)."""
    return _text(_token_request({"grant_type": "client_credentials"}, now), "access_token")


def identify(tokens: Tokens, nonce: str, *, now: datetime) -> IdToken:
    """Return who signed in; AppFailed where the ID token does not hold.

    A key id that is not known yet makes the key set be fetched anew, once.
    """
    try:
        return _read(tokens.id_token, keys(), nonce, now)
    except AssertionRefused as refused:
        if refused.code != "unknown_sender":
            raise AppFailed("refused", refused.code) from refused
    try:
        return _read(tokens.id_token, keys(anew=True), nonce, now)
    except AssertionRefused as refused:
        raise AppFailed("refused", refused.code) from refused


def attributes(tokens: Tokens, who: IdToken) -> Attributes:
    """Return the four attributes of whom the ID token names; of nobody else."""
    said = call("GET", endpoint("userinfo"), token=tokens.access)
    if said.get("sub") != who.subject:
        raise AppFailed("refused", "userinfo_of_another")
    try:
        return Attributes(
            name=str(said["name"]),
            address=_address(said["address"]),
            birth_date=date.fromisoformat(said["birthdate"]),
            sex=SEXES.get(said["gender"], "9"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AppFailed("refused", "userinfo_incomplete") from error


def keys(*, anew: bool = False) -> dict[str, bytes]:
    """Return the service's public keys by key id, kept for an hour."""
    known: dict[str, bytes] | None = None if anew else cache.get("auth-app-keys")
    if known is None:
        try:
            known = read_jwks(call("GET", endpoint("certs")))
        except AssertionRefused as refused:
            raise AppFailed("refused", "key_set_malformed") from refused
        cache.set("auth-app-keys", known, KEYS_KEPT)
    return known


def call(
    method: str,
    address: str,
    *,
    token: str = "",
    form: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Call the service and return its JSON; AppFailed "down" or "refused" with the error's name."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method,
                address,
                data=form,
                json=json,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        content = answer.json() if len(answer.content) <= MAX_ANSWER else None
    except requests.RequestException as error:
        raise AppFailed("down", type(error).__name__) from error
    if answer.status_code >= 500:
        raise AppFailed("down", str(answer.status_code))
    if not isinstance(content, dict):
        raise AppFailed("refused", "malformed")
    if answer.status_code not in (200, 201):
        raise AppFailed("refused", str(content.get("error", "")).replace("\n", " ")[:40])
    return content


def _token_request(form: dict[str, str], now: datetime) -> dict[str, Any]:
    assertion = sign_client_assertion(
        client_id=settings.AUTH_APP_CLIENT_ID, audience=endpoint("token"), key=_key(), now=now
    )
    proof = {
        "client_id": settings.AUTH_APP_CLIENT_ID,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return call("POST", endpoint("token"), form=form | proof)


def _key() -> PrivateKey:
    """Return the newest of the keys registered with the service."""
    known = read_directory(Path(settings.KEYS_DIR) / "auth-app")
    kid = max(known)
    return PrivateKey(kid, known[kid])


def _read(token: str, known: Mapping[str, bytes], nonce: str, now: datetime) -> IdToken:
    return read_id_token(
        token,
        keys=known,
        issuer=settings.AUTH_APP_URL + REALM,
        client_id=settings.AUTH_APP_CLIENT_ID,
        nonce=nonce,
        acr=LEVEL,
        now=now,
    )


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise AppFailed("refused", f"no_{name}")
    return value


def _address(said: Any) -> str:
    # OpenID Connect's form is an object; plain text is taken too, as the service does not say.
    return str(said["formatted"]) if isinstance(said, dict) else str(said)
