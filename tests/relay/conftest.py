"""The relay with its peers' keys: the far ends seal and open, the relay only carries."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from demo import keys
from demo.home import Home
from exchange.protocol import Envelope
from signing import seal, sign_assertion
from signing.keys import PrivateKey, PublicKey, read_directory

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Zones:
    """The three zones' keys, as the demo makes them."""

    home: Home

    def signing_key(self, zone: str) -> PrivateKey:
        return PrivateKey(*read_directory(self.home.keys(zone) / "own" / "signing").popitem())

    def review_key(self) -> PublicKey:
        """Return the key to which the portal seals for review."""
        folder = self.home.keys("portal") / "peers" / "review" / "encryption"
        return PublicKey(*read_directory(folder).popitem())

    def seal_to_review(self, body: bytes, message_id: UUID) -> bytes:
        """Seal like the portal does."""
        return seal(
            body,
            recipient=self.review_key(),
            sender=self.signing_key("portal"),
            message_id=str(message_id),
        )

    def assertion(self, issuer: str, body_sha256: str, *, now: datetime, to: str = "relay") -> str:
        return sign_assertion(
            issuer=issuer,
            audience=to,
            key=self.signing_key(issuer),
            now=now,
            body_sha256=body_sha256,
        )


@pytest.fixture(scope="session")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Zones:
    home = Home(tmp_path_factory.mktemp("keys"), 0)
    keys.make(home)
    return Zones(home)


@pytest.fixture(autouse=True)
def relay_keys(zones: Zones, settings: object) -> Path:
    folder = zones.home.keys("relay")
    settings.KEYS_DIR = folder  # type: ignore[attr-defined]
    return folder


@pytest.fixture
def envelope(zones: Zones) -> Envelope:
    """A sealed message from the portal to review."""
    return make_envelope(zones)


def make_envelope(zones: Zones, body: bytes = b"a return") -> Envelope:
    message_id = uuid4()
    sealed = zones.seal_to_review(body, message_id)
    digest = hashlib.sha256(sealed).hexdigest()
    return Envelope(message_id, "review", len(sealed), digest, NOW, sealed)
