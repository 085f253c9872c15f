"""Two hundred residents who file at once, and the two rushes: all sign up, all sign.

"At once" means active at the same time. Each seat is a person with a phone; who has filed goes, and
the next one takes the seat and makes an account. A run has stretches, of which three are reported:

- surge_sign_up, the first MINUTE: all sign up within SPREAD seconds and go on, thinking `think`
  seconds (half to one and a half times as long, drawn) before every page;
- then each hurries to where the next stretch finds them: the first seat at the beginning of a
  return, the last one at its end (not reported);
- the steady stretch, the main figure: WINDOW seconds with all seats taken by people at different
  places of their return, thinking `think` seconds. It begins SETTLE seconds after the last one has
  come to the place;
- nobody new comes, and all hurry to the page where they sign, and wait there (not reported);
- surge_signing: all sign within SPREAD seconds.

Everybody who began is followed to the receipt, and every receipt until the site shows that the
filing has arrived at the office.
"""

import random
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from bench.portal.log import Answer, Log
from demo.cards import Card
from demo.filer import Filer
from demo.visitor import Unexpected, Visitor

SPREAD, MINUTE, HURRY, SETTLE, WINDOW, GATHER = 30.0, 60.0, 2.5, 10.0, 120.0, 45.0
# Where a filing stands that has come to the office and been let in.
ARRIVED = {"arrived", "verified", "queued"}
STAGE = re.compile(r'data-stage="(\w+)"')


class ThinkingVisitor(Visitor):
    """A browser whose person reads: after each page that it is led to, it waits."""

    def __init__(self, site: str, log: Log, wait: Callable[[], None]) -> None:
        super().__init__(site)
        self.log, self.wait = log, wait

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
        self.wait()
        return onward


@dataclass
class Crowd:
    """The people on the seats, and how far the run has come."""

    site: str
    cards: list[Card]
    seats: int
    think: float
    # Pages with a form on the way of one return.
    way: int
    log: Log = field(default_factory=Log)
    # Who has filed: the browser and the filing's address.
    filed: list[tuple[Visitor, str]] = field(default_factory=list)
    began: int = 0
    # Seats whose first person has come to the place that is theirs.
    placed: set[int] = field(default_factory=set)
    hurrying: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    signing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, beside: Callable[[], object]) -> dict[str, Any]:
        """Let the three stretches pass; return their answers, and what `beside` told around it."""
        with ThreadPoolExecutor(self.seats) as pool:
            start = time.monotonic()
            taken = [pool.submit(self._seat, number) for number in range(self.seats)]
            time.sleep(MINUTE)
            self.hurrying.set()
            while len(self.placed) < self.seats:
                time.sleep(0.2)
            time.sleep(SETTLE)
            opened, before = time.monotonic(), beside()
            time.sleep(WINDOW)
            closed, after = time.monotonic(), beside()
            self.closing.set()
            time.sleep(GATHER)
            last = time.monotonic()
            self.signing.set()
            for one in taken:
                one.result()
        return {
            "surge_sign_up": self.log.between(start, start + MINUTE),
            "steady": self.log.between(opened, closed),
            "steady_by_half_minute": self._halves(opened, closed),
            "surge_signing": self.log.between(last, time.monotonic()),
            "beside": (before, after),
        }

    def _halves(self, opened: float, closed: float) -> list[list[Answer]]:
        return [
            self.log.between(opened + at, opened + at + 30)
            for at in range(0, int(closed - opened), 30)
        ]

    def _seat(self, number: int) -> None:
        """Let one person after the other file from a seat until the run closes."""
        chance = random.Random(number)
        time.sleep(chance.uniform(0, SPREAD))
        # The place of the seat's first person: so many pages of the return lie behind them.
        self._file(number, chance, hurried=1 + number * (self.way - 1) // self.seats)
        while not self.closing.is_set():
            self._file(number, chance, hurried=0)

    def _file(self, number: int, chance: random.Random, *, hurried: int) -> None:
        """File one return, the first `hurried` pages of it in a hurry."""
        with self.lock:
            card, self.began = self.cards[self.began], self.began + 1
            mine = self.began
        pages = 0

        def wait() -> None:
            nonlocal pages
            pages += 1
            if pages >= hurried:
                self.placed.add(number)
            in_a_hurry = pages < hurried and self.hurrying.is_set()
            woken_by = self.hurrying if pages < hurried and not in_a_hurry else self.closing
            thought = HURRY if in_a_hurry else self.think
            if woken_by.wait(chance.uniform(0.5, 1.5) * thought):
                # Who was thinking when the stretch ended is woken, and hurries from there.
                time.sleep(chance.uniform(0.5, 1.5) * HURRY)

        filer = Filer(self.site, card, f"bench-{mine}@example.invalid")
        filer.browser = ThinkingVisitor(self.site, self.log, wait)
        try:
            filer.sign_up()
            filer.read_card()
            filer.answer_all()
            if self.closing.is_set():
                self.signing.wait()
                time.sleep(chance.uniform(0, SPREAD))
            receipt = filer.sign()
        except (Unexpected, requests.RequestException) as failure:
            self.log.fail(str(failure))
            self.placed.add(number)
        else:
            with self.lock:
                self.filed.append((filer.browser, receipt.path))

    def arrived(self, *, within: float) -> int:
        """Return how many filings have come to the office, as the residents' own pages tell."""
        waiting, end = list(self.filed), time.monotonic() + within
        while waiting and time.monotonic() < end:
            time.sleep(1)
            waiting = [one for one in waiting if _stage(*one) not in ARRIVED]
        return len(self.filed) - len(waiting)


def _stage(browser: Visitor, path: str) -> str:
    found = STAGE.search(Visitor.get(browser, path))
    return found.group(1) if found else ""
