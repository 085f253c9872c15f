"""The keys of the three zones: its own private ones in each folder, and its peers' public ones."""

from pathlib import Path

from demo.home import Home
from signing.keys import PrivateKey, generate_encryption_key, generate_signing_key

# Who must know whom: the relay learns nobody's encryption key, so it can seal and open nothing.
KNOWS_SIGNATURES_OF = {
    "portal": ("relay", "review"),
    "relay": ("portal", "review"),
    "review": ("portal", "relay"),
}
SEALS_TO = {"portal": ("review",), "review": ("portal",)}
YEAR = "2026"


def make(home: Home) -> None:
    """Make the keys of all zones and give each zone what it must know."""
    signing = {zone: generate_signing_key(_kid(zone, "sig")) for zone in KNOWS_SIGNATURES_OF}
    sealing = {zone: generate_encryption_key(_kid(zone, "enc")) for zone in SEALS_TO}
    for zone, peers in KNOWS_SIGNATURES_OF.items():
        folder = home.keys(zone)
        _private(folder / "own" / "signing", signing[zone])
        if zone in sealing:
            _private(folder / "own" / "encryption", sealing[zone])
        for peer in peers:
            _public(folder / "peers" / peer / "signing", signing[peer])
        for peer in SEALS_TO.get(zone, ()):
            _public(folder / "peers" / peer / "encryption", sealing[peer])


def _kid(zone: str, use: str) -> str:
    """Name a key. A zone without DEMO starts with none that is named so, wherever it is copied."""
    return f"demo-{zone}-{use}-{YEAR}"


def _private(folder: Path, key: PrivateKey) -> None:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / f"{key.kid}.pem"
    path.touch(mode=0o600)
    path.write_bytes(key.pem)


def _public(folder: Path, key: PrivateKey) -> None:
    folder.mkdir(parents=True)
    (folder / f"{key.kid}.pem").write_bytes(key.public().pem)
