"""The simulated service: what it remembers, and what it answers. Time is an argument."""

import base64
import binascii
import hashlib
import re
import secrets
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from demo.auth_app.cards import Reader
from demo.auth_app.refusals import CANCELLED, EXPIRED, REVOKED, Denied, Refused, Unredirectable
from signing.errors import AssertionRefused
from signing.jose import sign_token
from signing.keys import PrivateKey
from signing.oidc import ASSERTION_TYPE, check_client_assertion, write_jwks

REALM = "/api/realms/main"
CODE_LIFETIME = timedelta(seconds=60)
TOKEN_LIFETIME = timedelta(minutes=5)
TRANSACTION_LIFETIME = timedelta(minutes=10)
ATTRIBUTES = ("name", "address", "birthdate", "gender")
GENDERS = {"1": "male", "2": "female", "9": "other"}


@dataclass(frozen=True)
class Client:
    """A registered service (クライアント): its keys and the addresses it may be called back at."""

    client_id: str
    keys: dict[str, bytes]
    redirect_uris: tuple[str, ...]


@dataclass
class Transaction:
    """A block to be signed (署名トランザクション) and, later, its signature."""

    block: bytes
    expires_at: datetime
    signature: bytes = b""
    certificate: bytes = b""


@dataclass(frozen=True)
class Grant:
    """What a code or a token stands for."""

    expires_at: datetime
    scope: frozenset[str]
    subject: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    transaction: str = ""
    request: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """All of the simulator's state; one lock, as its server has threads."""

    origin: str
    key: PrivateKey
    client: Client
    reader: Reader
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    assertions: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def issuer(self) -> str:
        return self.origin + REALM

    def jwks(self) -> dict[str, Any]:
        return write_jwks([self.key])

    def begin(self, query: dict[str, str], now: datetime) -> str:
        """Take an authorization request; return the handle under which the person decides.

        Denied goes back to the client; Unredirectable must not.
        """
        known = query.get("client_id") == self.client.client_id
        if not known or query.get("redirect_uri") not in self.client.redirect_uris:
            raise Unredirectable
        wrong = _first_wrong(query)
        if wrong:
            raise Denied("invalid_request", f"invalid parameter: {wrong}")
        if "sign" in query["scope"].split():
            self._pending(query.get("sign_transaction_id", ""), now)
        handle = secrets.token_urlsafe(24)
        self.requests[handle] = query
        return handle

    def decide(self, handle: str, choice: dict[str, str], now: datetime) -> str:
        """Let the person's card answer; return the address that the browser goes on to.

        TryAgain and Denied say why there is none; both leave the request's handle known.
        """
        query = self.requests[handle]
        if choice.get("action") != "use":
            raise Denied("access_denied", CANCELLED)
        scope = frozenset(query["scope"].split())
        stem, pin = choice.get("card", ""), choice.get("pin", "")
        if choice.get("scenario") == "revoked":
            raise Denied("access_denied", REVOKED)
        claims: dict[str, Any] = {}
        if "sign" in scope:
            self._sign(query["sign_transaction_id"], stem, pin, choice, now)
        else:
            claims = _claims(self.reader.face(stem, pin), scope)
        code = secrets.token_urlsafe(32)
        self.codes[code] = Grant(
            expires_at=now + CODE_LIFETIME,
            scope=scope,
            subject=self.reader.subject(stem, self.client.client_id),
            claims=claims,
            transaction=query.get("sign_transaction_id", ""),
            request=query,
        )
        del self.requests[handle]
        return _back(query, code=code)

    def token(self, form: dict[str, str], now: datetime) -> dict[str, Any]:
        """Answer the token endpoint; Refused with the error of RFC 6749."""
        self._authenticate(form, now)
        kind = form.get("grant_type")
        if kind == "client_credentials":
            return self._issue(Grant(now + TOKEN_LIFETIME, frozenset({"sign"})))
        if kind != "authorization_code":
            raise Refused(400, "unsupported_grant_type", "grant_type")
        grant = self.codes.pop(form.get("code", ""), None)
        if grant is None or now > grant.expires_at:
            raise Refused(400, "invalid_grant", "Code not valid")
        if form.get("redirect_uri") != grant.request["redirect_uri"]:
            raise Refused(400, "invalid_grant", "Incorrect redirect_uri")
        if _s256(form.get("code_verifier", "")) != grant.request["code_challenge"]:
            raise Refused(400, "invalid_grant", "PKCE verification failed")
        issued = Grant(
            now + TOKEN_LIFETIME, grant.scope, grant.subject, grant.claims, grant.transaction
        )
        return self._issue(issued) | {"id_token": self._id_token(grant, now)}

    def userinfo(self, token: str, now: datetime) -> dict[str, Any]:
        grant = self._bearer(token, now)
        if "openid" not in grant.scope:
            raise Refused(403, "insufficient_scope", "openid")
        return {"sub": grant.subject, **grant.claims}

    def create_transaction(self, token: str, body: Any, now: datetime) -> dict[str, str]:
        """Keep a block to sign. A bare hash is taken as well, as by the real card."""
        grant = self._bearer(token, now)
        if grant.subject or "sign" not in grant.scope:
            raise Refused(403, "insufficient_scope", "client credentials needed")
        try:
            block = base64.b64decode(body["hash"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise Refused(400, "invalid_request", "hash") from error
        if not 20 <= len(block) <= 100:
            raise Refused(400, "invalid_request", "hash")
        name = str(uuid.uuid4())
        self.transactions[name] = Transaction(block, now + TRANSACTION_LIFETIME)
        return {"sign_transaction_id": name}

    def result(self, token: str, name: str, now: datetime) -> dict[str, str]:
        """Hand out the signature, once, to the token that came out of the same signing."""
        grant = self._bearer(token, now)
        if grant.transaction != name:
            raise Refused(403, "access_denied", "sign_transaction_id")
        done = self.transactions.pop(name, None)
        if done is None or not done.signature:
            raise Refused(404, "not_found", "sign_transaction_id")
        return {
            "signature": base64.b64encode(done.signature).decode(),
            "certificate": base64.b64encode(done.certificate).decode(),
        }

    def denial(self, query: dict[str, str], denied: Denied) -> str:
        """Return the address by which a refusal reaches the client."""
        return _back(query, error=denied.error, error_description=denied.description)

    def _sign(self, name: str, stem: str, pin: str, choice: dict[str, str], now: datetime) -> None:
        if choice.get("scenario") == "expired" and name in self.transactions:
            self.transactions[name].expires_at = now - timedelta(seconds=1)
        transaction = self._pending(name, now)
        transaction.signature = self.reader.sign(stem, pin, transaction.block)
        transaction.certificate = self.reader.certificate(stem)

    def _pending(self, name: str, now: datetime) -> Transaction:
        transaction = self.transactions.get(name)
        if transaction is None or transaction.signature:
            raise Denied("invalid_request", "invalid parameter: sign_transaction_id")
        if now > transaction.expires_at:
            raise Denied("invalid_request", EXPIRED)
        return transaction

    def _authenticate(self, form: dict[str, str], now: datetime) -> None:
        """Demand a client assertion (private_key_jwt) that was not used before."""
        try:
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise AssertionRefused("malformed")
            jti = check_client_assertion(
                form.get("client_assertion", ""),
                client_id=self.client.client_id,
                audience=f"{self.issuer}/protocol/openid-connect/token",
                senders=self.client.keys,
                now=now,
            )
            if jti in self.assertions:
                raise AssertionRefused("replayed")
        except AssertionRefused as refused:
            raise Refused(401, "invalid_client", refused.code) from refused
        self.assertions.add(jti)

    def _issue(self, grant: Grant) -> dict[str, Any]:
        token = secrets.token_urlsafe(32)
        self.tokens[token] = grant
        lifetime = int(TOKEN_LIFETIME.total_seconds())
        return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}

    def _id_token(self, grant: Grant, now: datetime) -> str:
        claims = {
            "iss": self.issuer,
            "sub": grant.subject,
            "aud": self.client.client_id,
            "azp": self.client.client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + TOKEN_LIFETIME).timestamp()),
            "nonce": grant.request["nonce"],
            "acr": "aal3",
        }
        return sign_token(claims, key=self.key)

    def _bearer(self, token: str, now: datetime) -> Grant:
        grant = self.tokens.get(token)
        if grant is None or now > grant.expires_at:
            raise Refused(401, "invalid_token", "Token verification failed")
        return grant


