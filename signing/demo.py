"""A demo PKI (模擬の認証局) and demo cards. Everything names itself a simulation.

Shaped like the national one: one hop, authorities found by key, the four attributes in
SubjectAltName, a critical certificate policy, validity to the fifth birthday at 14:59:59Z.
The authority's organisation is JPKI-SIM and the policy OID that of the test environment, so that
nothing made here can pass where demos are off.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from signing import certificates

POLICY_OID = "1.2.392.200149.8.5.1.0.20"
KDF_ITERATIONS = 200_000
ERAS = ((date(2019, 5, 1), "5"), (date(1989, 1, 8), "4"), (date(1926, 12, 25), "3"))
POOL_SIZE = 32


class WrongPin(Exception):
    """The PIN does not open the card."""


@dataclass(frozen=True)
class CardHolder:
    """Whom a demo card is made for; nobody real."""

    name: str
    birth_date: date
    sex: str
    address: str
    personal_number: str
    kana: str = ""


@dataclass(frozen=True)
class OpenCard:
    """A demo card whose PIN was right: signs like the chip does."""

    certificate_der: bytes
    key: rsa.RSAPrivateKey

    def sign(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature over SHA-256 of the data."""
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class DemoPki:
    """A demo authority in a folder: its key, `anchors/`, `crls/`, and a pool of card keys.

    Making RSA keys is what costs; cards share a pool of them, as no demo card guards anything.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.anchors = directory / "anchors"
        self.crls = directory / "crls"
        self._key = _load_key(directory / "ca-key.pem")
        self._certificate = x509.load_pem_x509_certificate(
            (self.anchors / "demo-ca.pem").read_bytes()
        )

    @classmethod
    def create(cls, directory: Path, *, at: datetime) -> "DemoPki":
        """Make an authority with an empty revocation list, valid from a year before `at`."""
        for folder in (directory / "anchors", directory / "crls", directory / "pool"):
            folder.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(65537, 2048)
        _write_key(directory / "ca-key.pem", key)
        certificate = _authority(key, at)
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        (directory / "anchors" / "demo-ca.pem").write_bytes(pem)
        (directory / "revoked.json").write_text("{}")
        pki = cls(directory)
        pki.publish_crl(at)
        return pki

    @classmethod
    def load(cls, directory: Path) -> "DemoPki":
        """Open the authority that `create` made."""
        return cls(directory)

    def issue(
        self, holder: CardHolder, *, signing_pin: str, number_pin: str, at: datetime
    ) -> dict[str, Any]:
        """Return a demo card file: certificate, key under the signing PIN, face under the other."""
        key = self._pooled_key()
        certificate = _card_certificate(self._certificate, self._key, key, holder, at)
        der = certificate.public_bytes(serialization.Encoding.DER)
        pkcs8 = key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        face = {
            "name": holder.name,
            "kana": holder.kana,
            "birth_date": holder.birth_date.isoformat(),
            "sex": holder.sex,
            "address": holder.address,
            "personal_number": holder.personal_number,
        }
        return {
            "format": "demo-card/1",
            "label": holder.name,
            "certificate": base64.b64encode(der).decode(),
            "key": _lock(pkcs8, signing_pin),
            "face": _lock(json.dumps(face, ensure_ascii=False).encode(), number_pin),
        }

    def revoke(self, certificate_der: bytes, at: datetime) -> None:
        """Enter a certificate into the next revocation list."""
        serial = certificates.load(certificate_der).serial_number
        revoked = self._revoked()
        revoked[str(serial)] = at.isoformat()
        (self.directory / "revoked.json").write_text(json.dumps(revoked))

    def publish_crl(self, at: datetime, *, valid_for: timedelta = timedelta(days=30)) -> bytes:
        """Write the revocation list as of `at` and return it."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(at - timedelta(hours=1))
            .next_update(at + valid_for)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(_key_identifier(self._certificate), critical=False)
        )
        for serial, when in self._revoked().items():
            entry = x509.RevokedCertificateBuilder().serial_number(int(serial))
            builder = builder.add_revoked_certificate(
                entry.revocation_date(datetime.fromisoformat(when)).build()
            )
        der = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        (self.crls / "demo.crl").write_bytes(der)
        return der

    def _revoked(self) -> dict[str, str]:
        return dict(json.loads((self.directory / "revoked.json").read_text()))

    def _pooled_key(self) -> rsa.RSAPrivateKey:
        path = self.directory / "pool" / f"{secrets.randbelow(POOL_SIZE)}.pem"
        if not path.exists():
            _write_key(path, rsa.generate_private_key(65537, 2048))
        return _load_key(path)


