"""Certificates of the card (署名用電子証明書): the four attributes and the profile."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from signing.errors import VerificationError

# The arc of the attributes in SubjectAltName, as read off a card (shared facts: confidence high).
ARC = "1.2.392.200149.8.5.5"
NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS = (f"{ARC}.{i}" for i in range(1, 7))
UTF8_STRING = 0x0C


@dataclass(frozen=True)
class CardAttributes:
    """The four attributes (基本4情報) with their substitute flags, and the certificate's identity.

    A flag "1" says that the character at its place is a substitute: the register's text differs.
    """

    name: str
    name_flags: str
    sex: str
    birth_date: date
    address: str
    address_flags: str
    serial: int
    issuer_key_id: str
    not_after: datetime

    def __repr__(self) -> str:
        return f"<CardAttributes serial {self.serial}>"


def load(der: bytes) -> x509.Certificate:
    """Parse a certificate; VerificationError(CERT_MALFORMED) where it is none."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        list(certificate.extensions)
    except Exception as error:
        # cryptography raises many kinds for hostile DER; all mean the same to us.
        raise VerificationError("CERT_MALFORMED") from error
    return certificate


def read_attributes(certificate_der: bytes) -> CardAttributes:
    """Return the four attributes; VerificationError(CERT_PROFILE_VIOLATION) if not whole."""
    return attributes_of(load(certificate_der))


def attributes_of(certificate: x509.Certificate) -> CardAttributes:
    """Return the four attributes of a parsed certificate; errors as `read_attributes`."""
    values = _other_names(certificate)
    if sorted(values) != sorted((NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS)):
        raise VerificationError("CERT_PROFILE_VIOLATION", "attributes")
    if values[SEX] not in ("1", "2", "9"):
        raise VerificationError("CERT_PROFILE_VIOLATION", "sex")
    if not values[NAME] or not values[ADDRESS]:
        raise VerificationError("CERT_PROFILE_VIOLATION", "empty attribute")
    _check_flags(values[NAME], values[NAME_FLAGS])
    _check_flags(values[ADDRESS], values[ADDRESS_FLAGS])
    return CardAttributes(
        name=values[NAME],
        name_flags=values[NAME_FLAGS],
        sex=values[SEX],
        birth_date=_birth_date(values[BIRTH]),
        address=values[ADDRESS],
        address_flags=values[ADDRESS_FLAGS],
        serial=certificate.serial_number,
        issuer_key_id=issuer_key_id(certificate),
        not_after=certificate.not_valid_after_utc,
    )


def extension(
    certificate: x509.Certificate, oid: x509.ObjectIdentifier
) -> x509.Extension[Any] | None:
    """Return an extension, None where the certificate has none.

    By its OID: the library's own search by class asks an abstract base class about each extension,
    which costs more than all the rest of reading a certificate.
    """
    return next((one for one in certificate.extensions if one.oid == oid), None)


def issuer_key_id(certificate: x509.Certificate) -> str:
    """Return the issuer's key id in hex: with the serial, the certificate's identity."""
    found = extension(certificate, ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    return (found.value.key_identifier or b"").hex() if found else ""


def subject_key_id(certificate: x509.Certificate) -> str:
    """Return a CA's key id in hex, computed where the extension is absent."""
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest.hex()
    assert isinstance(found.value, x509.SubjectKeyIdentifier)
    return found.value.digest.hex()


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate in hex."""
    return hashlib.sha256(der).hexdigest()


def _other_names(certificate: x509.Certificate) -> dict[str, str]:
    names = extension(certificate, ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    if names is None:
        raise VerificationError("CERT_PROFILE_VIOLATION", "no attributes")
    values: dict[str, str] = {}
    for name in names.value:
        if not isinstance(name, x509.OtherName):
            raise VerificationError("CERT_PROFILE_VIOLATION", "foreign alternative name")
        oid = name.type_id.dotted_string
        if oid in values:
            raise VerificationError("CERT_PROFILE_VIOLATION", "attribute twice")
        values[oid] = _utf8(name.value)
    return values


def _utf8(der: bytes) -> str:
    """Read one DER UTF8String and nothing after it."""
    if len(der) < 2 or der[0] != UTF8_STRING:
        raise VerificationError("CERT_PROFILE_VIOLATION", "attribute type")
    length, start = der[1], 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 2:
            raise VerificationError("CERT_PROFILE_VIOLATION", "attribute length")
        length, start = int.from_bytes(der[2 : 2 + size], "big"), 2 + size
        if length < (0x80 if size == 1 else 0x100):
            raise VerificationError("CERT_PROFILE_VIOLATION", "attribute length")
    if len(der) != start + length:
        raise VerificationError("CERT_PROFILE_VIOLATION", "attribute length")
    try:
        return der[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerificationError("CERT_PROFILE_VIOLATION", "attribute text") from error


def _check_flags(text: str, flags: str) -> None:
    if len(flags) != len(text) or set(flags) - {"0", "1"}:
        raise VerificationError("CERT_PROFILE_VIOLATION", "substitute flags")


def _birth_date(text: str) -> date:
    if not re.fullmatch(r"[0-5][0-9]{8}", text, re.ASCII):
        raise VerificationError("CERT_PROFILE_VIOLATION", "birth date")
    try:
        return date(int(text[1:5]), int(text[5:7]), int(text[7:9]))
    except ValueError as error:
        raise VerificationError("CERT_PROFILE_VIOLATION", "birth date") from error
