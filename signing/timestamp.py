"""Time stamps (タイムスタンプ, RFC 3161): asked of an authority, and checked without trusting it.

A token proves that a digest existed at a time. Asking goes through a `Transport`, so that a zone
decides whether and where connections are opened; checking needs neither network nor clock.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from signing.path import issued
from signing.policy import may_issue

MAX_RESPONSE_BYTES = 64_000
CLOCK_TOLERANCE = timedelta(minutes=5)
HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
KNOWN_CRITICAL = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.CERTIFICATE_POLICIES,
}
# What a parser may raise on bytes that somebody else chose.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)


class TimestampError(Exception):
    """There is no time stamp that counts; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Timestamp:
    """A token that was checked: which authority's policy, when, under which number."""

    der: bytes
    at: datetime
    serial: int
    policy: str


class Transport(Protocol):
    """Sends one DER request and returns the DER response; OSError means "not now"."""

    def __call__(self, request: bytes, /) -> bytes: ...


@dataclass(frozen=True)
class TimestampClient:
    """Asks an authority for stamps and takes only those that hold under its own anchors."""

    transport: Transport
    anchors: Sequence[x509.Certificate]
    policies: Collection[str] = ()

    def stamp(self, digest: bytes, *, now: datetime) -> Timestamp:
        """Return a checked stamp over a SHA-256 digest.

        Raises TimestampError(code); "unavailable" is the one that waiting may cure.
        """
        nonce = secrets.randbits(64)
        try:
            response = self.transport(request(digest, nonce))
        except OSError as error:
            raise TimestampError("unavailable") from error
        token = token_of(response)
        found = check_token(token, digest, self.anchors, policies=self.policies, nonce=nonce)
        if abs(found.at - now) > CLOCK_TOLERANCE:
            raise TimestampError("wrong_time")
        return found


def request(digest: bytes, nonce: int) -> bytes:
    """Return the DER request for a stamp over a SHA-256 digest, certificate included."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    fields = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(fields).dump())


def token_of(response: bytes) -> bytes:
    """Return the token (DER) of a response; TimestampError where the authority gave none."""
    try:
        read = _Response.load(response, strict=True)
        status = read["status"]["status"].native
        token = read["time_stamp_token"]
        if status not in ("granted", "granted_with_mods"):
            raise TimestampError("unavailable" if status == "waiting" else "rejected")
        if isinstance(token, core.Void):
            raise TimestampError("malformed")
        return bytes(token.dump())
    except PARSE_ERRORS as error:
        raise TimestampError("malformed") from error


def check_token(
    token: bytes,
    digest: bytes,
    anchors: Sequence[x509.Certificate],
    *,
    policies: Collection[str] = (),
    nonce: int | None = None,
) -> Timestamp:
    """Return what a token (DER) proves of a SHA-256 digest.

    No `policies` means any; no `nonce` that the token is checked long after it was asked for.
    Raises TimestampError(code): malformed, wrong_imprint, wrong_nonce, wrong_policy,
    bad_signature, wrong_certificate, untrusted, expired.
    """
    try:
        signed, info, content = _parse(token)
        _check_info(info, digest, policies, nonce)
        certificates = [x509.load_der_x509_certificate(c.dump()) for c in signed["certificates"]]
        (signer_info,) = signed["signer_infos"]
        signer = _signer(signer_info, certificates)
        _check_attributes(signer_info, content, signer)
        _check_signature(signer_info, signer)
        _check_authority(signer, certificates, anchors, info["gen_time"].native)
        at = info["gen_time"].native.astimezone(UTC)
        return Timestamp(token, at, info["serial_number"].native, info["policy"].native)
    except PARSE_ERRORS as error:
        raise TimestampError("malformed") from error


class _Response(core.Sequence):
    """TimeStampResp; a rejection has no token, which asn1crypto's own class does not allow."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _parse(token: bytes) -> tuple[Any, Any, bytes]:
    """Return SignedData, TSTInfo, and the bytes of the latter as they were signed."""
    outer = cms.ContentInfo.load(token, strict=True)
    if outer["content_type"].native != "signed_data":
        raise TimestampError("malformed")
    signed = outer["content"]
    inner = signed["encap_content_info"]
    if inner["content_type"].native != "tst_info":
        raise TimestampError("malformed")
    content = bytes(inner["content"])
    return signed, tsp.TSTInfo.load(content, strict=True), content


