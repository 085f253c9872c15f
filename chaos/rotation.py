"""Keys that change under way: rotated as docs/keys.md says, or taken away too early."""

import time
from pathlib import Path

from chaos.stack import Stack
from demo.home import ZONES
from signing.keys import generate_encryption_key, generate_signing_key


def signing(stack: Stack, seconds: float) -> None:
    """Public halves to the peers first, then the private one to its owner; the old stays valid."""
    for zone in ZONES:
        key = generate_signing_key(f"{zone}-sig-z{int(time.time())}")
        for peer in ZONES:
            folder = stack.home.keys(peer) / "peers" / zone / "signing"
            if folder.is_dir():
                (folder / f"{key.kid}.pem").write_bytes(key.public().pem)
        (stack.home.keys(zone) / "own" / "signing" / f"{key.kid}.pem").write_bytes(key.pem)
    time.sleep(seconds)


def encryption(stack: Stack, seconds: float) -> None:
    """Review can open with the new key before the portal seals to it; the old one still opens."""
    key = generate_encryption_key(f"review-enc-z{int(time.time())}")
    own = stack.home.keys("review") / "own" / "encryption"
    (own / f"{key.kid}.pem").write_bytes(key.pem)
    peer = stack.home.keys("portal") / "peers" / "review" / "encryption"
    (peer / f"{key.kid}.pem").write_bytes(key.public().pem)
    time.sleep(seconds)


def expired(stack: Stack, seconds: float) -> None:
    """A peer's keys are taken away while their messages are still coming.

    Review knows none of the portal's signatures, and the portal none of the relay's: messages go
    to a person, requests are refused. Once the keys are back, one button sends all again.
    """
    folders = [
        stack.home.keys("review") / "peers" / "portal" / "signing",
        stack.home.keys("portal") / "peers" / "relay" / "signing",
    ]
    away = folders[:1]
    _hide(away)
    time.sleep(seconds)
    _hide(folders[1:])
    time.sleep(seconds)
    for folder in folders:
        _hidden(folder).rename(folder)
    stack.wait_for_quiet()
    for zone in ZONES:
        stack.press_resend(zone)


def _hide(folders: list[Path]) -> None:
    for folder in folders:
        folder.rename(_hidden(folder))


def _hidden(folder: Path) -> Path:
    return folder.with_name("taken-away")
