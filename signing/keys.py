"""Keys of a zone: RSA for opening envelopes, P-256 for signing them; each known by its key id."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

ENVELOPE_KEY_BITS = 3072


@dataclass(frozen=True)
class PrivateKey:
    """A private key in PEM with its key id."""

    kid: str
    pem: bytes

    def public(self) -> "PublicKey":
        """Return the public half under the same key id."""
        pem = (
            private_key(self.pem)
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return PublicKey(self.kid, pem)

    def __repr__(self) -> str:
        return f"<PrivateKey {self.kid}>"


@dataclass(frozen=True)
class PublicKey:
    """A public key in PEM with its key id."""

    kid: str
    pem: bytes


def generate_encryption_key(kid: str) -> PrivateKey:
    """Make an RSA key to which envelopes are sealed."""
    return _dump(kid, rsa.generate_private_key(65537, ENVELOPE_KEY_BITS))


def generate_signing_key(kid: str) -> PrivateKey:
    """Make a P-256 key that signs envelopes, assertions and receipts (ES256)."""
    return _dump(kid, ec.generate_private_key(ec.SECP256R1()))


def read_directory(directory: Path) -> dict[str, bytes]:
    """Return the PEM of each key in a folder by its key id (the file's stem).

    A file is read again when its name, size or time of change is another.
    """
    if not directory.is_dir():
        return {}
    with os.scandir(directory) as entries:
        files = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".pem")]
    marks = sorted((name, stat.st_mtime_ns, stat.st_ino, stat.st_size) for name, stat in files)
    return dict(_read(str(directory), tuple(marks)))


@lru_cache(maxsize=64)
def _read(directory: str, marks: tuple[tuple[str, int, int, int], ...]) -> dict[str, bytes]:
    paths = [Path(directory) / name for name, *_ in marks]
    return {path.stem: path.read_bytes() for path in paths}


@lru_cache(maxsize=64)
def private_key(pem: bytes) -> PrivateKeyTypes:
    """Return a private key from its PEM; ValueError where it is none.

    Loading checks an RSA key, which costs a hundred times more than using it: each is loaded once
    in a process. A rotated key is another PEM.
    """
    return serialization.load_pem_private_key(pem, password=None)


@lru_cache(maxsize=256)
def public_key(pem: bytes) -> PublicKeyTypes:
    """Return a public key from its PEM; ValueError where it is none. Loaded once in a process."""
    return serialization.load_pem_public_key(pem)


def _dump(kid: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> PrivateKey:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return PrivateKey(kid, pem)
