"""Keeping evidence (証拠の保存) in the transaction of the verdict, and packing it for others."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from django.conf import settings

from exchange.together import MESSAGES, later
from filing.package import Package, write_package
from review.cases.models import Case
from review.cases.verification import Outcome, policy, revocation
from review.evidence.lists import is_in_table, raw_list
from review.evidence.models import Evidence, Material
from signing import evidence as bundles
from signing.certificates import load as load_certificate
from signing.evidence import Circumstances, der, digest_of
from signing.policy import Policy
from signing.reproduction import CheckedLater

FOLDERS = {
    Material.Kind.ANCHOR: bundles.ANCHORS,
    Material.Kind.CRL: bundles.LISTS,
    Material.Kind.OCSP: bundles.RESPONSES,
    Material.Kind.STAMPER: bundles.STAMPERS,
}
DOCUMENT = "return.xml"


def keep(case: Case, outcome: Outcome, package: Package, *, checked_at: datetime) -> dict[str, str]:
    """Keep what a decided verdict rests on; return what the audit entry of the verdict says of it.

    Nothing is kept of a verdict that is not decided yet, nor of one that the content of the
    original alone explains. Raises LookupError where the revocation list that was used is no
    longer at hand; the verification is then repeated with the one that is.
    """
    checks = outcome.evidence.get("checks")
    if outcome.verdict == Case.Verdict.INDETERMINATE or not checks:
        return {}
    xml = package.files[DOCUMENT]
    materials = _keep_materials(_used(outcome, xml, case, checked_at), checked_at)
    description = bundles.describe(
        Circumstances.of(
            policy(),
            received_at=case.submitted_at,
            checked_at=checked_at,
            grace=timedelta(minutes=settings.REVOCATION_GRACE_MINUTES),
        ),
        expected={
            "filing_id": str(case.filing_id),
            "challenge": str(package.meta.get("challenge", "")),
        },
        subject={
            "receipt_number": case.receipt_number,
            "version": case.version,
            "original_sha256": case.original.sha256,
        },
    )
    report = _report(outcome)
    members = _members(xml, report, materials)
    kept = Evidence(
        case=case,
        description=description,
        report=report.decode(),
        sha256=bundles.evidence_digest(description, members).hex(),
        kept_at=checked_at,
        stamp_due_at=checked_at if settings.TSA_URL else None,
    )
    later(MESSAGES, _store, (kept, [digest for digest, _kind in materials]))
    return {"evidence": kept.sha256}


def _store(items: list[tuple[Evidence, list[str]]]) -> None:
    uses = Evidence.materials.through
    Evidence.objects.bulk_create([kept for kept, _ in items])
    uses.objects.bulk_create(
        [uses(evidence_id=kept.pk, material_id=digest) for kept, used in items for digest in used]
    )


def bundle(evidence: Evidence) -> bytes:
    """Return the bundle (ZIP) from which `verify_filing` gives the verdict again.

    It holds the signed return, 個人番号 included: for those only who may see that. Raises
    LookupError where what is kept is no longer what the audit log has the digest of.
    """
    xml = evidence.case.original.package().files[DOCUMENT]
    members = {bundles.DOCUMENT: xml, bundles.REPORT: evidence.report.encode()}
    certificate = bundles.certificate_in(xml)
    if certificate:
        members[bundles.CERTIFICATE] = certificate
    for material in evidence.materials.all():
        content = bytes(material.content) or raw_list(material.sha256)
        members[bundles.name_of(FOLDERS[Material.Kind(material.kind)], content)] = content
    if evidence.stamp:
        members[bundles.STAMP] = bytes(evidence.stamp)
    digests = {name: digest_of(content) for name, content in members.items()}
    if bundles.evidence_digest(evidence.description, digests).hex() != evidence.sha256:
        raise LookupError("the evidence is not what was kept")
    return write_package(members, evidence.description)


def forget_unused() -> int:
    """Erase lists and anchors on which no verdict rests any more; return how many."""
    return Material.objects.filter(used_by=None).delete()[0]


def _report(outcome: Outcome) -> bytes:
    """Return the verdict in the form in which it is compared later."""
    found = dict(outcome.evidence)
    checks, sub_indication = found.pop("checks"), found.get("sub_indication", "")
    passed = outcome.verdict == Case.Verdict.PASSED
    return bundles.write_report(
        outcome.verdict, sub_indication, outcome.reason, checks, found if passed else {}
    )


def _used(outcome: Outcome, xml: bytes, case: Case, checked_at: datetime) -> list[tuple[str, str]]:
    """Return digest and kind of the revocation data on which a verdict rests."""
    found: Mapping[str, Any] = outcome.evidence.get("revocation") or {}
    if outcome.reason == "CERT_REVOKED":
        found = _asked_again(xml, policy(), case.submitted_at, checked_at)
    return [(str(found["sha256"]), str(found["source"]))] if found.get("sha256") else []


def _asked_again(
    xml: bytes, rules: Policy, received_at: datetime, checked_at: datetime
) -> Mapping[str, Any]:
    """Ask which list says that the certificate is revoked: a refusal does not carry it along."""
    certificate = load_certificate(bundles.certificate_in(xml) or b"")
    source = CheckedLater(revocation(), checked_at)
    for issuer in rules.anchors:
        answer = source.status(certificate, issuer, received_at)
        if answer.reason == "CERT_REVOKED":
            return answer.evidence
    raise LookupError("the list that revoked the certificate is no longer at hand")


def _keep_materials(used: Iterable[tuple[str, str]], now: datetime) -> list[tuple[str, str]]:
    """Store what is not stored yet; return digest and kind of all that a verdict rests on."""
    anchors = {digest_of(der(one)): one for one in policy().anchors}
    wanted = [(digest, "anchor") for digest in anchors] + list(used)
    known = set(
        Material.objects.filter(pk__in=[digest for digest, _kind in wanted]).values_list(
            "pk", flat=True
        )
    )
    Material.objects.bulk_create(
        [
            Material(sha256=digest, kind=kind, content=_content(digest, anchors), kept_at=now)
            for digest, kind in wanted
            if digest not in known
        ],
        ignore_conflicts=True,
    )
    return wanted


def _content(digest: str, anchors: Mapping[str, x509.Certificate]) -> bytes:
    """Return what to store; nothing of a list that the zone's own table holds already."""
    if digest in anchors:
        return der(anchors[digest])
    return b"" if is_in_table(digest) else raw_list(digest)


def _members(xml: bytes, report: bytes, materials: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the digests of the members that `bundle` will pack, by name."""
    members = {f"{FOLDERS[Material.Kind(kind)]}{digest}.bin": digest for digest, kind in materials}
    members |= {bundles.DOCUMENT: digest_of(xml), bundles.REPORT: digest_of(report)}
    certificate = bundles.certificate_in(xml)
    if certificate:
        members[bundles.CERTIFICATE] = digest_of(certificate)
    return members
