"""The folder of print files (印刷データの置き場): a file goes with its row, and before it."""

import os
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from review.audit.services import record_by
from review.notices.models import PrintFile
from review.staff.actors import Actor

SHOWN = 100


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


def forget(last: date | None, *, by: Actor, now: datetime) -> int:
    """Erase the files that were made by a day (`last`): the contractor has printed them long since.

    The rows stay until their year ends: what each notice said can be printed again from them.
    """
    if last is None or not _lying():
        return 0
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    due = [file for file in PrintFile.objects.filter(made_at__lt=end) if _paths(file)]
    if not due:
        return 0
    with transaction.atomic():
        detail = {"files": [file.name for file in due][:SHOWN], "count": len(due)}
        record_by(by, "print_files.erased", reason="印刷データの消去", now=now, detail=detail)
        return erase(due)


def strays() -> list[Path]:
    """Return files that belong to no row: nobody would ever erase them."""
    lying = _lying()
    known = set(PrintFile.objects.values_list("name", flat=True)) if lying else set()
    return [path for path in lying if not any(path.name.startswith(name) for name in known)]


def _lying() -> list[Path]:
    if not settings.PRINT_DIR or not Path(settings.PRINT_DIR).is_dir():
        return []
    return [path for path in Path(settings.PRINT_DIR).iterdir() if path.is_file()]


def _paths(file: PrintFile) -> list[Path]:
    if not settings.PRINT_DIR:
        return []
    return sorted(path for path in Path(settings.PRINT_DIR).glob(f"{file.name}*") if path.is_file())
