"""Evidence (検証の証拠): everything by which a verdict can be given again, years later.

A bundle is a set of named members and a description. The members are the document as received,
the certificate, the anchors that counted, the revocation data that were used, and the report; the
description says under which circumstances the verdict was given. How they are packed into one
file is the caller's matter, and so is that the packed members carry digests.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from signing.errors import Check, VerificationError
from signing.names import DS
from signing.policy import Policy
from signing.xmlinput import parse

KIND = "verification-evidence/1"
DOCUMENT, CERTIFICATE, REPORT, STAMP = (
    "document.xml",
    "certificate.der",
    "report.json",
    "timestamp.tsr",
)
ANCHORS, LISTS, RESPONSES, STAMPERS = "anchors/", "crls/", "ocsp/", "tsa/"


class EvidenceError(ValueError):
    """A bundle is not whole or contradicts itself; the text names the member."""


@dataclass(frozen=True)
class Circumstances:
    """When and under which rules a verdict was given.

    `received_at` is the time that counts, `checked_at` when revocation was looked up, `grace` how
    long after its nextUpdate a list counted. `anchors` are SHA-256 digests; `verifier` is that of
    the code that judged.
    """

    received_at: datetime
    checked_at: datetime
    policy_oid: str
    window_seconds: int
    anchors: tuple[str, ...]
    verifier: str
    grace: timedelta = timedelta(0)

    @classmethod
    def of(
        cls,
        policy: Policy,
        *,
        received_at: datetime,
        checked_at: datetime,
        grace: timedelta = timedelta(0),
    ) -> "Circumstances":
        """Return the circumstances of a verdict that this code gives under a policy."""
        return cls(
            received_at=received_at,
            checked_at=checked_at,
            policy_oid=policy.policy_oid,
            window_seconds=policy.signing_window_seconds,
            anchors=tuple(sorted(digest_of(der(anchor)) for anchor in policy.anchors)),
            verifier=verifier_digest(),
            grace=grace,
        )

    def dump(self) -> dict[str, Any]:
        """Return what goes into the description."""
        return {
            "received_at": self.received_at.isoformat(),
            "checked_at": self.checked_at.isoformat(),
            "policy_oid": self.policy_oid,
            "window_seconds": self.window_seconds,
            "anchors": list(self.anchors),
            "verifier": self.verifier,
            "grace_seconds": int(self.grace.total_seconds()),
        }

    @classmethod
    def load(cls, found: Mapping[str, Any]) -> "Circumstances":
        """Read what `dump` wrote; EvidenceError where it is of another make."""
        try:
            made = cls(
                received_at=datetime.fromisoformat(found["received_at"]),
                checked_at=datetime.fromisoformat(found["checked_at"]),
                policy_oid=str(found["policy_oid"]),
                window_seconds=int(found["window_seconds"]),
                anchors=tuple(str(one) for one in found["anchors"]),
                verifier=str(found["verifier"]),
                grace=timedelta(seconds=int(found["grace_seconds"])),
            )
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise EvidenceError("the description names no circumstances") from error
        if made.received_at.tzinfo is None or made.checked_at.tzinfo is None:
            raise EvidenceError("a time in the description has no zone")
        return made


@dataclass(frozen=True)
class Evidence:
    """A bundle that is whole: its members by name, and what its description says."""

    members: Mapping[str, bytes]
    description: Mapping[str, Any]
    circumstances: Circumstances
    recorded: Mapping[str, Any]

    def under(self, folder: str) -> list[bytes]:
        """Return the members of a folder, in the order of their names."""
        return [self.members[name] for name in sorted(self.members) if name.startswith(folder)]

    def certificates(self, folder: str) -> list[x509.Certificate]:
        """Return the certificates of a folder; EvidenceError where one is none."""
        try:
            return [x509.load_der_x509_certificate(one) for one in self.under(folder)]
        except (ValueError, x509.InvalidVersion) as error:
            raise EvidenceError(f"{folder} holds something else than certificates") from error

    @property
    def expected(self) -> dict[str, str]:
        """What the receiver expected the document to say: filing_id and challenge."""
        found = self.description.get("expected") or {}
        return {name: str(found.get(name, "")) for name in ("filing_id", "challenge")}

    @property
    def digest(self) -> bytes:
        """The digest that a time stamp over this evidence is about."""
        digests = {name: digest_of(content) for name, content in self.members.items()}
        return evidence_digest(self.description, digests)


def describe(
    circumstances: Circumstances, *, expected: Mapping[str, str], subject: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the description of a bundle; `subject` says which case it is about, and no more."""
    return {
        "kind": KIND,
        "subject": dict(subject),
        "expected": dict(expected),
        "circumstances": circumstances.dump(),
    }


