"""Certificate revocation lists (失効リスト): checked once, indexed by serial, asked often."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from signing.answers import GOOD, REVOKED, RevocationAnswer, not_checked
from signing.certificates import extension, subject_key_id
from signing.path import STRONG_HASHES

Points = frozenset[x509.GeneralName]


class SerialIndex(Protocol):
    """When a serial was revoked, or None: a dict, or an indexed table of a zone."""

    def get(self, serial: int, /) -> datetime | None: ...


@dataclass(frozen=True)
class CrlFacts:
    """What is known of a list whose signature was checked; the entries are kept elsewhere.

    `grace` is how long after its nextUpdate the list still counts: nothing, unless a zone says so.
    """

    issuer_key_id: str
    this_update: datetime
    next_update: datetime | None
    sha256: str
    number: int
    scope: Points
    complete: bool
    grace: timedelta = timedelta(0)

    def answer(self, revoked_at: datetime | None, at: datetime, points: Points) -> RevocationAnswer:
        """Say what the list says, given its entry for the certificate (or None), at a time.

        `points` are the distribution points that the certificate names: a list that covers only
        part of the authority's certificates is silent about those of another part.
        """
        evidence = self._evidence()
        if revoked_at is not None and revoked_at <= at:
            evidence["revoked_at"] = revoked_at.isoformat()
            return RevocationAnswer(REVOKED, "CERT_REVOKED", evidence)
        if not self.complete or (self.scope and not self.scope & points):
            return not_checked("UNAVAILABLE", **evidence)
        if not self._is_fresh(at):
            return not_checked("STALE", **evidence)
        return RevocationAnswer(GOOD, "", evidence)

    def _is_fresh(self, at: datetime) -> bool:
        if self.next_update is None:
            return False
        return self.this_update <= at <= self.next_update + self.grace

    def _evidence(self) -> dict[str, Any]:
        return {
            "source": "crl",
            "sha256": self.sha256,
            "number": self.number,
            "this_update": self.this_update.isoformat(),
            "next_update": self.next_update.isoformat() if self.next_update else "",
        }


@dataclass(frozen=True)
class CrlIndex:
    """One revocation list with its entries by serial."""

    facts: CrlFacts
    entries: SerialIndex

    @classmethod
    def load(cls, data: bytes, issuer: x509.Certificate) -> "CrlIndex | None":
        """Return the index of a list that this authority's key signed, None of any other."""
        facts = read_facts(data, issuer)
        try:
            return cls(facts, read_entries(read_crl(data))) if facts else None
        except (ValueError, TypeError):
            return None

    def answer(self, serial: int, at: datetime, points: Points = frozenset()) -> RevocationAnswer:
        """Say what the list says of a serial at a time."""
        return self.facts.answer(self.entries.get(serial), at, points)


def read_crl(data: bytes) -> x509.CertificateRevocationList:
    """Parse a list in PEM or DER; ValueError where it is none."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(data)
    return x509.load_der_x509_crl(data)


def read_facts(data: bytes, issuer: x509.Certificate) -> CrlFacts | None:
    """Return what is known of a list that this authority's key signed, None of any other."""
    try:
        crl = read_crl(data)
        return _facts(crl, data, issuer) if _is_trusted(crl, issuer) else None
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return None


def read_entries(crl: x509.CertificateRevocationList) -> Mapping[int, datetime]:
    """Return when each serial was revoked."""
    return {entry.serial_number: entry.revocation_date_utc for entry in crl}


def read_rows(crl: x509.CertificateRevocationList) -> Mapping[int, tuple[datetime, str]]:
    """Return when and why ("" where not said) each serial was revoked, for a zone's table.

    A serial that stands in the list twice was revoked when it first was.
    """
    rows: dict[int, tuple[datetime, str]] = {}
    for entry in crl:
        serial, row = entry.serial_number, (entry.revocation_date_utc, _reason(entry))
        rows[serial] = min(rows[serial], row) if serial in rows else row
    return rows


def point_keys(points: Points) -> frozenset[str]:
    """Return distribution points as texts that a table can keep; equal points, equal texts."""
    return frozenset(_point_key(point) for point in points)


def _point_key(point: x509.GeneralName) -> str:
    if isinstance(point, x509.DirectoryName):
        return f"directory:{point.value.public_bytes().hex()}"
    return f"{type(point).__name__}:{point.value}"


def _reason(entry: x509.RevokedCertificate) -> str:
    for one in entry.extensions:
        if one.oid == CRLEntryExtensionOID.CRL_REASON:
            return str(one.value.reason.value)
    return ""


def distribution_points(certificate: x509.Certificate) -> Points:
    """Return the places where a certificate says that its list is published."""
    found = extension(certificate, ExtensionOID.CRL_DISTRIBUTION_POINTS)
    return (
        frozenset(name for point in found.value for name in point.full_name or ())
        if found
        else frozenset()
    )


def _is_trusted(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """The same key as the certificate's issuer signed it, and nothing in it is not understood."""
    usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    unknown = [
        one
        for one in crl.extensions
        if one.critical and one.oid != ExtensionOID.ISSUING_DISTRIBUTION_POINT
    ]
    return (
        usage.crl_sign
        and not unknown
        and crl.issuer == issuer.subject
        and isinstance(crl.signature_hash_algorithm, STRONG_HASHES)
        and crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    )


def _facts(crl: x509.CertificateRevocationList, data: bytes, issuer: x509.Certificate) -> CrlFacts:
    scope, complete = _scope(crl)
    try:
        number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        number = 0
    return CrlFacts(
        issuer_key_id=subject_key_id(issuer),
        this_update=crl.last_update_utc,
        next_update=crl.next_update_utc,
        sha256=hashlib.sha256(data).hexdigest(),
        number=number,
        scope=scope,
        complete=complete,
    )


def _scope(crl: x509.CertificateRevocationList) -> tuple[Points, bool]:
    """Return the part of the certificates that a list covers, and whether all reasons of it."""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return frozenset(), True
    partial = (
        point.only_contains_ca_certs
        or point.only_contains_attribute_certs
        or point.indirect_crl
        or point.only_some_reasons is not None
        or point.relative_name is not None
    )
    return frozenset(point.full_name or ()), not partial
