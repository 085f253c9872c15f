"""The processes of the demo: started together, ended together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import ClassVar

import requests

from demo import scanner, zones
from demo.engines import EngineError
from demo.home import ROOT, ZONES, Home

LATER = ["nice", "-n", "5"]
# Whoever signs up waits for the password's hash in a thread, and costs nothing there.
THREADS = {"portal": 80}
GUNICORN = [sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread"]


@dataclass
class Processes:
    """What the demo has started, and how to end it."""

    home: Home
    engines: zones.Engines
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    host: ClassVar[str] = "127.0.0.1"

    def start_engines(self) -> None:
        """Start PostgreSQL and the three brokers; a cluster that still runs is used."""
        self.engines.postgres.start()
        zones.prepare_databases(self.home, self.engines.postgres)
        for zone, broker in self.engines.brokers.items():
            self.running[f"{zone}-broker"] = broker.start()

    def start_zones(self) -> None:
        """Start the scanner, and the web processes and the workers of all zones."""
        self._scanner()
        self._web("portal", "portal", SITE="web")
        self._web("portal", "exchange", SITE="exchange")
        self._web("relay", "relay")
        self._web("review", "review")
        for zone in ZONES:
            self._worker(zone)
        self._auth_app()

    def wait_until_healthy(self, *, seconds: float = 60) -> None:
        """Wait until all web processes answer; EngineError where one does not."""
        end = time.monotonic() + seconds
        for name in ("portal", "exchange", "relay", "review", "auth-app"):
            while not _answers(f"{self.home.url(name)}/healthz"):
                self.check_alive()
                if time.monotonic() > end:
                    raise EngineError(f"{name} does not answer; see {self.home.logs / name}.log")
                time.sleep(0.1)

    def check_alive(self) -> None:
        """Raise EngineError where a process has ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise EngineError(f"{name} has ended; see {self.home.logs / name}.log")

    def tend(self) -> None:
        """Start again the workers that ended by themselves; EngineError where anything else did.

        A service manager does this in production (docs/running.md). It is needed: Celery's worker
        can end when its broker goes away, and the rows wait for the next one.
        """
        for zone in ZONES:
            worker = self.running.get(f"{zone}-worker")
            if worker and worker.poll() is not None:
                self._worker(zone)
        self.check_alive()

    def stop(self) -> None:
        """End every process, politely first, and then the engines."""
        for process in reversed(self.running.values()):
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + 8
        for process in self.running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        self.running.clear()
        self.engines.postgres.stop()

    def _web(self, zone: str, name: str, **more: str) -> None:
        bind = f"{self.host}:{self.home.port(name)}"
        threads = str(THREADS.get(name, 8))
        command = [*GUNICORN, "--threads", threads, "--workers", "1", "--bind", bind]
        # Who reads a page for a minute sends the next one on the same connection.
        command += ["--keep-alive", "75"]
        self._start(
            zone, name, [*command, "--access-logfile", "-", "--access-logformat", ACCESS], more
        )

    def _worker(self, zone: str) -> None:
        schedule = self.home.demo / f"{zone}-beat"
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads"]
        command += ["--concurrency", "2", "--beat", "--schedule", str(schedule), "--loglevel"]
        # What happens by itself lets the pages that somebody waits for go first.
        command = [*LATER, *command]
        self._start(zone, f"{zone}-worker", [*command, "WARNING", "--queues", zone], {})

    def _scanner(self) -> None:
        """Start clamd, or a simulator that calls itself one. The zones do without for a while."""
        self._open("scanner", scanner.command(self.home), zones.bare_environment())

    def _auth_app(self) -> None:
        """Start the simulator of the デジタル認証アプリ: outside the zones, with none's secrets."""
        place = {"DEMO_HOME": str(self.home.folder), "PORT_BASE": str(self.home.port_base)}
        command = [sys.executable, "-m", "demo.auth_app"]
        self._open("auth-app", command, zones.bare_environment() | place)

    def _start(self, zone: str, name: str, command: list[str], more: dict[str, str]) -> None:
        self._open(name, command, zones.environment(self.home, zone, **more))

    def _open(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.home.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


# Path and status only: no query, no referrer, no names of browsers.
ACCESS = "%(t)s %(m)s %(U)s %(s)s %(L)ss"


def manage(home: Home, zone: str, *arguments: str) -> str:
    """Run a management command in a zone and return what it prints; EngineError where it fails."""
    return _run(zone, zones.environment(home, zone), *arguments)


def migrate(home: Home, zone: str) -> None:
    """Bring a zone's tables up to date as their owner, and grant the zone its rights on them."""
    environment = zones.owner_environment(home, zone)
    _run(zone, environment, "migrate", "--no-input")
    _run(zone, environment, "grant_rights", "--to", zone)


def migrate_all(home: Home) -> None:
    """Bring the tables of all zones up to date at once."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(ZONES)) as pool:
        list(pool.map(lambda zone: migrate(home, zone), ZONES))


def _run(zone: str, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise EngineError(f"{zone}: {arguments[0]} failed: {_last_line(done.stderr)}")
    return done.stdout


def _answers(url: str) -> bool:
    with contextlib.suppress(requests.RequestException), requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=2).status_code == 200
    return False


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # Each process leads its own group, so its children end with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"
