"""A demo PKI (模擬の認証局) and demo cards. Everything names itself a simulation.

Shaped like the national one: one hop, several generations with one name found by key, the four
attributes in SubjectAltName, a critical certificate policy, validity to the fifth birthday.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.x509 import ocsp

from signing import certificates
from signing.authority import (
    AUTHENTICATION_UNIT,
    POLICY_OID,
    Authority,
    CardHolder,
    Key,
    authentication_extensions,
    card_extensions,
    fifth_birthday,
)
from signing.demo_points import municipality_of, points_extension, scope_extension

__all__ = ["POLICY_OID", "CardHolder", "DemoPki", "OpenCard", "WrongPin", "open_card", "open_face"]

KDF_ITERATIONS = 200_000
POOL_SIZE = 32
# Generations of the signing authority, as files; the first issues unless another is named.
GENERATIONS = {"demo-ca": "ca-key", "demo-ca-2": "ca-2-key", "demo-ca-p384": "ca-p384-key"}


class WrongPin(Exception):
    """The PIN does not open the card."""


@dataclass(frozen=True)
class OpenCard:
    """A demo card whose PIN was right: signs like the chip does."""

    certificate_der: bytes
    key: Key

    def sign(self, data: bytes) -> bytes:
        """Sign the data: RSASSA-PKCS1-v1_5 with SHA-256, or P-384 with SHA-384 as r and s."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(48, "big") + s.to_bytes(48, "big")


class DemoPki:
    """A demo authority in a folder: its keys, `anchors/`, `crls/`, and a pool of card keys.

    Making RSA keys is what costs; cards share a pool of them, as no demo card guards anything.
    The authentication authority stands in `authentication/`, outside the anchors of signatures.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.anchors = directory / "anchors"
        self.crls = directory / "crls"
        self._pool: dict[int, rsa.RSAPrivateKey] = {}

    @classmethod
    def create(cls, directory: Path, *, at: datetime) -> "DemoPki":
        """Make the authorities with empty revocation lists, valid from a year before `at`."""
        for name in ("anchors", "crls", "pool", "authentication"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        for generation, key_name in GENERATIONS.items():
            key = _new_key(generation)
            _write_key(directory / f"{key_name}.pem", key)
            made = Authority.create(key, at=at)
            _write_certificate(directory / "anchors" / f"{generation}.pem", made.certificate)
        key = _new_key("authentication")
        _write_key(directory / "authentication-key.pem", key)
        made = Authority.create(key, at=at, unit=AUTHENTICATION_UNIT)
        _write_certificate(directory / "authentication" / "demo-auth-ca.pem", made.certificate)
        (directory / "revoked.json").write_text("{}")
        pki = cls(directory)
        pki.publish_crl(at)
        return pki

    @classmethod
    def load(cls, directory: Path) -> "DemoPki":
        """Open the authority that `create` made."""
        return cls(directory)

    @cached_property
    def generations(self) -> dict[str, Authority]:
        """The generations that this folder has, by name; one distinguished name, several keys."""
        return {
            name: _authority(self.directory / f"{key}.pem", self.anchors / f"{name}.pem")
            for name, key in GENERATIONS.items()
            if (self.directory / f"{key}.pem").exists()
        }

    @cached_property
    def authentication(self) -> Authority:
        """The authority of authentication certificates (利用者証明用)."""
        return _authority(
            self.directory / "authentication-key.pem",
            self.directory / "authentication" / "demo-auth-ca.pem",
        )

    def issue(
        self,
        holder: CardHolder,
        *,
        signing_pin: str,
        number_pin: str,
        at: datetime,
        generation: str = "demo-ca",
        kdf_iterations: int = KDF_ITERATIONS,
    ) -> dict[str, Any]:
        """Return a demo card file: certificate, key under the signing PIN, face under the other."""
        authority = self.generations[generation]
        key: Key = _new_key(generation) if generation == "demo-ca-p384" else self._pooled_key()
        certificate = authority.certify(
            key.public_key(),
            [*card_extensions(holder), points_extension(holder.address)],
            since=at - timedelta(days=30),
            until=fifth_birthday(holder.birth_date, at),
        )
        face = {
            "name": holder.name,
            "kana": holder.kana,
            "birth_date": holder.birth_date.isoformat(),
            "sex": holder.sex,
            "address": holder.address,
            "personal_number": holder.personal_number,
        }
        der = certificate.public_bytes(serialization.Encoding.DER)
        printed = json.dumps(face, ensure_ascii=False).encode()
        return {
            "format": "demo-card/1",
            "label": holder.name,
            "certificate": base64.b64encode(der).decode(),
            "key": _lock(_pkcs8(key), signing_pin, kdf_iterations),
            "face": _lock(printed, number_pin, kdf_iterations),
        }

    def issue_authentication(self, key: rsa.RSAPublicKey, *, at: datetime) -> bytes:
        """Return an authentication certificate (DER), which must never pass as a signing one."""
        made = self.authentication.certify(
            key,
            authentication_extensions(),
            since=at - timedelta(days=30),
            until=at + timedelta(days=1800),
        )
        return made.public_bytes(serialization.Encoding.DER)

    def revoke(self, certificate_der: bytes, at: datetime) -> None:
        """Enter a certificate into the next revocation list."""
        certificate = certificates.load(certificate_der)
        serial, revoked = certificate.serial_number, self._revoked()
        revoked[serial] = at
        places = json.loads(self._places.read_text()) if self._places.exists() else {}
        places[str(serial)] = municipality_of(certificates.attributes_of(certificate).address)
        self._places.write_text(json.dumps(places, ensure_ascii=False))
        texts = {str(number): when.isoformat() for number, when in revoked.items()}
        (self.directory / "revoked.json").write_text(json.dumps(texts))

    def publish_crl(self, at: datetime, *, valid_for: timedelta = timedelta(days=30)) -> bytes:
        """Write each generation's revocation list as of `at`; return the issuing one's."""
        revoked, since = self._revoked(), at - timedelta(hours=1)
        lists = {
            name: one.crl(revoked, at=since, until=at + valid_for, number=int(at.timestamp()))
            for name, one in self.generations.items()
        }
        for name, der in lists.items():
            (self.crls / f"{name.replace('demo-ca', 'demo')}.crl").write_bytes(der)
        return lists["demo-ca"]

    def publish_municipal_crl(
        self, at: datetime, address: str, *, valid_for: timedelta = timedelta(days=30)
    ) -> list[Path]:
        """Write the lists of the municipality that an address lies in; return their files.

        They take the place of the whole lists of `publish_crl` where a zone gets lists by place.
        """
        place, since = municipality_of(address), at - timedelta(hours=1)
        found = json.loads(self._places.read_text()) if self._places.exists() else {}
        here = {int(serial) for serial, where in found.items() if tuple(where) == place}
        revoked = {serial: when for serial, when in self._revoked().items() if serial in here}
        paths = []
        for name, one in self.generations.items():
            der = one.crl(
                revoked,
                at=since,
                until=at + valid_for,
                number=int(at.timestamp()),
                extensions=[scope_extension(address)],
            )
            paths.append(self.crls / f"{name.replace('demo-ca', 'demo')}-{place[1]}.crl")
            paths[-1].write_bytes(der)
        return paths

    @property
    def _places(self) -> Path:
        """Which municipality's list a revoked serial belongs into."""
        return self.directory / "revoked-in.json"

    def ocsp_response(self, certificate_der: bytes, *, at: datetime) -> bytes:
        """Answer an OCSP request for one of this authority's certificates."""
        certificate = certificates.load(certificate_der)
        issuer = next(
            one
            for one in self.generations.values()
            if one.key_identifier.key_identifier
            == bytes.fromhex(certificates.issuer_key_id(certificate))
        )
        revoked_at = self._revoked().get(certificate.serial_number)
        status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
        until = at + timedelta(hours=12)
        return issuer.ocsp(certificate, at=at, until=until, status=status, revoked_at=revoked_at)

    def _revoked(self) -> dict[int, datetime]:
        stored = json.loads((self.directory / "revoked.json").read_text())
        return {int(serial): datetime.fromisoformat(when) for serial, when in stored.items()}

    def _pooled_key(self) -> rsa.RSAPrivateKey:
        number = secrets.randbelow(POOL_SIZE)
        path = self.directory / "pool" / f"{number}.pem"
        if not path.exists():
            _write_key(path, rsa.generate_private_key(65537, 2048))
        if number not in self._pool:
            key = _load_key(path)
            assert isinstance(key, rsa.RSAPrivateKey)
            self._pool[number] = key
        return self._pool[number]


