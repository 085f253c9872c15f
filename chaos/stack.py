"""The three zones as the demo starts them, without its city, over links that can fail."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from chaos import card, clock
from chaos.link import Link
from demo import keys, zones
from demo.auth_app import keys as auth_app_keys
from demo.engines import EngineError, free_port
from demo.home import PORTS, ROOT, ZONES, Home
from demo.processes import Processes, _answers, _signal, migrate_all
from signing.demo import DemoPki
from signing.keys import PrivateKey, read_directory

WEB = {"exchange": ("portal", "exchange"), "relay": ("relay", "relay")}
WORKERS = tuple(f"{zone}-worker" for zone in ZONES)


class Stack(Processes):
    """What runs: the exchange endpoint, the relay's endpoint, three workers, engines, a feeder."""

    def __init__(self, folder: Path) -> None:
        home = Home(folder, free_row())
        home.make_folders()
        keys.make(home)
        auth_app_keys.make(home)
        zones.make(home)
        pki = DemoPki.create(home.pki, at=datetime.now(UTC))
        card.make(pki, folder)
        super().__init__(home, zones.engines(home))
        self._held: set[str] = set()
        # What hostile peers brought and the zones put aside: nobody's filing.
        self.forged: set[str] = set()
        # How far all clocks are ahead of the machine's, and which zone's is off beside that.
        self.ahead = timedelta()
        self.skew: dict[str, timedelta] = {}
        self._closing = threading.Event()
        self.links = {
            "portal": Link(home.url("exchange")),
            "relay": Link(home.url("relay")),
        }

    def up(self) -> None:
        """Start everything, and a service manager that starts again what ends by itself."""
        self.start_engines()
        migrate_all(self.home)
        for name in (*WEB, *WORKERS):
            self.begin(name)
        self.wait_for_web()
        threading.Thread(target=self._manage, daemon=True).start()

    def _manage(self) -> None:
        """Do what a service manager does: Restart=always, but for what a fault holds down."""
        while not self._closing.wait(1.0):
            for name in (*WEB, *WORKERS):
                process = self.running.get(name)
                if name not in self._held and process and process.poll() is not None:
                    self.begin(name)

    def begin(self, name: str) -> None:
        """Start a process that is not running."""
        if name in WEB:
            zone, door = WEB[name]
            self._web(zone, door, **({"SITE": "exchange"} if door == "exchange" else {}))
        elif name.endswith("-worker"):
            self._worker(name.removesuffix("-worker"))
        else:
            self.running[name] = self.engines.brokers[name.removesuffix("-broker")].start()
        self._held.discard(name)

    def kill(self, name: str) -> None:
        """kill -9, children and all, without a word."""
        self._held.add(name)
        process = self.running[name]
        _signal(process, signal.SIGKILL)
        process.wait()

    def retire(self, name: str) -> None:
        """End a process for good."""
        self.kill(name)
        del self.running[name]

    def restart(self, *names: str) -> None:
        """kill -9 and start again, with the clocks that are set now."""
        for name in names:
            self.kill(name)
        for name in names:
            self.begin(name)

    def wait_for_quiet(self) -> None:
        """Hold the stream and give what is on its way the time to come to rest or to a person."""
        self.pause(True)
        time.sleep(6.0)

    def press_resend(self, zone: str) -> None:
        """Press the button 再送 for all that stopped in a zone, but for what was forged."""
        environment = zones.environment(self.home, zone)
        environment |= {"DJANGO_SETTINGS_MODULE": f"config.settings.{zone}"}
        subprocess.run(
            [sys.executable, "-m", "chaos.press", *sorted(self.forged)],
            cwd=ROOT, env=environment, check=True, capture_output=True,
        )  # fmt: skip

    def wait_for_web(self, *, seconds: float = 60) -> None:
        for name in WEB:
            health = f"{self.home.url(name)}/healthz"
            _wait_for(partial(_answers, health), self.home, name, seconds)

    def feed(self, rate: float, *, name: str = "feeder") -> None:
        """Start the stream of filings."""
        feed(self, rate, name=name, ahead=self.ahead)

    def pause(self, paused: bool) -> None:
        """Hold the stream, or let it go on."""
        flag = self.home.folder / "pause"
        if paused:
            flag.touch()
        else:
            flag.unlink(missing_ok=True)

    def crash_postgres(self) -> None:
        """kill -9 of the postmaster and its children; started again, it recovers from its log."""
        pid = int((self.engines.postgres.data / "postmaster.pid").read_text().splitlines()[0])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        for _ in range(100):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
                time.sleep(0.1)
                continue
            break
        self.engines.postgres.start()

    def signing_key(self, zone: str) -> PrivateKey:
        """Return a zone's own signing key, for a test that misuses it."""
        return PrivateKey(*read_directory(self.home.keys(zone) / "own" / "signing").popitem())

    def down(self) -> None:
        self._closing.set()
        self.stop()
        for link in self.links.values():
            link.close()

    def _start(self, zone: str, name: str, command: list[str], more: dict[str, str]) -> None:
        addresses = {
            "PORTAL_EXCHANGE_URL": self.links["portal"].url,
            "RELAY_EXCHANGE_URL": self.links["relay"].url,
        }
        wanted = {"relay": "PORTAL_EXCHANGE_URL", "review": "RELAY_EXCHANGE_URL"}.get(zone)
        more = more | ({wanted: addresses[wanted]} if wanted else {})
        more |= clock.environment(self.ahead + self.skew.get(zone, timedelta()))
        super()._start(zone, name, command, more)


def feed(processes: Processes, rate: float, *, name: str, ahead: timedelta = timedelta()) -> None:
    """Start a stream of filings as one of a portal's processes, and wait until it flows."""
    home = processes.home
    environment = zones.environment(home, "portal") | clock.environment(ahead)
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.portal"}
    command = [sys.executable, "-m", "chaos.feeder", str(home.folder), str(rate)]
    processes._open(name, command, environment)
    _wait_for((home.folder / "ledger.jsonl").exists, home, name)


def _wait_for(ready: Callable[[], bool], home: Home, name: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise EngineError(f"{name} does not come up; see {home.logs / name}.log")
        time.sleep(0.2)


def free_row() -> int:
    """Return the first port of a row that nobody listens on, below those given to clients."""
    for _ in range(50):
        base = 20_000 + free_port() % 12_000
        if all(_is_free(base + place) for place in range(len(PORTS))):
            return base
    raise EngineError("no row of free ports was found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
