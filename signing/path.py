"""Step 4, the path: one hop from the card to a trusted authority, found by its key."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from signing.certificates import CardAttributes, attributes_of, extension, issuer_key_id
from signing.errors import VerificationError
from signing.policy import Policy

KNOWN_CRITICAL = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}
STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
# The bits of 03 02 06 C0 and no other.
SIGNING_USAGE = {"digital_signature", "content_commitment"}
OTHER_USAGES = (
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


@dataclass(frozen=True)
class Path:
    """A trusted path: the authority that issued the card's certificate, and whose card it is."""

    issuer: x509.Certificate
    attributes: CardAttributes


def build(certificate: x509.Certificate, policy: Policy, at: datetime) -> Path:
    """Return the path of a card's certificate, everything checked at `at`."""
    issuer = _issuer(certificate, policy)
    _check_period(certificate, issuer, at)
    _check_usage(certificate)
    _check_policy(certificate, policy)
    _check_extensions(certificate)
    return Path(issuer, attributes_of(certificate))


def _issuer(certificate: x509.Certificate, policy: Policy) -> x509.Certificate:
    """Find the authority by its key id and prove it by its signature; names decide nothing."""
    candidates = policy.anchors_by_key(issuer_key_id(certificate))
    for anchor in candidates:
        if issued(certificate, anchor):
            return anchor
    raise VerificationError("CHAIN_NOT_TRUSTED", "CERT_SIGNATURE_INVALID" if candidates else "")


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether this issuer's key signed the certificate, with a hash that still counts."""
    try:
        certificate.verify_directly_issued_by(issuer)
        return isinstance(certificate.signature_hash_algorithm, STRONG_HASHES)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False


def _check_period(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
    for one in (certificate, issuer):
        if at < one.not_valid_before_utc:
            raise VerificationError("CERT_NOT_YET_VALID")
        if at > one.not_valid_after_utc:
            raise VerificationError("CERT_EXPIRED")


def _check_usage(certificate: x509.Certificate) -> None:
    found = extension(certificate, ExtensionOID.KEY_USAGE)
    if found is None:
        raise VerificationError("KEY_USAGE_MISMATCH", "absent")
    usage = found.value
    if not all(getattr(usage, name) for name in SIGNING_USAGE) or not found.critical:
        raise VerificationError("KEY_USAGE_MISMATCH")
    if any(getattr(usage, name) for name in OTHER_USAGES):
        raise VerificationError("KEY_USAGE_MISMATCH", "more than signing")


def _check_policy(certificate: x509.Certificate, policy: Policy) -> None:
    found = extension(certificate, ExtensionOID.CERTIFICATE_POLICIES)
    if found is None:
        raise VerificationError("POLICY_MISMATCH", "absent")
    oids = [entry.policy_identifier.dotted_string for entry in found.value]
    if oids != [policy.policy_oid] or not found.critical:
        raise VerificationError("POLICY_MISMATCH", ", ".join(oids))


def _check_extensions(certificate: x509.Certificate) -> None:
    for one in certificate.extensions:
        if one.critical and one.oid not in KNOWN_CRITICAL:
            raise VerificationError("CRITICAL_EXTENSION_UNKNOWN", one.oid.dotted_string)
    constraints = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    if constraints and constraints.value.ca:
        raise VerificationError("CERT_PROFILE_VIOLATION", "an authority's certificate")
