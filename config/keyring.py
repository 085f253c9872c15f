"""Encryption of fields at rest: AES-256-GCM under a ring of named keys.

Each stored value names its key, so that a new key seals while the old ones still open. The
associated data bind a value to its row: a ciphertext moved to another row does not open.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

NONCE_BYTES = 12


class KeyringError(Exception):
    """A value does not open: unknown key, other row, altered. Never says what was in it."""


@dataclass(frozen=True)
class Keyring:
    """Named AES-256 keys; the one called `current` seals."""

    keys: Mapping[str, bytes]
    current: str

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64,id:base64`; the first key is the one that seals."""
        pairs = [entry.split(":", 1) for entry in text.split(",") if entry]
        keys = {name: base64.b64decode(value) for name, value in pairs}
        if not keys or any(len(key) != 32 for key in keys.values()):
            raise ValueError("DATA_KEYS must hold one or more id:base64 of 32 bytes")
        return cls(keys=keys, current=pairs[0][0])

    def encrypt(self, plain: bytes, *, row: str) -> bytes:
        """Seal `plain` for the row that `row` names (for example "draft:answers:<uuid>")."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, plain, row.encode())
        return self.current.encode() + b":" + nonce + sealed

    def decrypt(self, stored: bytes, *, row: str) -> bytes:
        """Open a value sealed for `row`; KeyringError where it does not open."""
        name, _, rest = bytes(stored).partition(b":")
        cipher = self._ciphers.get(name.decode("ascii", "replace"))
        if cipher is None:
            raise KeyringError("sealed under a key that this zone does not hold")
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], row.encode())
        except InvalidTag as error:
            raise KeyringError("does not open: altered, or sealed for another row") from error

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        # Kept: to make one costs more than to seal a line of text with it.
        return {name: AESGCM(key) for name, key in self.keys.items()}


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """Return the keyed hash by which an encrypted value is matched (equality only)."""
    keyed = _keyed(key).copy()
    keyed.update(f"{kind}|v1|{value}".encode())
    return keyed.finalize()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> HMAC:
    # Kept: a file of a whole city asks for a million, and to key one costs more than to use it.
    return HMAC(key, SHA256())
