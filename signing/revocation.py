"""Step 5, revocation: three answers, good, revoked and not checked. "Not checked" is never good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from signing.answers import (
    GOOD,
    NOT_CHECKED,
    REVOKED,
    RevocationAnswer,
    RevocationSource,
    decide,
    not_checked,
)
from signing.certificates import subject_key_id
from signing.crl import CrlIndex, distribution_points

__all__ = [
    "GOOD",
    "NOT_CHECKED",
    "REVOKED",
    "CrlSet",
    "DirectoryRevocation",
    "RevocationAnswer",
    "RevocationSource",
    "Sources",
]


class Sources:
    """Several sources asked together, under the rule for contradicting ones."""

    def __init__(self, sources: Sequence[RevocationSource]) -> None:
        self._sources = sources

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Ask every source and decide."""
        return decide(source.status(certificate, issuer, at) for source in self._sources)


class CrlSet:
    """A source made of revocation lists (DER or PEM) in memory, each checked and indexed once.

    `grace` extends every nextUpdate: nothing, unless a zone says so.
    """

    def __init__(self, crls: Sequence[bytes], *, grace: timedelta = timedelta(0)) -> None:
        self._crls = crls
        self._grace = grace
        self._indexes: dict[str, list[CrlIndex]] = {}

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the answer of the lists signed by the issuer's key; a revocation wins."""
        if not self._crls:
            return not_checked("UNAVAILABLE")
        key_id = subject_key_id(issuer)
        if key_id not in self._indexes:
            loaded = (CrlIndex.load(der, issuer) for der in self._crls)
            self._indexes[key_id] = [self._lenient(index) for index in loaded if index]
        indexes = self._indexes[key_id]
        if not indexes:
            return not_checked("UNTRUSTED")
        points = distribution_points(certificate)
        answers = [index.answer(certificate.serial_number, at, points) for index in indexes]
        # A list that covers another part says nothing here; it must not drown one that does.
        covering = [answer for answer in answers if answer.reason != "REVOCATION_UNAVAILABLE"]
        return decide(covering or answers)

    def _lenient(self, index: CrlIndex) -> CrlIndex:
        return replace(index, facts=replace(index.facts, grace=self._grace))


class DirectoryRevocation:
    """A source that reads the *.crl files of a folder, and reads them anew when one changes."""

    def __init__(self, crl_dir: str | Path) -> None:
        self._directory = Path(crl_dir)
        self._seen: tuple[tuple[str, int], ...] = ()
        self._set = CrlSet([])

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the answer of the lists that lie in the folder now."""
        files = sorted(self._directory.glob("*.crl")) if self._directory.is_dir() else []
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in files)
        if seen != self._seen:
            self._set, self._seen = CrlSet([path.read_bytes() for path in files]), seen
        return self._set.status(certificate, issuer, at)
