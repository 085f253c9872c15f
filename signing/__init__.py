"""Signatures (電子署名), certificates, revocation and sealed envelopes. No Django."""

from signing.binding import Binding
from signing.errors import AssertionRefused, Check, EnvelopeError, VerificationError
from signing.jose import (
    Assertion,
    body_digest,
    check_assertion,
    check_receipt,
    open_sealed,
    seal,
    sign_assertion,
    sign_receipt,
)
from signing.keys import PrivateKey, PublicKey
from signing.policy import DemoAnchorError, Policy
from signing.verification import Verified, verify

__all__ = [
    "Assertion",
    "AssertionRefused",
    "Binding",
    "Check",
    "DemoAnchorError",
    "EnvelopeError",
    "Policy",
    "PrivateKey",
    "PublicKey",
    "VerificationError",
    "Verified",
    "body_digest",
    "check_assertion",
    "check_receipt",
    "open_sealed",
    "seal",
    "sign_assertion",
    "sign_receipt",
    "verify",
]
