"""The folder of the interface terminal (接続端末との受渡し): `out` for it, `in` from it.

The server itself is reached by the city's terminal only. Its file formats are not public: what
stands here and in `formats.py` is this product's assumption (要確認).
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from review.intermediate.models import DeletionFile

OUT, IN = "out", "in"


def is_linked() -> bool:
    """Tell whether this city has such a folder at all."""
    return bool(settings.INTERMEDIATE_DIR)


def put(name: str, content: bytes) -> None:
    """Lay a file out for the terminal; it has its name only once it is whole."""
    folder = _folder(OUT)
    waiting = folder / f"{name}.part"
    with waiting.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(folder / name)


def arrived(start: str) -> list[Path]:
    """Return what came from the terminal under names that begin so, the oldest name first."""
    if not is_linked():
        return []
    return sorted(path for path in _folder(IN).glob(f"{start}*") if path.suffix != ".part")


def lying_since(moment: datetime) -> list[Path]:
    """Return what lies in either folder since before a moment: nobody fetched or could take it."""
    if not is_linked():
        return []
    paths = (path for name in (OUT, IN) for path in _folder(name).iterdir())
    return sorted(path for path in paths if path.stat().st_mtime < moment.timestamp())


def strays(moment: datetime) -> list[Path]:
    """Return what should not lie here any more: orders without a row or answered already, and
    what came before a moment and nobody could take: an answer or result of somebody unknown.
    """
    if not is_linked():
        return []
    open_orders = DeletionFile.objects.filter(answered_at=None).values_list("name", flat=True)
    known = set(open_orders) | {f"{name}.part" for name in open_orders}
    out = [path for path in _folder(OUT).iterdir() if path.name not in known]
    return out + [path for path in lying_since(moment) if path.parent.name == IN]


def _folder(name: str) -> Path:
    folder = Path(settings.INTERMEDIATE_DIR) / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
