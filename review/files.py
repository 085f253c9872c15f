"""Files that leave (出力ファイル): the national rules for CSV, ZIPs that are the same each time."""

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from django.db import connection

# A ZIP entry carries a day; a fixed one, so that the content alone decides the bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def make_alone(key: int) -> None:
    """Let nobody else put files of this kind together until the commit: nothing goes in two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def national_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows in UTF-8 without byte order mark, CRLF, every value quoted."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one ZIP, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def sync_folder(folder: Path) -> None:
    """Let the names of a folder outlive a power cut, as the commit does that counts on them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under its name only once it is whole, beside whoever else writes it now."""
    waiting = path.with_name(f"{path.name}.{uuid4().hex[:12]}.part")
    waiting.write_bytes(content)
    waiting.replace(path)
