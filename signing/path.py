"""Step 4, the path: one hop from the card to a trusted authority, found by its key."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtensionOID

from signing.certificates import issuer_key_id, read_attributes
from signing.errors import VerificationError
from signing.policy import Policy

KNOWN_CRITICAL = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.BASIC_CONSTRAINTS,
}


def build(certificate: x509.Certificate, policy: Policy, at: datetime) -> x509.Certificate:
    """Return the authority that issued the card's certificate, everything checked at `at`."""
    issuer = _issuer(certificate, policy)
    _check_period(certificate, issuer, at)
    _check_extensions(certificate)
    _check_usage(certificate)
    _check_policy(certificate, policy)
    read_attributes(certificate.public_bytes(serialization.Encoding.DER))
    return issuer


def _issuer(certificate: x509.Certificate, policy: Policy) -> x509.Certificate:
    for anchor in policy.anchors_by_key(issuer_key_id(certificate)):
        try:
            certificate.verify_directly_issued_by(anchor)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return anchor
    raise VerificationError("CHAIN_NOT_TRUSTED")


def _check_period(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
    for one in (certificate, issuer):
        if at < one.not_valid_before_utc:
            raise VerificationError("CERT_NOT_YET_VALID")
        if at > one.not_valid_after_utc:
            raise VerificationError("CERT_EXPIRED")


def _check_extensions(certificate: x509.Certificate) -> None:
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in KNOWN_CRITICAL:
            raise VerificationError("CRITICAL_EXTENSION_UNKNOWN", extension.oid.dotted_string)
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return
    if constraints.value.ca:
        raise VerificationError("CERT_PROFILE_VIOLATION", "an authority's certificate")


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise VerificationError("KEY_USAGE_MISMATCH") from error
    if not (usage.digital_signature and usage.content_commitment) or usage.key_cert_sign:
        raise VerificationError("KEY_USAGE_MISMATCH")


def _check_policy(certificate: x509.Certificate, policy: Policy) -> None:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound as error:
        raise VerificationError("POLICY_MISMATCH") from error
    if [entry.policy_identifier.dotted_string for entry in found] != [policy.policy_oid]:
        raise VerificationError("POLICY_MISMATCH")
