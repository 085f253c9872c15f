"""The faults (障害の一覧): each a few lines; the short form has those that differ most."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import redis
import requests

from chaos.link import MOODS, OPEN
from chaos.stack import WEB, WORKERS, Stack
from demo.home import ZONES
from signing import sign_assertion
from signing.keys import generate_encryption_key, generate_signing_key

Work = Callable[[Stack, float], None]


@dataclass(frozen=True)
class Fault:
    """One fault: what is done for a while, and healed before anything is counted."""

    name: str
    work: Work
    short: bool = True
    seconds: float = 3


def faults() -> list[Fault]:
    """Return the whole matrix, mildest first."""
    found = [Fault("nothing at all", lambda stack, seconds: time.sleep(seconds))]
    found += [
        Fault(f"kill -9: {name}", _kill(name), short=name in SHORT_KILLS)
        for name in (*WEB, *WORKERS)
    ]
    found += [
        Fault("kill -9: every process at once", _kill(*WEB, *WORKERS)),
        Fault("workers killed again and again", _kill_again, short=False, seconds=30),
        Fault("PostgreSQL restarted", _restart_postgres, short=False),
        Fault("PostgreSQL killed -9", lambda stack, seconds: stack.crash_postgres()),
        Fault("brokers flushed", _flush, short=False),
        Fault("brokers killed -9 and away", _kill_brokers, seconds=5),
    ]
    found += [
        Fault(f"both links: {mood}", _mood(mood), short=mood in SHORT_MOODS, seconds=seconds)
        for mood in MOODS[1:]
        for seconds in [14.0 if mood == "hang" else 4.0]
    ]
    found += [
        Fault("outage of 10 s", _mood("cut"), short=False, seconds=10),
        Fault("outage of 1 min", _mood("cut"), short=False, seconds=60),
        Fault("outage of 5 min", _mood("cut"), short=False, seconds=300),
        Fault("hostile callers at both doors", _hostile),
        Fault("signing keys rotated in all zones", _rotate_signing),
        Fault("envelope key of review rotated", _rotate_encryption),
    ]
    return found


SHORT_KILLS = ("relay-worker", "review-worker")
SHORT_MOODS = ("lose_answer", "double", "reorder")


def _kill(*names: str) -> Work:
    def work(stack: Stack, seconds: float) -> None:
        for name in names:
            stack.kill(name)
        time.sleep(seconds / 2)
        for name in names:
            stack.begin(name)

    return work


def _kill_again(stack: Stack, seconds: float) -> None:
    """Workers live for a moment only, each time at another step of their work."""
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        name = WORKERS[turn % len(WORKERS)]
        time.sleep(2.5 + (turn % 7) * 0.1)
        stack.kill(name)
        stack.begin(name)
        turn += 1


def _restart_postgres(stack: Stack, seconds: float) -> None:
    stack.engines.postgres.stop()
    time.sleep(seconds / 2)
    stack.engines.postgres.start()


def _flush(stack: Stack, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for broker in stack.engines.brokers.values():
            redis.Redis.from_url(broker.url).flushall()
        time.sleep(0.2)


def _kill_brokers(stack: Stack, seconds: float) -> None:
    for zone in ZONES:
        stack.kill(f"{zone}-broker")
    time.sleep(seconds)
    for zone in ZONES:
        stack.begin(f"{zone}-broker")


def _mood(mood: str) -> Work:
    def work(stack: Stack, seconds: float) -> None:
        for link in stack.links.values():
            link.mood = mood
        time.sleep(seconds)
        for link in stack.links.values():
            link.mood = OPEN

    return work


def _hostile(stack: Stack, seconds: float) -> None:
    """Strangers, replays, other audiences, no token, oversize: nobody gets more than a refusal."""
    stranger = generate_signing_key("stranger")
    relay = stack.signing_key("relay")
    now = datetime.now(UTC)
    tokens = {
        "none": "",
        "stranger": sign_assertion(issuer="relay", audience="portal", key=stranger, now=now),
        "other audience": sign_assertion(issuer="relay", audience="review", key=relay, now=now),
        "other body": sign_assertion(
            issuer="relay", audience="portal", key=relay, now=now, body_sha256="0" * 64
        ),
    }
    for door in ("exchange", "relay"):
        for verb in ("pull", "push", "ack", "account"):
            for what, token in tokens.items():
                _refused(stack, door, verb, token, b"{}", what)
            _refused(stack, door, verb, "x" * 20_000, b"\xff" * 1_000_000, "oversize")


def _refused(stack: Stack, door: str, verb: str, token: str, body: bytes, what: str) -> None:
    answer = requests.post(
        f"{stack.home.url(door)}/exchange/v1/{verb}",
        data=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    if not 400 <= answer.status_code < 500:
        raise AssertionError(f"{door}/{verb} answered {what} with {answer.status_code}")


def _rotate_signing(stack: Stack, seconds: float) -> None:
    """Public halves to the peers first, then the private one to its owner; the old stays valid."""
    for zone in ZONES:
        key = generate_signing_key(f"{zone}-sig-z{int(time.time())}")
        for peer in ZONES:
            folder = stack.home.keys(peer) / "peers" / zone / "signing"
            if folder.is_dir():
                (folder / f"{key.kid}.pem").write_bytes(key.public().pem)
        (stack.home.keys(zone) / "own" / "signing" / f"{key.kid}.pem").write_bytes(key.pem)
    time.sleep(seconds)


def _rotate_encryption(stack: Stack, seconds: float) -> None:
    """Review can open with the new key before the portal seals to it; the old one still opens."""
    key = generate_encryption_key(f"review-enc-z{int(time.time())}")
    own = stack.home.keys("review") / "own" / "encryption"
    (own / f"{key.kid}.pem").write_bytes(key.pem)
    peer = stack.home.keys("portal") / "peers" / "review" / "encryption"
    (peer / f"{key.kid}.pem").write_bytes(key.public().pem)
    time.sleep(seconds)
