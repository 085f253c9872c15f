"""The drill's own database goes again, whatever the server does with it meanwhile."""

import tempfile
from pathlib import Path
from time import monotonic, sleep

import dj_database_url
import psycopg
import pytest

from config.backup import reason
from config.drill import _scratch
from demo.engines import Postgres, free_port

# A server that looks after every table each second, and takes its time over it.
BUSY = """\
fsync = off
autovacuum_naptime = 1s
autovacuum_analyze_threshold = 0
autovacuum_vacuum_insert_threshold = 0
autovacuum_vacuum_cost_delay = 100ms
"""


@pytest.fixture
def server():
    """A cluster in which a role may make databases and is nothing more."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "busy.conf").write_text(BUSY)
        cluster = Postgres(Path(folder) / "cluster", free_port(), Path(folder) / "busy.conf")
        cluster.start()
        cluster.ensure_role("review", "review-test", createdb=True)
        yield cluster
        cluster.stop()


def ask(url, query):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def wait_until_it_is_vacuumed(server, name):
    query = (
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
        f" AND datname = '{name}'"
    )
    until = monotonic() + 60
    while not ask(server.url(), query):
        assert monotonic() < until, "no autovacuum came"
        sleep(0.01)


@pytest.mark.req("OPS-01")
def test_database_of_a_drill_is_dropped_while_the_server_vacuums_it(server):
    own = dj_database_url.parse(server.url("postgres", "review", "review-test"))

    with _scratch(own) as database:
        with psycopg.connect(server.url(database["NAME"], "review", "review-test")) as restored:
            restored.execute(
                "CREATE TABLE entry AS"
                " SELECT n, repeat('a', 500) AS text FROM generate_series(1, 100000) n"
            )
        wait_until_it_is_vacuumed(server, database["NAME"])

    left = ask(server.url(), "SELECT datname FROM pg_database WHERE datname LIKE 'drill%'")
    assert left == []


def test_what_went_wrong_is_told_without_its_detail():
    said = b"ERROR:  permission denied to create database\nDETAIL:  Only some roles may.\n"

    told = (reason(said), reason(b"fatal: no such host"), reason(b""))

    assert told == (
        "ERROR:  permission denied to create database",
        "fatal: no such host",
        "no reason",
    )
