"""Answers about revocation, and the rule for sources that contradict one another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cryptography import x509

GOOD, REVOKED, NOT_CHECKED = "good", "revoked", "not_checked"
# Where nothing said good, the reason nearest to an answer is the one that is named.
NEAREST = (
    "REVOCATION_UNKNOWN",
    "REVOCATION_STALE",
    "REVOCATION_UNTRUSTED",
    "REVOCATION_UNAVAILABLE",
)


@dataclass(frozen=True)
class RevocationAnswer:
    """What a source says of one certificate; `reason` is a code of the reason table or ""."""

    status: str
    reason: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


class RevocationSource(Protocol):
    """Answers for a certificate at a time, from lists or from a responder."""

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer: ...


def not_checked(reason: str, **evidence: str) -> RevocationAnswer:
    """Return the third answer with its reason."""
    return RevocationAnswer(NOT_CHECKED, f"REVOCATION_{reason}", dict(evidence))


def decide(answers: Iterable[RevocationAnswer]) -> RevocationAnswer:
    """Return the one answer of several sources, which may contradict one another.

    Any trusted "revoked" wins over every "good"; a responder that does not know the certificate
    outweighs a list that is merely silent about it; then one "good" is enough.
    """
    found = list(answers)
    for status in (REVOKED, GOOD):
        chosen = [answer for answer in found if answer.status == status]
        unknown = [answer for answer in found if answer.reason == "REVOCATION_UNKNOWN"]
        if chosen and not (status == GOOD and unknown):
            return chosen[0]
    if not found:
        return not_checked("UNAVAILABLE")
    rest = [answer for answer in found if answer.status == NOT_CHECKED]
    return min(rest, key=lambda one: NEAREST.index(one.reason))
