"""NIST PKITS against what this library decides of a path: one hop, its period, its revocation.

A card's path is one hop, so each test whose outcome hangs on the last certificate is run with its
issuer as the anchor. Tests of longer chains, of policy mapping and of name constraints have no
counterpart: a certificate with such extensions is refused by the profile.
"""

from datetime import UTC, datetime
from importlib.resources import files

import pytest
from cryptography import x509

from signing.errors import VerificationError
from signing.path import _check_period, issued
from signing.revocation import CrlSet

DATA = files("cryptography_vectors") / "x509" / "PKITS_data"
AT = datetime(2020, 6, 1, tzinfo=UTC)
GOOD, REVOKED, NOT_CHECKED = "good", "revoked", "not_checked"
# Certificate, issuer, revocation lists, and what the suite's description makes of it.
CASES = [
    ("ValidCertificatePathTest1EE", "GoodCACert", ["GoodCACRL"], GOOD),
    ("InvalidEESignatureTest3EE", "GoodCACert", ["GoodCACRL"], "signature"),
    ("InvalidEEnotBeforeDateTest2EE", "GoodCACert", ["GoodCACRL"], "CERT_NOT_YET_VALID"),
    ("Validpre2000UTCnotBeforeDateTest3EE", "GoodCACert", ["GoodCACRL"], GOOD),
    ("ValidGeneralizedTimenotBeforeDateTest4EE", "GoodCACert", ["GoodCACRL"], GOOD),
    ("InvalidEEnotAfterDateTest6EE", "GoodCACert", ["GoodCACRL"], "CERT_EXPIRED"),
    ("Invalidpre2000UTCEEnotAfterDateTest7EE", "GoodCACert", ["GoodCACRL"], "CERT_EXPIRED"),
    ("ValidGeneralizedTimenotAfterDateTest8EE", "GoodCACert", ["GoodCACRL"], GOOD),
    ("InvalidNameChainingTest1EE", "GoodCACert", ["GoodCACRL"], "signature"),
    ("InvalidNameChainingOrderTest2EE", "NameOrderingCACert", ["NameOrderCACRL"], "signature"),
    ("InvalidMissingCRLTest1EE", "NoCRLCACert", [], NOT_CHECKED),
    ("InvalidRevokedEETest3EE", "GoodCACert", ["GoodCACRL"], REVOKED),
    (
        "InvalidBadCRLSignatureTest4EE",
        "BadCRLSignatureCACert",
        ["BadCRLSignatureCACRL"],
        NOT_CHECKED,
    ),
    (
        "InvalidBadCRLIssuerNameTest5EE",
        "BadCRLIssuerNameCACert",
        ["BadCRLIssuerNameCACRL"],
        NOT_CHECKED,
    ),
    ("InvalidWrongCRLTest6EE", "WrongCRLCACert", ["WrongCRLCACRL"], NOT_CHECKED),
    ("ValidTwoCRLsTest7EE", "TwoCRLsCACert", ["TwoCRLsCABadCRL", "TwoCRLsCAGoodCRL"], GOOD),
    (
        "InvalidUnknownCRLExtensionTest9EE",
        "UnknownCRLExtensionCACert",
        ["UnknownCRLExtensionCACRL"],
        NOT_CHECKED,
    ),
    (
        "InvalidUnknownCRLExtensionTest10EE",
        "UnknownCRLExtensionCACert",
        ["UnknownCRLExtensionCACRL"],
        NOT_CHECKED,
    ),
    (
        "InvalidOldCRLnextUpdateTest11EE",
        "OldCRLnextUpdateCACert",
        ["OldCRLnextUpdateCACRL"],
        NOT_CHECKED,
    ),
    (
        "Invalidpre2000CRLnextUpdateTest12EE",
        "pre2000CRLnextUpdateCACert",
        ["pre2000CRLnextUpdateCACRL"],
        NOT_CHECKED,
    ),
    (
        "ValidGeneralizedTimeCRLnextUpdateTest13EE",
        "GeneralizedTimeCRLnextUpdateCACert",
        ["GeneralizedTimeCRLnextUpdateCACRL"],
        GOOD,
    ),
    ("ValidLongSerialNumberTest16EE", "LongSerialNumberCACert", ["LongSerialNumberCACRL"], GOOD),
    ("ValidLongSerialNumberTest17EE", "LongSerialNumberCACert", ["LongSerialNumberCACRL"], GOOD),
    (
        "InvalidLongSerialNumberTest18EE",
        "LongSerialNumberCACert",
        ["LongSerialNumberCACRL"],
        REVOKED,
    ),
]


def certificate(name):
    return x509.load_der_x509_certificate((DATA / "certs" / f"{name}.crt").read_bytes())


def decided(one, issuer, lists):
    """Return the first rule that is broken, or else what the revocation says."""
    if not issued(one, issuer):
        return "signature"
    try:
        _check_period(one, issuer, AT)
    except VerificationError as error:
        return error.reason
    crls = [(DATA / "crls" / f"{name}.crl").read_bytes() for name in lists]
    return CrlSet(crls).status(one, issuer, AT).status


@pytest.mark.parametrize(("name", "issuer", "lists", "expected"), CASES)
def test_one_hop_of_pkits_ends_as_the_suite_says(name, issuer, lists, expected):
    assert decided(certificate(name), certificate(issuer), lists) == expected


def test_a_critical_entry_extension_that_nobody_knows_never_makes_a_good():
    """PKITS 4.4.8: the entry carries one; whatever it means, the certificate is not good."""
    name = "UnknownCRLEntryExtensionCA"
    one = certificate("InvalidUnknownCRLEntryExtensionTest8EE")

    assert decided(one, certificate(f"{name}Cert"), [f"{name}CRL"]) != GOOD


def test_no_certificate_of_the_suite_is_taken_for_a_card():
    """None carries the four attributes: the profile refuses every one, valid or not."""
    from signing.path import build
    from signing.policy import Policy

    anchors = tuple(certificate(name) for name in ("TrustAnchorRootCertificate", "GoodCACert"))
    policy = Policy(anchors=anchors, policy_oid="2.16.840.1.101.3.2.1.48.1")
    accepted = []
    for path in sorted((DATA / "certs").iterdir(), key=lambda entry: entry.name):
        try:
            build(x509.load_der_x509_certificate(path.read_bytes()), policy, AT)
            accepted.append(path.name)
        except (VerificationError, ValueError):
            continue

    assert accepted == []
