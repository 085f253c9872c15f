"""The environment of each zone: its own secrets and nothing of another's."""

import base64
import os
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path

from demo.engines import Postgres, Valkey, free_port
from demo.home import ZONES, Home
from signing.demo import POLICY_OID


@dataclass(frozen=True)
class Engines:
    """The cluster that the three databases live in, and one broker a zone."""

    postgres: Postgres
    brokers: dict[str, Valkey]


def make(home: Home) -> None:
    """Draw passwords and ports and write one file a zone, readable by its owner only."""
    postgres_port = free_port()
    for zone in ZONES:
        values = _common(home, zone, postgres_port) | _own(home, zone)
        path = home.env_file(zone)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        lines = (f"{name}={shlex.quote(value)}\n" for name, value in values.items())
        path.write_text("".join(lines))


def read(path: Path) -> dict[str, str]:
    """Return the values of a zone's file."""
    pairs = (line.split("=", 1) for line in path.read_text().splitlines())
    return {name: shlex.split(value)[0] if value else "" for name, value in pairs}


def engines(home: Home) -> Engines:
    """Return the engines that the zones' files name."""
    values = {zone: read(home.env_file(zone)) for zone in ZONES}
    port = int(values["portal"]["DATABASE_URL"].rsplit(":", 1)[1].split("/")[0])
    brokers = {}
    for zone in ZONES:
        password, _, address = values[zone]["REDIS_URL"][len("redis://:") :].partition("@")
        broker_port = int(address.split(":")[1].split("/")[0])
        brokers[zone] = Valkey(home.folder / "valkey" / zone, broker_port, password)
    return Engines(Postgres(home.folder / "postgres", port), brokers)


def prepare_databases(home: Home, postgres: Postgres) -> None:
    """Make the role and the database of each zone; none may open another's."""
    for zone in ZONES:
        password = read(home.env_file(zone))["DATABASE_URL"].split(":")[2].split("@")[0]
        postgres.ensure_role(zone, password)
        postgres.ensure_database(zone, zone)


def environment(home: Home, zone: str, **more: str) -> dict[str, str]:
    """Return the environment of a process of a zone: the machine's, less every zone's secrets."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return {**kept, "ZONE": zone, "ENV_FILE": str(home.env_file(zone)), **more}


def _common(home: Home, zone: str, postgres_port: int) -> dict[str, str]:
    password, broker_password = secrets.token_hex(16), secrets.token_hex(16)
    return {
        "DEMO": "1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"postgres://{zone}:{password}@127.0.0.1:{postgres_port}/{zone}",
        "REDIS_URL": f"redis://:{broker_password}@127.0.0.1:{free_port()}/0",
        "KEYS_DIR": str(home.keys(zone)),
    }


def _own(home: Home, zone: str) -> dict[str, str]:
    if zone == "relay":
        return {"PORTAL_EXCHANGE_URL": home.url("exchange")}
    checking = {
        "DATA_KEYS": f"{zone}-2026:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "ANCHORS_DIR": str(home.pki / "anchors"),
        "CRLS_DIR": str(home.pki / "crls"),
        "CERTIFICATE_POLICY": POLICY_OID,
    }
    if zone == "review":
        return checking | {
            "INDEX_KEY": secrets.token_urlsafe(32),
            "RELAY_EXCHANGE_URL": home.url("relay"),
        }
    return checking | {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(home.demo / "mail"),
    }
