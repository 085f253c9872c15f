"""Residents who file at once: each thinks before every page, and every answer is timed."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from demo.cards import Card
from demo.filer import Filer
from demo.visitor import Unexpected, Visitor

PASSWORDS = "/account/signup/"
SIGNING = "/sign/"


@dataclass
class Log:
    """What was asked for and how long it took, in seconds, from all residents."""

    taken: list[tuple[str, str, float]] = field(default_factory=list)
    # When each answer had come, beside `taken`.
    came: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    filed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, verb: str, path: str, seconds: float) -> None:
        with self.lock:
            self.taken.append((verb, path, seconds))
            self.came.append(time.monotonic())

    def pages(self) -> list[float]:
        """Return the sorted seconds of the pages: all but password hashing and signing."""
        return sorted(seconds for pages in self.by_half_minute() for seconds in pages)

    def by_half_minute(self) -> list[list[float]]:
        """Return the sorted seconds of the pages of each half minute, from the first answer on."""
        found: list[list[float]] = []
        for (_verb, path, seconds), at in zip(self.taken, self.came, strict=True):
            place = int((at - self.came[0]) / 30)
            found += [[] for _ in range(place + 1 - len(found))]
            if path != PASSWORDS and SIGNING not in path:
                found[place].append(seconds)
        return [sorted(pages) for pages in found]

    def heavy(self) -> list[float]:
        """Return the sorted seconds of what must cost: passwords hashed, signatures verified."""
        return sorted(
            t
            for verb, path, t in self.taken
            if verb == "POST" and (path == PASSWORDS or SIGNING in path)
        )


class ThinkingVisitor(Visitor):
    """A browser whose person reads: after each page that it is led to, it waits."""

    def __init__(self, site: str, log: Log, think: float, chance: random.Random) -> None:
        super().__init__(site)
        self.log, self.think, self.chance = log, think, chance

    def get(self, path: str) -> str:
        began = time.perf_counter()
        page = super().get(path)
        self.log.note("GET", path, time.perf_counter() - began)
        return page

    def post(self, path: str, **fields: Any) -> requests.Response:
        began = time.perf_counter()
        answer = super().post(path, **fields)
        self.log.note("POST", path, time.perf_counter() - began)
        return answer

    def send(self, path: str, **fields: Any) -> str:
        """Send a form, open the page that it leads to as a browser does, and read it."""
        onward = super().send(path, **fields)
        if onward.startswith("/"):
            self.get(onward)
        time.sleep(self.chance.uniform(0.5, 1.5) * self.think)
        return onward


def file_all(site: str, cards: list[Card], *, think: float, spread: float) -> Log:
    """Let every card's holder file one return, all within the same minutes."""
    log = Log()

    def one(position: int) -> None:
        chance = random.Random(position)
        time.sleep(chance.uniform(0, spread))
        filer = Filer(site, cards[position], f"bench-{position}@example.invalid")
        filer.browser = ThinkingVisitor(site, log, think, chance)
        try:
            filer.file()
        except (Unexpected, requests.RequestException) as failure:
            with log.lock:
                log.failures.append(str(failure)[:200])
        else:
            with log.lock:
                log.filed += 1

    with ThreadPoolExecutor(len(cards)) as pool:
        list(pool.map(one, range(len(cards))))
    return log