def _first_wrong(query: dict[str, str]) -> str:
    """Return the first parameter of an authorization request that is not as it must be."""
    scope = query.get("scope", "").split()
    allowed = {"openid", "sign", *ATTRIBUTES}
    good = {
        "response_type": query.get("response_type") == "code",
        "scope": "openid" in scope and set(scope) <= allowed,
        "state": bool(query.get("state")),
        "nonce": bool(query.get("nonce")),
        "code_challenge_method": query.get("code_challenge_method") == "S256",
        "code_challenge": bool(re.fullmatch(r"[A-Za-z0-9_-]{43}", query.get("code_challenge", ""))),
        "acr_values": set(query.get("acr_values", "aal3").split()) <= {"aal3", "crl"},
    }
    return next((name for name, fine in good.items() if not fine), "")


def _claims(face: dict[str, str], scope: frozenset[str]) -> dict[str, Any]:
    """Return those of the four attributes that were asked for, named as OpenID Connect does."""
    known = {
        "name": face["name"],
        "address": {"formatted": face["address"]},
        "birthdate": face["birth_date"],
        "gender": GENDERS[face["sex"]],
    }
    return {name: value for name, value in known.items() if name in scope}


def _back(query: dict[str, str], **more: str) -> str:
    return f"{query['redirect_uri']}?{urlencode({**more, 'state': query.get('state', '')})}"


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
