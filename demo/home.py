"""Where the demo keeps its things, and on which ports it serves."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ZONES = ("portal", "relay", "review")
WEB = ("portal", "exchange", "relay", "review", "page")
BROKERS = tuple(f"{zone}-broker" for zone in ZONES)
PORTS = (*WEB, *BROKERS, "postgres", "auth-app", "scanner")


@dataclass(frozen=True)
class Home:
    """One demo on one machine: a folder and a row of ports, and with what PostgreSQL starts."""

    folder: Path
    port_base: int
    postgres_settings: Path | None = None

    @classmethod
    def default(cls) -> "Home":
        """Return the demo of this checkout. DEMO_HOME names another folder, PORT_BASE moves its
        ports, so that two may run side by side. ValueError if it is no port."""
        chosen = os.environ.get("PORT_BASE", "8000")
        if not chosen.isdecimal() or not 1024 <= int(chosen) <= 65_535 - len(PORTS):
            raise ValueError(f"PORT_BASE is a port from 1024 on, such as 8100; not {chosen!r}.")
        return cls(Path(os.environ.get("DEMO_HOME", ROOT / ".local")).resolve(), int(chosen))

    @property
    def demo(self) -> Path:
        return self.folder / "demo"

    @property
    def city(self) -> Path:
        return self.demo / "city"

    @property
    def linkage(self) -> Path:
        """The folder from which a linkage system (庁内連携システム) would take files."""
        return self.demo / "linkage"

    @property
    def uploads(self) -> Path:
        """Where what staff upload waits until the request ends."""
        return self.demo / "uploads"

    @property
    def juki_net(self) -> Path:
        return self.demo / "juki_net.jsonl"

    @property
    def pki(self) -> Path:
        return self.demo / "pki"

    @property
    def cards(self) -> Path:
        return self.demo / "cards"

    @property
    def auth_app(self) -> Path:
        return self.demo / "auth-app"

    @property
    def recipient(self) -> Path:
        """Where the made-up recipient of files keeps its key."""
        return self.demo / "recipient"

    @property
    def logs(self) -> Path:
        return self.demo / "logs"

    def make_folders(self) -> None:
        """Make the folders that the zones expect to find. What is there already is left alone."""
        own = (self.demo, self.demo / "mail", self.linkage, self.logs, self.uploads)
        for folder in (*own, ROOT / "staticfiles"):
            folder.mkdir(parents=True, exist_ok=True)

    def env_file(self, zone: str) -> Path:
        return self.folder / "zones" / f"{zone}.env"

    def owner_file(self, zone: str) -> Path:
        return self.folder / "zones" / f"{zone}-owner.password"

    def keys(self, zone: str) -> Path:
        return self.folder / "zones" / zone / "keys"

    def port(self, name: str) -> int:
        """Return the port of a web process or an engine."""
        return self.port_base + PORTS.index(name)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port(name)}"
