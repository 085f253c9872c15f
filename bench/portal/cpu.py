"""CPU of one page of the interview beside empty views under the same server."""

import os
import subprocess
import sys
import time
from pathlib import Path

import requests

from demo.engines import free_port
from demo.home import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
REQUESTS, WARM_UP = 200, 20


def milliseconds(url: str, server: int, cookies: dict[str, str] | None = None) -> float:
    """Return the server's CPU milliseconds for one GET of the address, over many."""
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.update(cookies or {})
        for _ in range(WARM_UP):
            _get(session, url)
        before = _ticks(server)
        for _ in range(REQUESTS):
            _get(session, url)
        return (_ticks(server) - before) / TICKS / REQUESTS * 1000


def of_empty_view(site: str, options: list[str]) -> float:
    """Start an empty site with the portal's own server options and measure its only view."""
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
        return milliseconds(url, server.pid)
    finally:
        server.terminate()
        server.wait()


def _get(session: requests.Session, url: str) -> None:
    answer = session.get(url, timeout=30, allow_redirects=False)
    assert answer.status_code == 200, (url, answer.status_code)


def _ticks(server: int) -> int:
    """Return the CPU ticks of a server and its workers so far."""
    workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    spent = 0
    for pid in (str(server), *workers):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent
