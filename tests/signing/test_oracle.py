"""Our one-hop path against pyhanko-certvalidator on random chains, and its PKITS never needed.

The path code serves one hop only; a deeper chain is refused, so PKITS (which is about depth) has
nothing to run against. What is compared here is every case that both can judge.
"""

import asyncio
from datetime import timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from signing import VerificationError, path
from signing.authority import card_extensions, usage
from tests.signing import forge

CASES = st.tuples(
    st.sampled_from(["first", "second", "p384", "rogue"]),
    st.integers(-3, 3),
    st.integers(-3, 3),
    st.sampled_from(["both", "digital", "none"]),
)
BITS = {
    "both": ("digital_signature", "content_commitment"),
    "digital": ("digital_signature",),
    "none": ("key_encipherment",),
}


def ours(certificate):
    try:
        path.build(certificate, forge.policy(), forge.AT)
    except VerificationError:
        return False
    return True


def oracle(certificate):
    def load(one):
        return asn1.Certificate.load(one.public_bytes(serialization.Encoding.DER))

    context = ValidationContext(
        trust_roots=[load(anchor) for anchor in forge.policy().anchors],
        moment=forge.AT,
        allow_fetching=False,
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
    )
    validator = CertificateValidator(load(certificate), validation_context=context)
    try:
        asyncio.run(
            validator.async_validate_usage(key_usage={"digital_signature", "non_repudiation"})
        )
    except (PathBuildingError, ValidationError):
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_path_agrees_with_the_oracle(case):
    issuer, since, until, bits = case
    extensions = card_extensions(forge.SATO)
    extensions[0] = (usage(*BITS[bits]), True)
    second = timedelta(seconds=1)
    card = forge.card(
        issuer,
        extensions=extensions,
        since=forge.AT + min(since, until) * second,
        until=forge.AT + max(since, until) * second,
    )

    assert ours(card.certificate) == oracle(card.certificate)


@pytest.mark.parametrize("name", ["first", "second", "p384"])
def test_genuine_chain_passes_both(name):
    certificate = forge.card(name).certificate

    assert (ours(certificate), oracle(certificate)) == (True, True)
