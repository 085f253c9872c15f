"""The environment of each zone: its own secrets and nothing of another's."""

import base64
import os
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo.auth_app.keys import CLIENT_ID
from demo.engines import Postgres, Valkey
from demo.home import ZONES, Home
from signing.demo import POLICY_OID


@dataclass(frozen=True)
class Engines:
    """The cluster that the three databases live in, and one broker a zone."""

    postgres: Postgres
    brokers: dict[str, Valkey]


def make(home: Home) -> None:
    """Write one file a zone, readable by its owner only; secrets drawn once are kept."""
    for zone in ZONES:
        path = home.env_file(zone)
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = read(path) if path.exists() else _drawn(zone)
        values = drawn | _addresses(home, zone, drawn)
        path.touch(mode=0o600)
        lines = (f"{name}={shlex.quote(value)}\n" for name, value in values.items())
        path.write_text("".join(lines))


def read(path: Path) -> dict[str, str]:
    """Return the values of a zone's file."""
    pairs = (line.split("=", 1) for line in path.read_text().splitlines())
    return {name: shlex.split(value)[0] if value else "" for name, value in pairs}


def engines(home: Home) -> Engines:
    """Return the engines that the zones' files name."""
    brokers = {
        zone: Valkey(
            home.folder / "valkey" / zone,
            home.port(f"{zone}-broker"),
            _password(read(home.env_file(zone))["REDIS_URL"]),
        )
        for zone in ZONES
    }
    postgres = Postgres(home.folder / "postgres", home.port("postgres"), home.postgres_settings)
    return Engines(postgres, brokers)


def prepare_databases(home: Home, postgres: Postgres) -> None:
    """Make the roles and the database of each zone; none may open another's.

    The tables belong to the owner, whose password only migrations know; the zone's processes
    connect as a role that gets rights on the rows (`grant_rights`).
    """
    for zone in ZONES:
        owner = owner_of(zone)
        postgres.ensure_role(zone, _password(read(home.env_file(zone))["DATABASE_URL"]))
        postgres.ensure_role(owner, _password(_owner_address(home, zone)))
        postgres.ensure_database(zone, owner)
        postgres.hand_over(zone, zone, owner)


def owner_of(zone: str) -> str:
    """Return the role to which the tables of a zone belong."""
    return f"{zone}_owner"


def owner_environment(home: Home, zone: str) -> dict[str, str]:
    """Return the environment for migrations: the zone's, on the owner's connection."""
    return environment(home, zone, DATABASE_URL=_owner_address(home, zone))


def _owner_address(home: Home, zone: str) -> str:
    """Return the owner's address; its password is drawn once and lies apart from the zone's."""
    path = home.owner_file(zone)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return (
        f"postgres://{owner_of(zone)}:{path.read_text()}@127.0.0.1:{home.port('postgres')}/{zone}"
    )


def environment(home: Home, zone: str, **more: str) -> dict[str, str]:
    """Return the environment of a process of a zone: the machine's, less every zone's secrets."""
    return {**bare_environment(), "ZONE": zone, "ENV_FILE": str(home.env_file(zone)), **more}


def bare_environment() -> dict[str, str]:
    """Return the machine's own environment, with no secret of any zone."""
    names = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in names if name in os.environ}


def _drawn(zone: str) -> dict[str, str]:
    """Draw a zone's secrets; the passwords stand in the addresses that `_addresses` completes."""
    values = {
        "DEMO": "1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"postgres://{zone}:{secrets.token_hex(16)}@127.0.0.1/{zone}",
        "REDIS_URL": f"redis://:{secrets.token_hex(16)}@127.0.0.1/0",
    }
    if zone != "relay":
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        values["DATA_KEYS"] = f"demo-{zone}-2026:{key}"
    if zone == "review":
        values["INDEX_KEY"] = secrets.token_urlsafe(32)
    return values


def _addresses(home: Home, zone: str, drawn: dict[str, str]) -> dict[str, str]:
    """Return what depends on where the demo lies and on its ports."""
    database, broker = _password(drawn["DATABASE_URL"]), _password(drawn["REDIS_URL"])
    values = {
        "DATABASE_URL": f"postgres://{zone}:{database}@127.0.0.1:{home.port('postgres')}/{zone}",
        "REDIS_URL": f"redis://:{broker}@127.0.0.1:{home.port(f'{zone}-broker')}/0",
        "KEYS_DIR": str(home.keys(zone)),
    }
    if zone == "relay":
        return values | {"PORTAL_EXCHANGE_URL": home.url("exchange")}
    values |= {
        "ANCHORS_DIR": str(home.pki / "anchors"),
        "CRLS_DIR": str(home.pki / "crls"),
        "CERTIFICATE_POLICY": POLICY_OID,
        "SCANNER_ADDRESS": f"tcp:127.0.0.1:{home.port('scanner')}",
    }
    if zone == "review":
        return values | {
            "RELAY_EXCHANGE_URL": home.url("relay"),
            "YEAR_KEYS_DIR": str(home.keys(zone).parent / "year-keys"),
            "LINK_DIR": str(home.linkage),
            "JUKI_NET_SIMULATOR": str(home.juki_net),
            "PRINT_DIR": str(home.demo / "print"),
            "UPLOAD_DIR": str(home.uploads),
            "INTERMEDIATE_DIR": str(home.demo / "intermediate"),
        }
    return values | {
        "PORTAL_URL": home.url("portal"),
        "AUTH_APP_URL": home.url("auth-app"),
        "AUTH_APP_CLIENT_ID": CLIENT_ID,
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(home.demo / "mail"),
    }


def _password(url: str) -> str:
    return urlsplit(url).password or ""
