"""Stop the PostgreSQL that the tests started: `python -m tests.stop_engines`."""

from pathlib import Path

from demo.engines import Postgres

ENGINES = Path(__file__).resolve().parent.parent / ".local" / "test-engines"

if __name__ == "__main__":
    cluster = Postgres(ENGINES, 0)
    if cluster.data.exists():
        cluster.stop()
