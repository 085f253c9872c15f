"""A PostgreSQL of the benches' own, with the values that production is told to use.

Imported before tests.zone: it starts there, apart from the one that tests use, and ends with the
process that started it.
"""

import atexit
import os
from pathlib import Path

from demo.engines import Postgres

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".local" / "bench-engines"
SETTINGS = ROOT / "deploy" / "postgresql" / "review.conf"
CLUSTER = Postgres(FOLDER, 0, settings=SETTINGS)
OWNER = os.getpid()

os.environ["TEST_ENGINES"] = str(FOLDER)
os.environ["TEST_ENGINE_SETTINGS"] = str(SETTINGS)


def _stop() -> None:
    # Children of a run leave through here as well.
    if os.getpid() == OWNER:
        CLUSTER.stop()


atexit.register(_stop)


def processor_seconds() -> float:
    """Return the processor seconds of PostgreSQL so far: its processes, and those that ended."""
    ticks, home = 0, CLUSTER.data.resolve()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, fields = stat.read_text().partition(") ")
            is_ours = "(postgres" in name and (stat.parent / "cwd").resolve() == home
        except OSError:
            continue
        if is_ours:
            ticks += sum(map(int, fields.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
