"""Signature verification (署名検証) in the internal zone: revocation included, verdict recorded."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

import filing
import signing
from filing import FilingError, Return
from filing.package import Package
from review.cases.models import Case
from review.revocation.source import TableRevocation
from signing.reproduction import CheckedLater


@dataclass(frozen=True)
class Outcome:
    """What the verification said, ready to be stored beside the case."""

    verdict: str
    reason: str
    message: str
    evidence: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    serial: str = ""


@cache
def policy() -> signing.Policy:
    """Return which certificates count here; the demo's CA only where the zone is a demo."""
    return signing.Policy.from_directory(
        settings.ANCHORS_DIR, policy_oid=settings.CERTIFICATE_POLICY, allow_demo=settings.DEMO
    )


@cache
def revocation() -> TableRevocation:
    """Return the lists of this zone's table, under the limit of age that its settings name."""
    return TableRevocation(grace=timedelta(minutes=settings.REVOCATION_GRACE_MINUTES))


def verify(case: Case, package: Package, *, received_at: datetime, checked_at: datetime) -> Outcome:
    """Verify the return of a package: signature, certificate, revocation, and whose it is.

    A case never gets on without TOTAL_PASSED. INDETERMINATE is kept for what waiting can cure.
    """
    xml = package.files["return.xml"]
    try:
        document = filing.read_xml(xml)
    except FilingError as error:
        return _unreadable(error)
    mismatch = _metadata_mismatch(case, document)
    if mismatch:
        return mismatch
    try:
        verified = signing.verify(
            xml,
            policy=policy(),
            at=received_at,
            revocation=CheckedLater(revocation(), checked_at),
            schema=filing.schema(document.tax_year),
            binding=_binding(case, document, package, received_at),
        )
    except signing.VerificationError as error:
        return Outcome(
            verdict=str(error.verdict),
            reason=str(error.reason),
            message=str(error.message_ja),
            evidence={
                "sub_indication": str(error.sub_indication),
                "checks": [_check(check) for check in error.checks],
            },
        )
    return Outcome(
        verdict=Case.Verdict.PASSED,
        reason="OK",
        message=_("電子署名は有効です。"),
        evidence={**verified.report, "checks": [_check(check) for check in verified.checks]},
        issuer=verified.attributes.issuer_key_id,
        serial=str(verified.serial),
    )


def _binding(
    case: Case, document: Return, package: Package, received_at: datetime
) -> signing.Binding:
    """Return what the certificate must agree with: who signs in the return, and this filing.

    The address is left out: a difference is a warning for a person, never a refusal.
    """
    return signing.Binding(
        name=document.signer.name,
        birth_date=document.signer.birth_date,
        sex=document.signer.sex,
        address=None,
        filing_id=str(case.filing_id),
        challenge=str(package.meta.get("challenge", "")),
        canonical_sha256=None,
        received_at=received_at,
    )


def _unreadable(error: FilingError) -> Outcome:
    return Outcome(
        verdict=Case.Verdict.FAILED,
        reason="XML_SCHEMA_VIOLATION",
        message=error.message,
        evidence={"sub_indication": "FORMAT_FAILURE", "checks": []},
    )


def _metadata_mismatch(case: Case, document: Return) -> Outcome | None:
    """The package's label must say what the signed document says."""
    signed = (document.filing_id, document.version, document.tax_year)
    if signed == (str(case.filing_id), case.version, case.tax_year):
        return None
    return Outcome(
        verdict=Case.Verdict.FAILED,
        reason="CHALLENGE_MISMATCH",
        message=_("署名された申告書と送信の記録が一致しません。"),
        evidence={"sub_indication": "SIG_CONSTRAINTS_FAILURE", "checks": []},
    )


def _check(check: Any) -> dict[str, Any]:
    return {"name": str(check.name), "ok": bool(check.ok), "detail": str(check.detail)}
