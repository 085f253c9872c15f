"""The faults (障害の一覧): each a few lines; the short form has those that differ most."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import redis

from chaos import account, clock, disk, hostile, rotation
from chaos.link import MOODS, OPEN
from chaos.stack import WEB, WORKERS, Stack
from demo.home import ZONES

RATE = 4.0
Work = Callable[[Stack, float], None]


@dataclass(frozen=True)
class Fault:
    """One fault: what is done for a while, and healed before anything is counted."""

    name: str
    work: Work
    short: bool = True
    seconds: float = 3
    # How long everything may take to come to rest afterwards.
    patience: float = account.PATIENCE_SECONDS
    # Says what a machine wants for this fault to be made on it; empty where it wants nothing.
    missing: Callable[[], str] = lambda: ""


def faults() -> list[Fault]:
    """Return the whole matrix, mildest first."""
    found = [Fault("nothing at all", lambda stack, seconds: time.sleep(seconds))]
    found += [
        Fault(f"kill -9: {name}", _kill(name), short=name in SHORT_KILLS)
        for name in (*WEB, *WORKERS)
    ]
    found += [
        Fault("kill -9: every process at once", _kill(*WEB, *WORKERS)),
        Fault("kill -9: who takes returns", _file_and_be_killed, short=False, seconds=10),
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
        Fault("hostile callers at both doors", hostile.callers),
        Fault("a hostile peer at both doors", hostile.peer),
        Fault("signing keys rotated in all zones", rotation.signing),
        Fault("envelope key of review rotated", rotation.encryption),
        Fault("keys of peers expired", rotation.expired, short=False, seconds=4),
    ]
    clocks = {"short": False, "missing": clock.missing}
    found += [
        Fault("full disk under PostgreSQL", _fill_disk, False, 6, missing=disk.missing),
        Fault("clocks 20 s apart", _skew(portal=1 / 3, review=-1 / 3), seconds=20, **clocks),
        Fault("the relay's clock 5 min slow", _skew(relay=-5), seconds=15, **clocks),
        # What a wrong clock put off waits until the right one has come there.
        Fault("review's clock 5 min fast", _skew(review=5), seconds=15, patience=480, **clocks),
        Fault("outage of 60 simulated min", _outage_of_simulated(60), seconds=10, **clocks),
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


def _file_and_be_killed(stack: Stack, seconds: float) -> None:
    """The portal's process that takes returns is killed in the middle, again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(2.5)
        stack.retire("feeder")
        stack.feed(RATE)


def _fill_disk(stack: Stack, seconds: float) -> None:
    disk.fill(stack)
    time.sleep(seconds)
    disk.free(stack)


def _skew(**minutes: float) -> Work:
    """Let zones' clocks be off, the processes started with them, and right again afterwards."""

    def work(stack: Stack, seconds: float) -> None:
        stack.skew = {zone: timedelta(minutes=off) for zone, off in minutes.items()}
        stack.restart(*WEB, *WORKERS)
        time.sleep(seconds)
        stack.skew = {}
        stack.restart(*WEB, *WORKERS)

    return work


def _outage_of_simulated(minutes: int) -> Work:
    """The links are cut, and when they are whole again all clocks have gone on by so much."""

    def work(stack: Stack, seconds: float) -> None:
        for link in stack.links.values():
            link.mood = "cut"
        time.sleep(seconds)
        stack.ahead += timedelta(minutes=minutes)
        stack.retire("feeder")
        stack.restart(*WEB, *WORKERS)
        stack.feed(RATE)
        time.sleep(seconds)
        for link in stack.links.values():
            link.mood = OPEN

    return work
