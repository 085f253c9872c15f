"""The verification (署名検証): seven steps, of which the library's "valid" is the third."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from lxml import etree

from signing import xmldsig
from signing.binding import Binding, bind
from signing.certificates import CardAttributes, load
from signing.errors import Check, VerificationError
from signing.path import Path, build
from signing.policy import Policy
from signing.revocation import GOOD, RevocationSource
from signing.structure import SignatureParts, examine
from signing.xmlinput import parse

logger = logging.getLogger(__name__)


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
            result = _closed(name, work)
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
    if at.tzinfo is None:
        raise ValueError("the time of receipt needs a time zone")
    checks = _Checks()
    root: etree._Element = checks.run("bytes", lambda: parse(xml))
    parts: SignatureParts = checks.run("structure", lambda: _examine(root, schema))
    certificate: x509.Certificate = checks.run("certificate", lambda: _certificate(parts))
    checks.run("cryptography", lambda: xmldsig.verify(parts, certificate))
    path: Path = checks.run("path", lambda: build(certificate, policy, at))
    evidence = checks.run(
        "revocation", lambda: _revocation(certificate, path.issuer, revocation, at)
    )
    attributes = path.attributes
    if binding:
        window = timedelta(seconds=policy.signing_window_seconds)
        checks.run("binding", lambda: bind(root, parts, attributes, binding, window))
    return Verified(
        attributes=attributes,
        certificate_der=parts.certificate_der,
        serial=certificate.serial_number,
        signing_time=parts.signing_time,
        checks=checks.done,
        report=_report(xml, parts, policy, at, evidence),
    )


# What a step answers where a library below it fails in a way that nobody foresaw: a refusal.
_UNFORESEEN = {
    "bytes": "XML_NOT_WELL_FORMED",
    "structure": "SIG_MISPLACED",
    "certificate": "CERT_MALFORMED",
    "cryptography": "SIG_VALUE_INVALID",
    "path": "CERT_PROFILE_VIOLATION",
    "revocation": "REVOCATION_UNTRUSTED",
    "binding": "CHALLENGE_MISMATCH",
}


def _closed(name: str, work: Callable[[], Any]) -> Any:
    """Run a step; anything unforeseen closes the door and leaves a trace in the log."""
    try:
        return work()
    except VerificationError:
        raise
    except Exception as error:
        logger.exception("verification step %s failed unforeseen", name)
        raise VerificationError(_UNFORESEEN[name], type(error).__name__) from error


def _examine(root: etree._Element, schema: etree.XMLSchema | None) -> SignatureParts:
    parts = examine(root)
    if schema is not None and not schema.validate(root):
        raise VerificationError("XML_SCHEMA_VIOLATION")
    return parts


def _certificate(parts: SignatureParts) -> x509.Certificate:
    certificate = load(parts.certificate_der)
    xmldsig.check_key(parts, certificate)
    return certificate


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
        "signature_sha256": hashlib.sha256(parts.signature_value).hexdigest(),
        "revocation": evidence,
    }
