"""OCSP (証明書状態の照会): responses checked like lists, a client that keeps them while fresh."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

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


class OcspSet:
    """A source made of stored OCSP responses (DER)."""

    def __init__(self, responses: Sequence[bytes]) -> None:
        self._responses = responses

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return what the responses say together; a revocation wins."""
        return decide(read(der, certificate, issuer, at) for der in self._responses)


class OcspClient:
    """A source that asks a responder, and keeps each answer until it is stale or `keep_for` old.

    `fetch` sends one DER request and returns the DER response; any OSError means "not now".
    """

    def __init__(self, fetch: Callable[[bytes], bytes], *, keep_for: timedelta) -> None:
        self._fetch = fetch
        self._keep_for = keep_for
        self._kept: dict[tuple[str, int], tuple[datetime, bytes]] = {}

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the responder's answer, from what is kept where that is still fresh."""
        key = (subject_key_id(issuer), certificate.serial_number)
        kept = self._kept.get(key)
        if kept and timedelta(0) <= at - kept[0] <= self._keep_for:
            answer = read(kept[1], certificate, issuer, at)
            if answer.status == GOOD:
                return answer
        try:
            response = self._fetch(request(certificate, issuer))
        except OSError:
            return not_checked("UNAVAILABLE")
        self._kept[key] = (at, response)
        return read(response, certificate, issuer, at)


def request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return the DER request for one certificate."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return builder.build().public_bytes(serialization.Encoding.DER)


def read(
    der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
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
        return decide([_answer(one, at, evidence) for one in ours] or [_silent(evidence)])
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return not_checked("UNTRUSTED", **evidence)


def _silent(evidence: dict[str, str]) -> RevocationAnswer:
    """The responder speaks of other certificates only."""
    return not_checked("UNAVAILABLE", **evidence)


def _answer(
    single: ocsp.OCSPSingleResponse, at: datetime, source: dict[str, str]
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
