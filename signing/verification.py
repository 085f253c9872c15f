"""The verification (署名検証): seven steps, of which the library's "valid" is the third."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cryptography import x509
from lxml import etree

from signing import xmldsig
from signing.certificates import CardAttributes, load, read_attributes
from signing.errors import Check, VerificationError
from signing.path import build
from signing.policy import Policy
from signing.revocation import GOOD, RevocationSource
from signing.structure import SignatureParts, examine
from signing.xmlinput import parse


@dataclass(frozen=True)
class Binding:
    """What this signature must belong to: the person, the filing, the challenge, the time.

    `address` is None where a difference is a matter for a person and not for a refusal.
    """

    name: str
    birth_date: date
    sex: str
    address: str | None
    filing_id: str
    challenge: str
    canonical_sha256: str | None
    received_at: datetime


@dataclass(frozen=True)
class Verified:
    """What was verified, with the evidence by which the verdict can be reproduced."""

    attributes: CardAttributes
    certificate_der: bytes
    serial: int
    signing_time: datetime
    checks: list[Check]
    report: dict[str, Any] = field(default_factory=dict)


class _Checks:
    """Runs the steps in order; the step that raises is recorded as the one that failed."""

    def __init__(self) -> None:
        self.done: list[Check] = []

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        try:
            result = work()
        except VerificationError as error:
            error.checks = [*self.done, Check(name, False, str(error))]
            raise
        self.done.append(Check(name, True))
        return result


def verify(
    xml: bytes,
    *,
    policy: Policy,
    at: datetime,
    revocation: RevocationSource,
    schema: etree.XMLSchema | None = None,
    binding: Binding | None = None,
) -> Verified:
    """Verify a signed document at the time of its receipt.

    Raises VerificationError, which carries verdict, sub-indication, reason and the checks so far.
    """
    checks = _Checks()
    root: etree._Element = checks.run("bytes", lambda: parse(xml))
    parts: SignatureParts = checks.run("structure", lambda: _examine(root, schema))
    certificate: x509.Certificate = checks.run("certificate", lambda: load(parts.certificate_der))
    checks.run("cryptography", lambda: xmldsig.verify(parts, certificate))
    issuer: x509.Certificate = checks.run("path", lambda: build(certificate, policy, at))
    evidence = checks.run("revocation", lambda: _revocation(certificate, issuer, revocation, at))
    attributes = read_attributes(parts.certificate_der)
    if binding:
        checks.run("binding", lambda: _bind(root, parts, attributes, binding, policy))
    return Verified(
        attributes=attributes,
        certificate_der=parts.certificate_der,
        serial=certificate.serial_number,
        signing_time=parts.signing_time,
        checks=checks.done,
        report=_report(xml, parts, policy, at, evidence),
    )


def _examine(root: etree._Element, schema: etree.XMLSchema | None) -> SignatureParts:
    parts = examine(root)
    if schema is not None and not schema.validate(root):
        raise VerificationError("XML_SCHEMA_VIOLATION")
    return parts


def _revocation(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    source: RevocationSource,
    at: datetime,
) -> dict[str, Any]:
    answer = source.status(certificate, issuer, at)
    if answer.status != GOOD:
        raise VerificationError(answer.reason or "REVOCATION_UNKNOWN")
    return answer.evidence


def _bind(
    root: etree._Element,
    parts: SignatureParts,
    attributes: CardAttributes,
    binding: Binding,
    policy: Policy,
) -> None:
    person = (_folded(attributes.name), attributes.birth_date, attributes.sex)
    if person != (_folded(binding.name), binding.birth_date, binding.sex):
        raise VerificationError("SUBJECT_MISMATCH")
    if binding.address is not None and _folded(attributes.address) != _folded(binding.address):
        raise VerificationError("SUBJECT_MISMATCH", "address")
    signed = {name: root.findtext(f".//{{*}}{name}") for name in ("filing_id", "challenge")}
    if signed != {"filing_id": binding.filing_id, "challenge": binding.challenge}:
        raise VerificationError("CHALLENGE_MISMATCH")
    window = timedelta(seconds=policy.signing_window_seconds)
    if abs(binding.received_at - parts.signing_time) > window:
        raise VerificationError("SIGNING_TIME_OUT_OF_WINDOW")


def _folded(text: str) -> str:
    """Fold widths and spaces for comparison only; what is stored is never folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _report(
    xml: bytes, parts: SignatureParts, policy: Policy, at: datetime, evidence: dict[str, Any]
) -> dict[str, Any]:
    return {
        "verdict": "TOTAL_PASSED",
        "sub_indication": "",
        "reason": "OK",
        "policy": policy.policy_oid,
        "best_signature_time": at.isoformat(),
        "claimed_signing_time": parts.signing_time.isoformat(),
        "document_sha256": hashlib.sha256(xml).hexdigest(),
        "certificate_sha256": hashlib.sha256(parts.certificate_der).hexdigest(),
        "revocation": evidence,
    }
