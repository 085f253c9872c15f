"""The folder of print files (印刷データの置き場): a file goes with its row, and before it."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from review.notices.models import PrintFile


def erase(files: Iterable[PrintFile]) -> int:
    """Overwrite and remove the files of these rows, the index beside each too; return how many."""
    found = [path for file in files for path in _paths(file)]
    for path in found:
        with path.open("r+b") as out:
            out.write(secrets.token_bytes(path.stat().st_size))
            out.flush()
            os.fsync(out.fileno())
        path.unlink()
    return len(found)


def strays() -> list[Path]:
    """Return files that belong to no row: nobody would ever erase them."""
    if not settings.PRINT_DIR or not Path(settings.PRINT_DIR).is_dir():
        return []
    known = set(PrintFile.objects.values_list("name", flat=True))
    lying = (path for path in Path(settings.PRINT_DIR).iterdir() if path.is_file())
    return [path for path in lying if not any(path.name.startswith(name) for name in known)]


def _paths(file: PrintFile) -> list[Path]:
    if not settings.PRINT_DIR:
        return []
    return sorted(path for path in Path(settings.PRINT_DIR).glob(f"{file.name}*") if path.is_file())
