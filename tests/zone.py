"""Chooses the zone that a test run is about, and lends it a real PostgreSQL and Valkey.

`pytest tests/portal` runs under the portal's own settings, `tests/review` under review's, and so
on: a zone is tested with nothing installed but what it has in production. Everything outside the
three runs under the settings of no zone.
"""

import base64
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis

if TYPE_CHECKING:
    from demo.engines import Postgres

ROOT = Path(__file__).resolve().parent.parent
# A bench brings a cluster of its own, with the settings of production.
ENGINES = Path(os.environ.get("TEST_ENGINES", ROOT / ".local" / "test-engines"))
ZONES = ("portal", "relay", "review")


def zone_of(arguments: list[str]) -> str:
    """Return the one zone that the named test paths belong to, "tools" where to none."""
    named = {zone for zone in ZONES for argument in arguments if f"tests/{zone}" in argument}
    if len(named) > 1:
        raise SystemExit("Run the zones one by one: pytest tests/portal, then tests/relay, …")
    return named.pop() if named else os.environ.get("ZONE", "tools")


def lend_engines(zone: str) -> None:
    """Start (or find) the test cluster and give the zone its role and addresses."""
    import fcntl

    from demo.engines import Postgres, free_port
    from tests import template

    ENGINES.mkdir(parents=True, exist_ok=True)
    with (ENGINES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = Postgres(ENGINES, 0)
        port = known.running_port() if known.data.exists() else None
        settings = Path(os.environ.get("TEST_ENGINE_SETTINGS", ROOT / "tests" / "postgresql.conf"))
        cluster = Postgres(ENGINES, port or free_port(), settings)
        cluster.start()
        cluster.ensure_role(zone, f"{zone}-test", createdb=True)
        cluster.ensure_database(zone, zone)
        # The tests own their tables; this is the role as which the application runs in production.
        cluster.ensure_group(f"{zone}_app", member=zone)
        forget_killed_runs(cluster)
        os.environ["TEST_TEMPLATE"] = template.ensure(cluster, zone)
    os.environ["DATABASE_URL"] = cluster.url(zone, zone, f"{zone}-test")


def forget_killed_runs(cluster: "Postgres") -> None:
    """Drop the databases of test runs that were killed before they could."""
    import psycopg

    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_%'")
        for (name,) in names.fetchall():
            run = re.fullmatch(r"test_[a-z]+_(\d+)(_gw\d+)?", name)
            if run and not Path(f"/proc/{run[1]}").exists():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def lend_environment(zone: str) -> None:
    """Set what the zone's settings ask for; nothing of it is used outside tests."""
    # A folder for each checkout and each parallel worker: none lays its keys over another's.
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    # Two runs of one zone at the same time have a database and keys each.
    run = os.environ.setdefault("TEST_RUN", str(os.getpid()))
    scratch = (
        Path(tempfile.gettempdir()) / f"filing-tests-{os.getuid()}-{checkout}" / run / worker / zone
    )
    uploads = scratch / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(b"k" * 32).decode()
    os.environ.update(
        ENV_FILE=os.devnull,
        DEMO="1",
        SECRET_KEY=f"test-{zone}-" + "x" * 50,
        REDIS_URL="memory://",
        KEYS_DIR=str(scratch / "keys"),
        DATA_KEYS=f"test:{key}",
        INDEX_KEY="test-index-key",
        ANCHORS_DIR=str(scratch / "anchors"),
        CRLS_DIR=str(scratch / "crls"),
        YEAR_KEYS_DIR=str(scratch / "year-keys"),
        UPLOAD_DIR=str(uploads),
        PORTAL_EXCHANGE_URL="http://127.0.0.1:9",
        RELAY_EXCHANGE_URL="http://127.0.0.1:9",
        PORTAL_URL="http://127.0.0.1:8000",
        # Nobody listens there: tests that need a scanner start one.
        SCANNER_ADDRESS="tcp:127.0.0.1:9",
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    )


# A busy machine is slow with examples, and no story is wrong for it.
of_hypothesis.register_profile("busy", suppress_health_check=[HealthCheck.too_slow])
of_hypothesis.load_profile("busy")

zone = zone_of(sys.argv[1:])
os.environ["ZONE"] = zone
os.environ["DJANGO_SETTINGS_MODULE"] = f"config.settings.{'test' if zone in ZONES else 'tools'}"
if zone in ZONES:
    lend_environment(zone)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        lend_engines(zone)
