"""The walls between the zones: databases, brokers, secrets, and what the relay can see."""

from itertools import permutations

import psycopg
import pytest
import redis

from demo import city, zones
from demo.engines import Postgres
from demo.home import ZONES, Home
from demo.run import file_one
from demo.timeline import wait_for

PAIRS = list(permutations(ZONES, 2))


def values_of(home: Home, zone: str) -> dict[str, str]:
    return zones.read(home.env_file(zone))


@pytest.mark.req("POR-02", "REL-05")
@pytest.mark.parametrize(("zone", "other"), PAIRS)
def test_database_of_another_zone_refuses_the_connection(home: Home, zone: str, other: str) -> None:
    own = values_of(home, zone)["DATABASE_URL"]

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(own.rsplit("/", 1)[0] + f"/{other}")


@pytest.mark.parametrize(("zone", "other"), PAIRS)
def test_broker_of_another_zone_refuses_the_password(home: Home, zone: str, other: str) -> None:
    own, foreign = (values_of(home, one)["REDIS_URL"] for one in (zone, other))
    password = own.split("@")[0]

    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"{password}@{foreign.split('@')[1]}").ping()


@pytest.mark.parametrize(("zone", "other"), PAIRS)
def test_no_zone_holds_a_secret_of_another(home: Home, zone: str, other: str) -> None:
    secrets = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DATA_KEYS", "INDEX_KEY"}
    foreign = {value for name, value in values_of(home, other).items() if name in secrets}
    private = {path.read_bytes() for path in (home.keys(other) / "own").rglob("*.pem")}

    held = home.env_file(zone).read_text()
    keys = {path.read_bytes() for path in home.keys(zone).rglob("*.pem")}

    assert [value for value in foreign if value in held] == []
    assert keys & private == set()


def test_relay_holds_no_key_that_opens_an_envelope(home: Home) -> None:
    assert [str(path) for path in home.keys("relay").rglob("*") if "encryption" in path.name] == []


def test_secrets_are_readable_by_their_owner_only(home: Home) -> None:
    files = [home.env_file(zone) for zone in ZONES]
    files += [path for zone in ZONES for path in (home.keys(zone) / "own").rglob("*.pem")]

    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


@pytest.mark.req("REL-09")
def test_relay_never_sees_who_filed(home: Home, stack: object) -> None:
    marked = next(one for one in reversed(city.residents()) if one.kind == "salary")
    receipt = file_one(home, marked)
    wait_for(home, receipt.number, "queued")
    secrets = [marked.name, marked.kana, marked.address, marked.personal_number, receipt.number]

    seen = everything_in(zones.engines(home).postgres, "relay")
    logs = b"".join(path.read_bytes() for path in home.logs.glob("relay*.log"))

    assert len(seen) > 10_000
    assert [text for text in secrets if text.encode() in seen + logs] == []


def test_personal_numbers_are_in_no_log_and_no_portal_table(home: Home) -> None:
    """Whoever has filed by now: no number stands in the clear outside the internal zone."""
    numbers = [one.personal_number.encode() for one in city.residents()]
    logs = b"".join(path.read_bytes() for path in home.logs.glob("*.log"))
    postgres_log = (zones.engines(home).postgres.data / "log").read_bytes()
    tables = everything_in(zones.engines(home).postgres, "portal")

    found = [number for number in numbers if number in logs + postgres_log + tables]

    assert found == []


def everything_in(postgres: Postgres, database: str) -> bytes:
    """Return all rows of all tables: text as PostgreSQL prints it, binary columns as bytes."""
    found = []
    with psycopg.connect(postgres.url(database)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(
                psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(schema, table))
            )
            for row in rows:
                found += [
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                ]
    return b"\n".join(found)
