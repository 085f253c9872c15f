"""Step 5, revocation: three answers, good, revoked and not checked. "Not checked" is never good."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from signing.certificates import subject_key_id

GOOD, REVOKED, NOT_CHECKED = "good", "revoked", "not_checked"


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


@dataclass(frozen=True)
class CrlIndex:
    """One revocation list, its signature checked once, its entries in a table by serial."""

    entries: dict[int, datetime]
    this_update: datetime
    next_update: datetime
    sha256: str
    number: int

    @classmethod
    def load(cls, der: bytes, issuer: x509.Certificate) -> "CrlIndex | None":
        """Return the index of a list that this authority's key signed, None of any other."""
        try:
            crl = read_crl(der)
            signed = crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        except (ValueError, TypeError, InvalidSignature):
            return None
        if not signed or crl.next_update_utc is None:
            return None
        try:
            number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        except x509.ExtensionNotFound:
            number = 0
        return cls(
            entries={entry.serial_number: entry.revocation_date_utc for entry in crl},
            this_update=crl.last_update_utc,
            next_update=crl.next_update_utc,
            sha256=hashlib.sha256(der).hexdigest(),
            number=number,
        )

    def answer(self, serial: int, at: datetime) -> RevocationAnswer:
        """Say what the list says of a serial at a time."""
        evidence = {
            "source": "crl",
            "sha256": self.sha256,
            "number": self.number,
            "this_update": self.this_update.isoformat(),
            "next_update": self.next_update.isoformat(),
        }
        revoked_at = self.entries.get(serial)
        if revoked_at is not None and revoked_at <= at:
            evidence["revoked_at"] = revoked_at.isoformat()
            return RevocationAnswer(REVOKED, "CERT_REVOKED", evidence)
        if not self.this_update <= at <= self.next_update:
            return RevocationAnswer(NOT_CHECKED, "REVOCATION_STALE", evidence)
        return RevocationAnswer(GOOD, "", evidence)


class CrlSet:
    """A source made of revocation lists (DER or PEM) in memory."""

    def __init__(self, crls: list[bytes]) -> None:
        self._crls = crls
        self._indexes: dict[str, list[CrlIndex]] = {}

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return the answer of the lists signed by the issuer's key; a revocation wins."""
        if not self._crls:
            return RevocationAnswer(NOT_CHECKED, "REVOCATION_UNAVAILABLE")
        key_id = subject_key_id(issuer)
        if key_id not in self._indexes:
            loaded = (CrlIndex.load(der, issuer) for der in self._crls)
            self._indexes[key_id] = [index for index in loaded if index]
        indexes = self._indexes[key_id]
        if not indexes:
            return RevocationAnswer(NOT_CHECKED, "REVOCATION_UNTRUSTED")
        answers = [index.answer(certificate.serial_number, at) for index in indexes]
        return min(answers, key=lambda one: (REVOKED, GOOD, NOT_CHECKED).index(one.status))


class DirectoryRevocation:
    """A source that reads the *.crl files of a folder, and reads them anew when one changes."""

    def __init__(self, crl_dir: str | Path) -> None:
        self._directory = Path(crl_dir)
        self._seen: tuple[tuple[str, int], ...] = ()
        self._set = CrlSet([])

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        files = sorted(self._directory.glob("*.crl")) if self._directory.is_dir() else []
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in files)
        if seen != self._seen:
            self._set, self._seen = CrlSet([path.read_bytes() for path in files]), seen
        return self._set.status(certificate, issuer, at)


def read_crl(data: bytes) -> x509.CertificateRevocationList:
    """Parse a list in PEM or DER."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(data)
    return x509.load_der_x509_crl(data)