def open_card(card: Mapping[str, Any], signing_pin: str) -> OpenCard:
    """Open a card's key for a script; WrongPin where the PIN is wrong."""
    key = serialization.load_der_private_key(_unlock(card["key"], signing_pin), password=None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return OpenCard(base64.b64decode(card["certificate"]), key)


def open_face(card: Mapping[str, Any], number_pin: str) -> dict[str, str]:
    """Return what the card's face says (券面事項), 個人番号 included."""
    return dict(json.loads(_unlock(card["face"], number_pin)))


def _lock(plain: bytes, pin: str, iterations: int) -> dict[str, Any]:
    salt, iv = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derive(pin, salt, iterations)).encrypt(iv, plain, None)
    values = {"salt": salt, "iv": iv, "ciphertext": sealed}
    return {
        "kdf": "PBKDF2-SHA-256",
        "iterations": iterations,
        **{name: base64.b64encode(value).decode() for name, value in values.items()},
    }


def _unlock(locked: Mapping[str, Any], pin: str) -> bytes:
    salt, iv, sealed = (base64.b64decode(locked[n]) for n in ("salt", "iv", "ciphertext"))
    try:
        return AESGCM(_derive(pin, salt, int(locked["iterations"]))).decrypt(iv, sealed, None)
    except InvalidTag as error:
        raise WrongPin from error


def _derive(pin: str, salt: bytes, iterations: int) -> bytes:
    return PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(pin.encode())


def _pkcs8(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _new_key(generation: str) -> Key:
    if generation.endswith("p384"):
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(65537, 2048)


def _authority(key: Path, certificate: Path) -> Authority:
    return Authority(_load_key(key), x509.load_pem_x509_certificate(certificate.read_bytes()))


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _load_key(path: Path) -> Key:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key


def _write_key(path: Path, key: Key) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(pem)
