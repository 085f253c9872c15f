"""A migrated database of each zone, made once, of which every test run gets a copy."""

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from demo.engines import Postgres

ROOT = Path(__file__).resolve().parent.parent
# What is written into tables after the migrations.
SEEDS = [
    ROOT / "review" / "retention" / name
    for name in ("first_schedule.toml", "periods.py", "schedule.py")
]
PACKAGES = ("config", "exchange", "filing", "jobs", "papers", "portal", "relay", "review")


def ensure(cluster: Postgres, zone: str) -> str:
    """Return the name of the zone's migrated database; migrate one where the sources changed.

    Raises CalledProcessError where a migration fails; what it said stands above.
    """
    name = f"template_{zone}_{_digest()}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
        if name in known:
            return name
        for other in known:
            # A half-made one has this name's shape as well: it is renamed only when it is whole.
            if other.startswith(f"template_{zone}_"):
                _drop(connection, other)
        making = f"{name}_making"
        cluster.ensure_database(making, zone)
        _migrate(cluster.url(making, zone, f"{zone}-test"))
        names = sql.Identifier(making), sql.Identifier(name)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    return name


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=True,
    )


def _drop(connection: psycopg.Connection, name: str) -> None:
    query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    connection.execute(query.format(sql.Identifier(name)))


def _digest() -> str:
    """Sum up what makes the tables: migrations, what they import of ours, the locked packages."""
    migrations = [path for one in PACKAGES for path in (ROOT / one).rglob("migrations/*.py")]
    helpers = {module for path in migrations for module in _imports(path)}
    sources = sorted({*migrations, *helpers, *SEEDS, ROOT / "requirements" / "base.txt"})
    summed = hashlib.sha256()
    for path in sources:
        summed.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:12]


def _imports(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
        for module in named:
            file = ROOT / (module.replace(".", "/") + ".py")
            if module.partition(".")[0] in PACKAGES and file.exists():
                yield file