def _check_info(info: Any, digest: bytes, policies: Collection[str], nonce: int | None) -> None:
    imprint = info["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if (algorithm, imprint["hashed_message"].native) != ("sha256", digest):
        raise TimestampError("wrong_imprint")
    if nonce is not None and info["nonce"].native != nonce:
        raise TimestampError("wrong_nonce")
    if policies and info["policy"].native not in policies:
        raise TimestampError("wrong_policy")


def _signer(signer_info: Any, certificates: list[x509.Certificate]) -> x509.Certificate:
    """Return the certificate that the token names by issuer and serial number."""
    sid = signer_info["sid"]
    if sid.name != "issuer_and_serial_number":
        raise TimestampError("wrong_certificate")
    named = (sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native)
    for one in certificates:
        if (one.issuer.public_bytes(), one.serial_number) == named:
            return one
    raise TimestampError("wrong_certificate")


def _check_attributes(signer_info: Any, content: bytes, signer: x509.Certificate) -> None:
    """The signed attributes name content, type and certificate (RFC 5816), each once."""
    attributes: dict[str, Any] = {}
    for attribute in signer_info["signed_attrs"]:
        if attribute["type"].native in attributes or len(attribute["values"]) != 1:
            raise TimestampError("malformed")
        attributes[attribute["type"].native] = attribute["values"][0]
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    if algorithm not in HASHES or attributes["content_type"].native != "tst_info":
        raise TimestampError("bad_signature")
    if attributes["message_digest"].native != hashlib.new(algorithm, content).digest():
        raise TimestampError("bad_signature")
    first = attributes["signing_certificate_v2"]["certs"][0]
    hashing = first["hash_algorithm"]["algorithm"].native
    if hashing not in HASHES or first["cert_hash"].native != signer.fingerprint(HASHES[hashing]):
        raise TimestampError("wrong_certificate")


def _check_signature(signer_info: Any, signer: x509.Certificate) -> None:
    data = signer_info["signed_attrs"].untag().dump()
    signature, key = signer_info["signature"].native, signer.public_key()
    algorithm = HASHES[signer_info["digest_algorithm"]["algorithm"].native]
    kind = signer_info["signature_algorithm"].signature_algo
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15" and key.key_size >= 2048:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa" and key.key_size >= 256:
            key.verify(signature, data, ec.ECDSA(algorithm))
        else:
            raise TimestampError("bad_signature")
    except InvalidSignature as error:
        raise TimestampError("bad_signature") from error


def _check_authority(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """The signer may stamp and nothing else, and stands under an anchor, all valid at `at`."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise TimestampError("wrong_certificate") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("wrong_certificate")
    for one in _chain(signer, others, anchors):
        if any(e.critical and e.oid not in KNOWN_CRITICAL for e in one.extensions):
            raise TimestampError("wrong_certificate")
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise TimestampError("expired")


def _chain(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
) -> list[x509.Certificate]:
    """Return the certificates from the signer up to an anchor; each hop proven by signature."""
    chain = [signer]
    for _hop in range(len(others) + 1):
        for anchor in anchors:
            if may_issue(anchor) and issued(chain[-1], anchor):
                return [*chain, anchor]
        above = (o for o in others if o not in chain and may_issue(o) and issued(chain[-1], o))
        found = next(above, None)
        if found is None:
            break
        chain.append(found)
    raise TimestampError("untrusted")
