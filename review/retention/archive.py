"""The outside-storage file (外部保管用ファイル, G-1): encrypted, counted and hashed before erasure.

Each chunk writes its own parts, named by their numbers: a run that was killed between writing them
and erasing their rows writes the same numbers again, so that the file never holds a record twice.
The database writes a row as JSON; what is sealed is opened here, as the live keys will be gone.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import (
    BinaryField,
    F,
    Field,
    Func,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, JSONObject, Replace

from config.keyring import Keyring
from review.cases.models import Original, OriginalBody
from review.files import sync_folder
from review.retention.models import Erasure
from review.sealed_fields import Sealed, SealedField

# What a part holds at most before it is sealed: it is sealed as one, in memory.
PART_BYTES = 64_000_000


@dataclass(frozen=True)
class Part:
    """One written part: its file's name, how many records, and the digest of the file."""

    name: str
    records: int
    sha256: str


def is_kept() -> bool:
    """Tell whether this city keeps an outside-storage file at all."""
    return bool(settings.ARCHIVE_DIR and settings.ARCHIVE_KEYRING)


def write_parts(
    run: int, procedure: str, *, known: int, rows: Iterable[QuerySet[Any]]
) -> Iterator[Part]:
    """Write rows as they stand, encrypted under the archive's own keys, and yield each new part.

    Numbered on from the parts that are known; what a killed run wrote beyond those goes first.
    """
    folder = Path(settings.ARCHIVE_DIR) / f"run-{run:05}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in folder.glob(f"{procedure}-{'[0-9]' * 6}.*"):
        if int(path.stem.removeprefix(f"{procedure}-")) > known:
            path.unlink()
    records = (line for chosen in rows for line in lines(chosen))
    for part, content in enumerate(_filled(records), start=known + 1):
        sealed = _ring().encrypt(b"".join(content), row=_row(run, procedure, part))
        path = folder / f"{procedure}-{part:06}.enc"
        _write(path, sealed)
        yield Part(path.name, len(content), hashlib.sha256(sealed).hexdigest())


def read_part(path: Path, *, run: int, procedure: str, part: int) -> list[dict[str, Any]]:
    """Return the records of a part; KeyringError where it does not open."""
    opened = _ring().decrypt(path.read_bytes(), row=_row(run, procedure, part))
    # By this one end of a line: a text may hold others that JSON leaves as they are (U+2028).
    return [json.loads(line) for line in opened.split(b"\n") if line]


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


def lines(rows: QuerySet[Any]) -> Iterator[bytes]:
    """Yield rows as lines of JSON {"model", "pk", "fields"}, what is sealed in them opened."""
    fields = [field for field in rows.model._meta.concrete_fields if not field.primary_key]
    sealed = [field for field in fields if isinstance(field, SealedField)]
    plain = {field.name: _as_json(field) for field in fields if field not in sealed}
    paths = list(dict.fromkeys(p for column in sealed for p in (column.name, *column.row_paths)))
    if rows.model is Original:
        bodies = OriginalBody.objects.filter(original_id=OuterRef("pk"))
        rows, paths = rows.annotate(body=Subquery(bodies.values("sealed"))), ["body"]
    named = json.dumps(str(rows.model._meta))
    chosen = rows.order_by().annotate(as_json=Cast(JSONObject(**plain), TextField()))
    for pk, text, *values in _copied(chosen.values_list("pk", "as_json", *paths)):
        opened = _opened(rows.model, pk, sealed, dict(zip(paths, values, strict=True)))
        more = f", {json.dumps(opened, ensure_ascii=False)[1:-1]}" if opened else ""
        yield f'{{"model": {named}, "pk": "{pk}", "fields": {text[:-1]}{more}}}}}\n'.encode()


def _copied(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Read rows with COPY: the database writes the next ones while these are opened and sealed."""
    compiler = rows.query.get_compiler(connection=connection)
    statement, given = compiler.as_sql()
    fields = (column.output_field for column, *_rest in compiler.select)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)", given) as copy,
    ):
        copy.set_types([str(field.rel_db_type(connection)).partition("(")[0] for field in fields])
        yield from copy.rows()


def _as_json(field: "Field[Any, Any]") -> F | Replace:
    """Return how the database writes a column as JSON: bytes as base64 in one line."""
    if not isinstance(field, BinaryField):
        return F(field.name)
    encoded = Func(F(field.name), Value("base64"), function="encode", output_field=TextField())
    return Replace(encoded, Value("\n"), Value(""))


def _opened(
    model: type[Model], pk: Any, sealed: list[SealedField], values: dict[str, Any]
) -> dict[str, Any]:
    """Return what is sealed in a row, opened: its columns, and the package of an original."""
    if model is Original:
        package = Original.opened(pk, values["body"])
        return {"package": base64.b64encode(package).decode()}
    return {
        column.name: None
        if values[column.name] is None
        else column.open(Sealed(values[column.name]), column.row_name(values))
        for column in sealed
    }


def _filled(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Collect records until a part is full."""
    part: list[bytes] = []
    size = 0
    for record in records:
        part.append(record)
        size += len(record)
        if size >= PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _write(path: Path, sealed: bytes) -> None:
    """Write a file that is there whole or not at all."""
    written = path.with_suffix(".tmp")
    with written.open("wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    written.replace(path)
    sync_folder(path.parent)


def _ring() -> Keyring:
    if settings.ARCHIVE_KEYRING is None:
        raise ImproperlyConfigured("ARCHIVE_KEYS is not set")
    return settings.ARCHIVE_KEYRING


def _row(run: int, procedure: str, part: int) -> str:
    return f"archive:{run}:{procedure}:{part}"