def write_report(
    verdict: str,
    sub_indication: str,
    reason: str,
    checks: Iterable[Mapping[str, Any]],
    report: Mapping[str, Any],
) -> bytes:
    """Return the report member: what was found, byte-stable."""
    found = {
        "verdict": verdict,
        "sub_indication": sub_indication,
        "reason": reason,
        "checks": [dict(check) for check in checks],
        "report": dict(report),
    }
    return canonical(found)


def listed(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Return checks as a report lists them."""
    return [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks]


def name_of(folder: str, content: bytes) -> str:
    """Return the name of a member that is known by its digest, such as a list or an anchor."""
    return f"{folder}{digest_of(content)}.bin"


def evidence_digest(description: Mapping[str, Any], digests: Mapping[str, str]) -> bytes:
    """Return the SHA-256 over description and members, all but the time stamp and its anchors."""
    covered = {
        name: digest
        for name, digest in digests.items()
        if name != STAMP and not name.startswith(STAMPERS)
    }
    return hashlib.sha256(canonical({"description": description, "members": covered})).digest()


def load(description: Mapping[str, Any], members: Mapping[str, bytes]) -> Evidence:
    """Return the evidence of a bundle; EvidenceError where it is not whole."""
    if description.get("kind") != KIND:
        raise EvidenceError("not a bundle of verification evidence")
    for name in (DOCUMENT, REPORT):
        if name not in members:
            raise EvidenceError(f"{name} is missing")
    for name, content in members.items():
        folder = name[: name.find("/") + 1]
        if folder and name != name_of(folder, content):
            raise EvidenceError(f"{name} is not what its name says")
    circumstances = Circumstances.load(description.get("circumstances") or {})
    anchors = tuple(sorted(digest_of(m) for n, m in members.items() if n.startswith(ANCHORS)))
    if anchors != tuple(sorted(circumstances.anchors)):
        raise EvidenceError("the anchors are not those of the description")
    return Evidence(members, description, circumstances, _read_report(members))


def _read_report(members: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        recorded = json.loads(members[REPORT])
        report = recorded["report"]
        kept = {"document_sha256": DOCUMENT, "certificate_sha256": CERTIFICATE}
        named = {key: digest_of(members[name]) for key, name in kept.items() if key in report}
        differing = [kept[key] for key in named if named[key] != report[key]]
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{REPORT} does not fit the other members") from error
    if canonical(recorded) != members[REPORT]:
        raise EvidenceError(f"{REPORT} is of another make")
    if differing:
        raise EvidenceError(f"{differing[0]} is not the one of the report")
    return dict(recorded)


def certificate_in(document: bytes) -> bytes | None:
    """Return the certificate (DER) that a document carries; None where it has not exactly one."""
    try:
        (found,) = parse(document).iter(f"{{{DS}}}X509Certificate")
        return base64.b64decode("".join((found.text or "").split()), validate=True)
    except (VerificationError, ValueError):
        return None


@cache
def verifier_digest() -> str:
    """Return the digest of this library's code: which version of it gave a verdict."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{path.name}\n{digest_of(path.read_bytes())}\n".encode())
    return digest.hexdigest()


def canonical(value: Any) -> bytes:
    """Return JSON in the one spelling over which digests are taken."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def der(certificate: x509.Certificate) -> bytes:
    """Return a certificate's bytes, as a bundle holds them."""
    return certificate.public_bytes(serialization.Encoding.DER)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()
