"""Keys of a zone: RSA for opening envelopes, P-256 for signing them; each known by its key id."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ENVELOPE_KEY_BITS = 3072


@dataclass(frozen=True)
class PrivateKey:
    """A private key in PEM with its key id."""

    kid: str
    pem: bytes

    def public(self) -> "PublicKey":
        """Return the public half under the same key id."""
        key = serialization.load_pem_private_key(self.pem, password=None)
        pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
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
    """Return the PEM of each key in a folder by its key id (the file's stem)."""
    return {path.stem: path.read_bytes() for path in sorted(directory.glob("*.pem"))}


def _dump(kid: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> PrivateKey:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return PrivateKey(kid, pem)
