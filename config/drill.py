"""The restore drill (復元の訓練): a backup is worth what a restore has proven.

Restores into a new database beside the others, compares every table with the manifest, asks the
zone what else must hold (for review: the log's chain, and that erased years stay unreadable), and
drops the database again.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections

from config import backup
from config.backup import BackupError

ALIAS = "drill"


def drill(
    folder: Path, *, recipients: dict[str, bytes], senders: dict[str, bytes], server: dict[str, Any]
) -> dict[str, Any]:
    """Restore a backup on `server` (a Django database entry) and report what holds.

    Returns {"backup", "taken_at", "places", "tables", "rows", "differences": […],
    "checks": {…}, "ok"}.
    """
    with tempfile.TemporaryFile() as dump, _scratch(server) as database:
        manifest = backup.read(folder, dump, recipients=recipients, senders=senders)
        dump.seek(0)
        _restore(dump, database)
        connections.databases[ALIAS] = {**connection.settings_dict, **database}
        try:
            found = backup.digests(connections[ALIAS])
            checks = {name: check(ALIAS) for name, check in _checks().items()}
        finally:
            connections[ALIAS].close()
            del connections.databases[ALIAS]
    differences = _differences(manifest["tables"], found)
    problems = [problem for check in checks.values() for problem in check["problems"]]
    return {
        "backup": manifest["name"],
        "taken_at": manifest["taken_at"],
        # A backup of before they were named says nothing of them.
        "places": manifest.get("places", []),
        "tables": len(found),
        "rows": sum(entry["rows"] for entry in found.values()),
        "differences": differences,
        "checks": checks,
        "ok": not differences and not problems,
    }


def _differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return sorted(
        table for table in wanted.keys() | found.keys() if wanted.get(table) != found.get(table)
    )


@contextmanager
def _scratch(server: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Make a database for the drill and drop it afterwards."""
    # A name of its own: two drills at once do not take each other's database.
    name = f"drill_{settings.EXCHANGE['zone']}_{uuid4().hex[:12]}"
    # template1 cannot be copied while anybody else is connected to it; nobody can be to template0.
    _psql(server, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield {**server, "NAME": name}
    finally:
        # Without FORCE: that would need the right to end an autovacuum which has just come by, and
        # the drill would fail where the backup holds. A plain DROP sends it away itself.
        _psql(server, f'DROP DATABASE IF EXISTS "{name}"')


def _psql(server: dict[str, Any], statement: str) -> None:
    _run([backup.tool("psql"), "-v", "ON_ERROR_STOP=1", "-qc", statement], server)


def _restore(dump: Any, database: dict[str, Any]) -> None:
    _run([backup.tool("pg_restore"), "--no-owner", "--exit-on-error", "-d", database["NAME"]],
         database, stdin=dump)  # fmt: skip


def _run(command: list[str], database: dict[str, Any], stdin: Any = None) -> None:
    done = subprocess.run(
        command,
        env=backup.environment(database),
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {backup.reason(done.stderr)}")


def _checks() -> dict[str, Any]:
    """Return what else must hold in this zone's restored database: name → function(alias)."""
    found = {}
    for path in getattr(settings, "RESTORE_CHECKS", []):
        module, _, name = path.rpartition(".")
        found[name] = getattr(import_module(module), name)
    return found
