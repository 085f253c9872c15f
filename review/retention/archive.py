"""The outside-storage file (外部保管用ファイル, G-1): encrypted, counted and hashed before erasure.

One part a chunk, named by its number: a run that was killed between writing a part and erasing
its rows writes the same part again, so that the file never holds a record twice.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from config.keyring import Keyring
from review.retention.models import Erasure


@dataclass(frozen=True)
class Part:
    """One written part: its file's name, how many records, and the digest of the file."""

    name: str
    records: int
    sha256: str


def is_kept() -> bool:
    """Tell whether this city keeps an outside-storage file at all."""
    return bool(settings.ARCHIVE_DIR and settings.ARCHIVE_KEYRING)


def write_part(run: int, procedure: str, part: int, rows: Iterable[models.Model]) -> Part:
    """Write rows as they stand, encrypted under the archive's own keys, and return the part."""
    folder = Path(settings.ARCHIVE_DIR) / f"run-{run:05}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    records = [_plain(row) for row in rows]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path = folder / f"{procedure}-{part:06}.enc"
    sealed = _ring().encrypt(lines.encode(), row=_row(run, procedure, part))
    written = path.with_suffix(".tmp")
    with written.open("wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    written.replace(path)
    return Part(path.name, len(records), hashlib.sha256(sealed).hexdigest())


def read_part(path: Path, *, run: int, procedure: str, part: int) -> list[dict[str, Any]]:
    """Return the records of a part; KeyringError where it does not open."""
    opened = _ring().decrypt(path.read_bytes(), row=_row(run, procedure, part))
    return [json.loads(line) for line in opened.decode().splitlines()]


def strays() -> list[Path]:
    """Return halves of parts, and parts that no certificate names."""
    if not settings.ARCHIVE_DIR:
        return []
    certificates = Erasure.objects.exclude(run=None).values_list("run__number", "archive")
    certified = {
        (f"run-{number:05}", part["name"])
        for number, archive in certificates
        for part in archive.get("parts", [])
    }
    lying = sorted(path for path in Path(settings.ARCHIVE_DIR).rglob("*") if path.is_file())
    return [path for path in lying if (path.parent.name, path.name) not in certified]


def _plain(row: models.Model) -> dict[str, Any]:
    """Return a row with its sealed package opened: the keys of the live data will be gone."""
    found: dict[str, Any] = serializers.serialize("python", [row])[0]
    fields = {name: _json(value) for name, value in found["fields"].items()}
    if hasattr(row, "package_bytes"):
        fields["package"] = base64.b64encode(row.package_bytes()).decode()
    return {"model": found["model"], "pk": str(found["pk"]), "fields": fields}


def _json(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)


def _ring() -> Keyring:
    if settings.ARCHIVE_KEYRING is None:
        raise ImproperlyConfigured("ARCHIVE_KEYS is not set")
    return settings.ARCHIVE_KEYRING


def _row(run: int, procedure: str, part: int) -> str:
    return f"archive:{run}:{procedure}:{part}"
