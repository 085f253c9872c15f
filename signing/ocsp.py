"""OCSP (証明書状態の照会): responses checked like lists, a client that keeps them while fresh."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.answers import GOOD, REVOKED, RevocationAnswer, decide, not_checked
from signing.certificates import subject_key_id
from signing.path import STRONG_HASHES, issued

MAX_RESPONSE_BYTES = 64_000
NONCE_BYTES = 32


class OcspSet:
    """A source made of stored OCSP responses (DER)."""

    def __init__(self, responses: Sequence[bytes]) -> None:
        self._responses = responses

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return what the responses say together; a revocation wins."""
        return decide(read(der, certificate, issuer, at) for der in self._responses)


class AnswerStore(Protocol):
    """Where a client keeps its answers: a zone's cache, or `Memory`. It may forget at any time."""

    def get(self, key: str, /) -> Any: ...

    def set(self, key: str, value: Any, timeout: float, /) -> None: ...


class Memory:
    """The store of a single process; when full it forgets what it has kept longest."""

    def __init__(self, most: int = 10_000) -> None:
        self._kept: dict[str, Any] = {}
        self._most = most

    def get(self, key: str, /) -> Any:
        return self._kept.get(key)

    def set(self, key: str, value: Any, timeout: float, /) -> None:
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = value


@dataclass(frozen=True)
class Limits:
    """What a response must hold to: its age since thisUpdate, and whether it repeats our nonce.

    Responders may answer without the nonce (RFC 9654); then only the age stops a replayed answer.
    """

    max_age: timedelta | None = None
    nonce_required: bool = False


class OcspClient:
    """A source that asks a responder, and keeps each good answer until it is stale or too old.

    `fetch` sends one DER request and returns the DER response; any OSError means "not now".
    """

    def __init__(
        self,
        fetch: Callable[[bytes], bytes],
        *,
        keep_for: timedelta,
        limits: Limits | None = None,
        store: AnswerStore | None = None,
    ) -> None:
        self._fetch = fetch
        self._keep_for = keep_for
        self._limits = limits or Limits()
        self._store = store if store is not None else Memory()

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the responder's answer, from what is kept where that is still fresh."""
        key = f"ocsp:{subject_key_id(issuer)}:{certificate.serial_number}"
        kept = self._store.get(key)
        if kept and timedelta(0) <= at - kept[0] <= self._keep_for:
            answer = read(kept[1], certificate, issuer, at, max_age=self._limits.max_age)
            if answer.status == GOOD:
                return answer
        nonce = secrets.token_bytes(NONCE_BYTES)
        try:
            response = self._fetch(request(certificate, issuer, nonce=nonce))
        except OSError:
            return not_checked("UNAVAILABLE")
        if not self._answers_us(response, nonce):
            return not_checked("UNTRUSTED", source="ocsp")
        answer = read(response, certificate, issuer, at, max_age=self._limits.max_age)
        if answer.status == GOOD:
            self._store.set(key, (at, response), self._keep_for.total_seconds())
        return answer

    def _answers_us(self, response: bytes, nonce: bytes) -> bool:
        """Another request's nonce is another's answer; none at all is for the limits to judge."""
        repeated = nonce_of(response)
        return repeated == nonce or (repeated is None and not self._limits.nonce_required)


def request(
    certificate: x509.Certificate, issuer: x509.Certificate, *, nonce: bytes | None = None
) -> bytes:
    """Return the DER request for one certificate."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(serialization.Encoding.DER)


def nonce_of(response: bytes) -> bytes | None:
    """Return the nonce that a response repeats, None where there is none to read."""
    try:
        extensions = ocsp.load_der_ocsp_response(response).extensions
        return extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except (ValueError, x509.ExtensionNotFound):
        # An unreadable or unsuccessful response is judged by `read`.
        return None


def read(
    der: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    at: datetime,
    *,
    max_age: timedelta | None = None,
) -> RevocationAnswer:
    """Return what a response says of a certificate at a time, once its signer is proven."""
    evidence = {"source": "ocsp", "sha256": hashlib.sha256(der).hexdigest()}
    if len(der) > MAX_RESPONSE_BYTES:
        return not_checked("UNTRUSTED", **evidence)
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return not_checked("UNAVAILABLE", **evidence)
        if not _is_trusted(response, issuer, at):
            return not_checked("UNTRUSTED", **evidence)
        ours = [one for one in response.responses if _is_about(one, certificate, issuer)]
        answers = [_answer(one, at, evidence, max_age) for one in ours]
        return decide(answers or [_silent(evidence)])
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return not_checked("UNTRUSTED", **evidence)


def _silent(evidence: dict[str, str]) -> RevocationAnswer:
    """The responder speaks of other certificates only."""
    return not_checked("UNAVAILABLE", **evidence)


def _answer(
    single: ocsp.OCSPSingleResponse,
    at: datetime,
    source: dict[str, str],
    max_age: timedelta | None,
) -> RevocationAnswer:
    until = single.next_update_utc
    evidence: dict[str, Any] = {
        **source,
        "this_update": single.this_update_utc.isoformat(),
        "next_update": until.isoformat() if until else "",
    }
    revoked_at = single.revocation_time_utc
    if revoked_at is not None and revoked_at <= at:
        evidence["revoked_at"] = revoked_at.isoformat()
        return RevocationAnswer(REVOKED, "CERT_REVOKED", evidence)
    if single.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
        return not_checked("UNKNOWN", **evidence)
    if until is None or not single.this_update_utc <= at <= until:
        return not_checked("STALE", **evidence)
    if max_age is not None and at - single.this_update_utc > max_age:
        return not_checked("STALE", **evidence)
    return RevocationAnswer(GOOD, "", evidence)


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """Compare serial, issuer's name and issuer's key: generations share the name."""
    if single.serial_number != certificate.serial_number:
        return False
    algorithm = single.hash_algorithm.name
    name = hashlib.new(algorithm, issuer.subject.public_bytes()).digest()
    key = hashlib.new(algorithm, _key_bits(issuer)).digest()
    return (single.issuer_name_hash, single.issuer_key_hash) == (name, key)


def _key_bits(issuer: x509.Certificate) -> bytes:
    """Return the bits of subjectPublicKey, without the algorithm around them."""
    key = issuer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _is_trusted(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> bool:
    """The issuer's own key signed it, or a responder to which that key gave the task."""
    if _signed_by(response, issuer):
        return True
    return any(
        _may_respond(one, issuer, at) and _signed_by(response, one) for one in response.certificates
    )


def _may_respond(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    if not issued(responder, issuer):
        return False
    try:
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    in_time = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage and in_time


def _signed_by(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    algorithm = response.signature_hash_algorithm
    if algorithm is None or not isinstance(algorithm, STRONG_HASHES):
        return False
    key, data = signer.public_key(), response.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, data, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
