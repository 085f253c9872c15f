"""Giving a verdict again (検証の再現) from its evidence, without network, database or clock."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography import x509
from lxml import etree

from signing.answers import GOOD, RevocationAnswer, RevocationSource
from signing.binding import Binding
from signing.errors import Check, VerificationError
from signing.evidence import (
    ANCHORS,
    DOCUMENT,
    LISTS,
    RESPONSES,
    STAMP,
    STAMPERS,
    Evidence,
    der,
    digest_of,
    listed,
    verifier_digest,
)
from signing.ocsp import OcspSet
from signing.policy import Policy
from signing.revocation import CrlSet, Sources
from signing.timestamp import TimestampError, check_token
from signing.verification import verify

# What of a report must come out the same; the rest tells the same in other words.
COMPARED = ("document_sha256", "certificate_sha256", "signature_sha256", "best_signature_time")


@dataclass(frozen=True)
class CheckedLater:
    """Revocation (失効) as known when it was looked up, for a signature received earlier.

    A list issued after the receipt speaks for the time of the receipt too, so a filing that was
    delayed is not held for ever; what was revoked only afterwards does not count against it.
    """

    source: RevocationSource
    checked_at: datetime

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the source's answer of that later time, as far as it concerns the receipt."""
        answer = self.source.status(certificate, issuer, max(at, self.checked_at))
        revoked_at = answer.evidence.get("revoked_at")
        if revoked_at and datetime.fromisoformat(revoked_at) > at:
            return RevocationAnswer(GOOD, "", answer.evidence)
        return answer


@dataclass(frozen=True)
class Trust:
    """What the reader brings along: own anchors, own time-stamp anchors, newer revocation data.

    Without own anchors the bundle's count, which proves that it agrees with itself and no more.
    """

    anchors: Sequence[x509.Certificate] = ()
    stampers: Sequence[x509.Certificate] = ()
    lists: Sequence[bytes] = ()
    responses: Sequence[bytes] = ()


def reproduce(
    evidence: Evidence,
    *,
    trust: Trust,
    at: datetime | None = None,
    schema_of: Callable[[bytes], etree.XMLSchema | None] = lambda _xml: None,
    binding_of: Callable[[bytes, datetime], Binding | None] = lambda _xml, _at: None,
) -> dict[str, Any]:
    """Verify the kept document again and say whether the recorded verdict came out.

    `at` is another time of receipt to ask about; then nothing is compared. Returns the verdict as
    `verify_filing` prints it, with "evidence": what was compared and under whose trust.
    """
    when = at or evidence.circumstances.received_at
    same_time = when == evidence.circumstances.received_at
    source: RevocationSource = _sources(evidence, trust)
    if same_time:
        source = CheckedLater(source, evidence.circumstances.checked_at)
    result = _verify_again(evidence, _policy(evidence, trust), source, when, schema_of, binding_of)
    result["evidence"] = {
        "sha256": evidence.digest.hex(),
        "reproduced": _same(result, evidence.recorded) if same_time else None,
        "recorded": {k: evidence.recorded.get(k) for k in ("verdict", "sub_indication", "reason")},
        "anchors": "given" if trust.anchors else "bundle",
        "same_verifier": evidence.circumstances.verifier == verifier_digest(),
        "timestamp": _stamp(evidence, trust),
    }
    return result


def _verify_again(
    evidence: Evidence,
    policy: Policy,
    source: RevocationSource,
    at: datetime,
    schema_of: Callable[[bytes], etree.XMLSchema | None],
    binding_of: Callable[[bytes, datetime], Binding | None],
) -> dict[str, Any]:
    xml = evidence.members[DOCUMENT]
    try:
        schema, binding = schema_of(xml), binding_of(xml, at)
    except ValueError:
        # The structure check names what is wrong with such a document, in its own order.
        schema, binding = None, None
    if binding:
        expected = evidence.expected
        binding = replace(binding, filing_id=expected["filing_id"], challenge=expected["challenge"])
    try:
        found = verify(xml, policy=policy, at=at, revocation=source, schema=schema, binding=binding)
    except VerificationError as error:
        return as_result(error.verdict, error.sub_indication, error.reason, error.checks)
    return as_result("TOTAL_PASSED", "", "OK", found.checks, found.report)


def _policy(evidence: Evidence, trust: Trust) -> Policy:
    """Return the rules of then; of the reader's own anchors only those that counted then."""
    told = evidence.circumstances
    anchors = evidence.certificates(ANCHORS)
    if trust.anchors:
        anchors = [one for one in trust.anchors if digest_of(der(one)) in told.anchors]
    return Policy(tuple(anchors), told.policy_oid, told.window_seconds)


def _sources(evidence: Evidence, trust: Trust) -> Sources:
    """The kept data come first, so that they are the ones named where all agree."""
    sources: list[RevocationSource] = []
    lists = [*evidence.under(LISTS), *trust.lists]
    responses = [*evidence.under(RESPONSES), *trust.responses]
    if lists:
        sources.append(CrlSet(lists, grace=evidence.circumstances.grace))
    if responses:
        sources.append(OcspSet(responses))
    return Sources(sources)


def _same(result: Mapping[str, Any], recorded: Mapping[str, Any]) -> bool:
    """The same verdict by the same steps on the same document, certificate and revocation data."""
    return _essence(result) == _essence(recorded)


def _essence(found: Mapping[str, Any]) -> list[Any]:
    report = found.get("report") or {}
    return [
        *(found.get(key) for key in ("verdict", "sub_indication", "reason")),
        [(check.get("name"), check.get("ok")) for check in found.get("checks", ())],
        *(report.get(key) for key in COMPARED),
        (report.get("revocation") or {}).get("sha256"),
    ]


def _stamp(evidence: Evidence, trust: Trust) -> dict[str, Any] | None:
    """Return what the bundle's time stamp proves; None where it has none."""
    token = evidence.members.get(STAMP)
    if token is None:
        return None
    own = evidence.certificates(STAMPERS)
    try:
        stamp = check_token(token, evidence.digest, trust.stampers or own)
    except TimestampError as error:
        return {"ok": False, "problem": error.code}
    anchors = "given" if trust.stampers else "bundle"
    return {"ok": True, "at": stamp.at.isoformat(), "policy": stamp.policy, "anchors": anchors}


def as_result(
    verdict: str,
    sub_indication: str,
    reason: str,
    checks: Iterable[Check],
    report: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a verdict as the commands print it; "report" only where there is one."""
    result: dict[str, Any] = {
        "verdict": verdict,
        "sub_indication": sub_indication,
        "reason": reason,
        "checks": listed(checks),
    }
    return {**result, "report": dict(report)} if report else result