def open_card(card: Mapping[str, Any], signing_pin: str) -> OpenCard:
    """Open a card's key for a script; WrongPin where the PIN is wrong."""
    key = serialization.load_der_private_key(_unlock(card["key"], signing_pin), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return OpenCard(base64.b64decode(card["certificate"]), key)


def open_face(card: Mapping[str, Any], number_pin: str) -> dict[str, str]:
    """Return what the card's face says (券面事項), 個人番号 included."""
    return dict(json.loads(_unlock(card["face"], number_pin)))


def _lock(plain: bytes, pin: str) -> dict[str, Any]:
    salt, iv = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derive(pin, salt)).encrypt(iv, plain, None)
    values = {"salt": salt, "iv": iv, "ciphertext": sealed}
    return {
        "kdf": "PBKDF2-SHA-256",
        "iterations": KDF_ITERATIONS,
        **{name: base64.b64encode(value).decode() for name, value in values.items()},
    }


def _unlock(locked: Mapping[str, Any], pin: str) -> bytes:
    salt, iv, sealed = (base64.b64decode(locked[n]) for n in ("salt", "iv", "ciphertext"))
    try:
        return AESGCM(_derive(pin, salt)).decrypt(iv, sealed, None)
    except InvalidTag as error:
        raise WrongPin from error


def _derive(pin: str, salt: bytes) -> bytes:
    return PBKDF2HMAC(hashes.SHA256(), 32, salt, KDF_ITERATIONS).derive(pin.encode())


def _authority(key: rsa.RSAPrivateKey, at: datetime) -> x509.Certificate:
    name = _name(("JP", "JPKI-SIM", "SIMULATED JPKI for digital signature"))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(31) + 1)
        .not_valid_before(at - timedelta(days=365))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _card_certificate(
    issuer: x509.Certificate,
    issuer_key: rsa.RSAPrivateKey,
    key: rsa.RSAPrivateKey,
    holder: CardHolder,
    at: datetime,
) -> x509.Certificate:
    serial = secrets.randbits(40) + 1
    policy = x509.PolicyInformation(x509.ObjectIdentifier(POLICY_OID), None)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(("JP", "JPKI-SIM", f"card {serial}")))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(at - timedelta(days=30))
        .not_valid_after(_fifth_birthday(holder.birth_date, at))
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=True)
        .add_extension(x509.SubjectAlternativeName(_attributes(holder)), critical=False)
        .add_extension(_key_identifier(issuer), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _attributes(holder: CardHolder) -> list[x509.GeneralName]:
    """Return the attributes in the order of a real card: 1, 4, 3, 5, 2, 6."""
    born = holder.birth_date
    era = next((digit for start, digit in ERAS if born >= start), "2")
    values = (
        (certificates.NAME, holder.name),
        (certificates.BIRTH, f"{era}{born:%Y%m%d}"),
        (certificates.SEX, holder.sex),
        (certificates.ADDRESS, holder.address),
        (certificates.NAME_FLAGS, "0" * len(holder.name)),
        (certificates.ADDRESS_FLAGS, "0" * len(holder.address)),
    )
    return [x509.OtherName(x509.ObjectIdentifier(oid), _utf8(text)) for oid, text in values]


def _utf8(text: str) -> bytes:
    value = text.encode()
    if len(value) < 0x80:
        return bytes((certificates.UTF8_STRING, len(value))) + value
    size = (len(value).bit_length() + 7) // 8
    return bytes((certificates.UTF8_STRING, 0x80 | size)) + len(value).to_bytes(size, "big") + value


def _fifth_birthday(born: date, at: datetime) -> datetime:
    first = at.year if (at.month, at.day) < (born.month, born.day) else at.year + 1
    day = born.day if (born.month, born.day) != (2, 29) else 28
    return datetime(first + 4, born.month, day, 14, 59, 59, tzinfo=UTC)


def _usage(*wanted: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in wanted for name in names})


def _key_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    found = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _name(parts: tuple[str, str, str]) -> x509.Name:
    oids = (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    kinds = (_ASN1Type.PrintableString, _ASN1Type.UTF8String, _ASN1Type.UTF8String)
    return x509.Name(
        [x509.NameAttribute(o, p, k) for o, p, k in zip(oids, parts, kinds, strict=True)]
    )


def _load_key(path: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _write_key(path: Path, key: rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(pem)
