"""The zone's keys, read from settings.KEYS_DIR: its own private ones and its peers' public ones."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from signing.keys import PrivateKey, PublicKey, read_directory


def own_signing_key() -> PrivateKey:
    """Return the newest signing key; the older ones only exist to be rotated away."""
    return PrivateKey(*_newest("own", "signing"))


def own_encryption_keys() -> dict[str, bytes]:
    """Return the private keys that open envelopes sealed to this zone; none in the relay."""
    return _read("own", "encryption")


def signing_keys_of(zone: str) -> dict[str, bytes]:
    """Return the public keys under which a peer's signatures hold."""
    return _read("peers", zone, "signing")


def encryption_key_of(zone: str) -> PublicKey:
    """Return the newest public key to which messages for a zone are sealed."""
    return PublicKey(*_newest("peers", zone, "encryption"))


def _read(*parts: str) -> dict[str, bytes]:
    return read_directory(Path(settings.KEYS_DIR).joinpath(*parts))


def _newest(*parts: str) -> tuple[str, bytes]:
    keys = _read(*parts)
    if not keys:
        raise ImproperlyConfigured(f"KEYS_DIR holds no key under {'/'.join(parts)}")
    return max(keys.items())
