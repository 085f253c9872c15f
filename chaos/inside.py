"""One zone with its own engines, started inside its network namespace; used by chaos.walls.

`python -m chaos.inside ZONE FOLDER`: brings the zone up, says "ready", and ends with its input. In
the portal it files returns; everywhere it answers each line of its input, an SQL query, as JSON.
"""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from chaos import card
from chaos.stack import feed
from demo import keys, zones
from demo.auth_app import keys as auth_app_keys
from demo.home import ZONES, Home
from demo.processes import Processes, migrate
from signing.demo import DemoPki

BASE = 8000


def prepare(folder: Path) -> None:
    """Make keys, secrets and a card once, and lay each zone's own copy into a folder of its own."""
    first = Home(folder / ZONES[0], BASE)
    first.make_folders()
    keys.make(first)
    auth_app_keys.make(first)
    zones.make(first)
    card.make(DemoPki.create(first.pki, at=datetime.now(UTC)), first.folder)
    for zone in ZONES[1:]:
        shutil.copytree(first.folder, folder / zone)
    for zone in ZONES:
        # The files name their folder; a copy has its own.
        zones.make(Home(folder / zone, BASE))


class Inside(Processes):
    """A zone's processes, listening on every address of its namespace."""

    host = "0.0.0.0"

    def __init__(self, home: Home, zone: str, addresses: dict[str, str]) -> None:
        super().__init__(home, zones.engines(home))
        self.zone, self.addresses = zone, addresses

    def up(self) -> None:
        self.start_engines()
        migrate(self.home, self.zone)
        if self.zone == "portal":
            self._web("portal", "exchange", SITE="exchange")
        if self.zone == "relay":
            self._web("relay", "relay")
        self._worker(self.zone)
        if self.zone == "portal":
            feed(self, 2.0, name="feeder")

    def _start(self, zone: str, name: str, command: list[str], more: dict[str, str]) -> None:
        more = more | {
            "ALLOWED_HOSTS": self.addresses[zone],
            "PORTAL_EXCHANGE_URL": f"http://{self.addresses['portal']}:{BASE + 1}",
            "RELAY_EXCHANGE_URL": f"http://{self.addresses['relay']}:{BASE + 2}",
        }
        super()._start(zone, name, command, more)


def main() -> None:
    zone, folder = sys.argv[1], Path(sys.argv[2])
    home = Home(folder / zone, BASE)
    inside = Inside(home, zone, json.loads(sys.argv[3]))
    try:
        inside.up()
        print("ready", flush=True)
        for query in sys.stdin:
            with psycopg.connect(inside.engines.postgres.url(zone)) as connection:
                rows = connection.execute(query).fetchall()  # type: ignore[arg-type]
            print(json.dumps(rows, default=str), flush=True)
    finally:
        inside.stop()


if __name__ == "__main__":
    main()
