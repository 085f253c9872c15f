"""Folders of files that rows stand for (印刷データ・庁内連携ファイルの置き場): each with its row.

A file goes before its row, and some days after it was made: whoever it is for has it by then.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from review.audit.services import record_by
from review.notices.models import PrintFile
from review.staff.actors import Actor
from review.transfers.models import LinkFile

SHOWN = 100


@dataclass(frozen=True)
class Folder:
    """A folder by its setting: the rows whose files lie there, and when their days begin."""

    setting: str
    rows: type[models.Model]
    begun: str
    action: str
    reason: str

    @property
    def path(self) -> Path | None:
        """Where it lies; None where this city has none."""
        named = str(getattr(settings, self.setting))
        return Path(named) if named and Path(named).is_dir() else None


PRINT = Folder("PRINT_DIR", PrintFile, "made_at", "print_files.erased", "印刷データの消去")
LINK = Folder("LINK_DIR", LinkFile, "sent_at", "link_files.erased", "庁内連携ファイルの消去")


def erase(folder: Folder, rows: Iterable[Any]) -> int:
    """Overwrite and remove the files of these rows, those beside them too; return how many."""
    found = [path for row in rows for path in _paths(folder, row)]
    for path in found:
        with path.open("r+b") as out:
            out.write(secrets.token_bytes(path.stat().st_size))
            out.flush()
            os.fsync(out.fileno())
        path.unlink()
    return len(found)


def forget(folder: Folder, last: date | None, *, by: Actor, now: datetime) -> int:
    """Erase the files that were made by a day (`last`): whoever they are for has them long since.

    The rows stay until their own period ends: what was written can be made again from them.
    """
    if last is None or not _lying(folder):
        return 0
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    made = folder.rows._default_manager.filter(**{f"{folder.begun}__lt": end})
    due: list[Any] = [row for row in made if _paths(folder, row)]
    if not due:
        return 0
    with transaction.atomic():
        detail = {"files": [row.name for row in due][:SHOWN], "count": len(due)}
        record_by(by, folder.action, reason=folder.reason, now=now, detail=detail)
        return erase(folder, due)


def strays(folder: Folder) -> list[Path]:
    """Return files that belong to no row: nobody would ever erase them."""
    lying = _lying(folder)
    rows = folder.rows._default_manager.values_list("pk", "name") if lying else ()
    known = tuple(start for pk, name in rows for start in _starts(pk, name))
    return [path for path in lying if not path.name.startswith(known)]


def _lying(folder: Folder) -> list[Path]:
    return sorted(path for path in folder.path.iterdir() if path.is_file()) if folder.path else []


def _paths(folder: Folder, row: Any) -> list[Path]:
    starts = _starts(row.pk, row.name)
    return [path for path in _lying(folder) if path.name.startswith(starts)]


def _starts(pk: Any, name: str) -> tuple[str, ...]:
    """Return how a row's files begin: by its name, or by its id while a file is being written."""
    unfinished = f".{pk}.part"
    return (name, unfinished) if name else (unfinished,)
