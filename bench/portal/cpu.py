"""CPU of pages of the interview beside empty views, in turns.

A processor that is shared with others is at one moment half as quick as at the next. What is to be
compared is therefore measured in turns, a few requests each, and the median of the turns counts.
"""

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from demo.engines import free_port
from demo.home import ROOT

TURNS, REQUESTS, WARM_UP = 30, 12, 30
NANOSECONDS = 1_000_000


class Served:
    """One address of a server that runs here, asked over one connection."""

    def __init__(self, url: str, server: int, cookies: dict[str, str] | None = None) -> None:
        self.url, self.server = url, server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.update(cookies or {})

    def ask(self, times: int) -> None:
        for _ in range(times):
            answer = self.session.get(self.url, timeout=30, allow_redirects=False)
            assert answer.status_code == 200, (self.url, answer.status_code)

    def turn(self) -> float:
        """Return the server's CPU milliseconds for one of a few requests."""
        before = _spent(self.server)
        self.ask(REQUESTS)
        return (_spent(self.server) - before) / NANOSECONDS / REQUESTS


def in_turns(several: Mapping[str, Served]) -> dict[str, float]:
    """Return each one's CPU milliseconds: the median of its turns between the others'."""
    for one in several.values():
        one.ask(WARM_UP)
    turns = [{name: one.turn() for name, one in several.items()} for _ in range(TURNS)]
    return {name: statistics.median(turn[name] for turn in turns) for name in several}


@contextlib.contextmanager
def empty_view(site: str, options: list[str]) -> Iterator[Served]:
    """Run an empty site with the portal's own server options; yield its only view."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"bench.portal.{site}", *options]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(100):
            try:
                requests.get(url, timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield Served(url, server.pid)
    finally:
        server.terminate()
        server.wait()


def _spent(server: int) -> int:
    """Return the nanoseconds that a server and its workers have been on a processor so far."""
    workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return sum(_of_threads(pid) for pid in (str(server), *workers))


def _of_threads(pid: str) -> int:
    """Return the sum over a process's threads; the servers' threads last as long as they do."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads)
