"""The second place of backups (別のデータセンター): each backup is copied there and read back."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from config.backup import BackupError

PIECE = 1_048_576


@dataclass(frozen=True)
class Copied:
    """A copy that was read back: where it lies, how many files, and one digest over them."""

    folder: Path
    files: int
    sha256: str


def copy(made: Path, place: Path) -> Copied:
    """Copy a backup to the second place; BackupError where it is not another one, or differs.

    The parts are sealed: nothing on the way or there can read them. A copy has its name only once
    it is whole.
    """
    refuse_the_same(made.parent, place)
    waiting, folder = place / f"{made.name}.part", place / made.name
    if folder.exists():
        raise BackupError(f"{folder} exists already")
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True, mode=0o700)
    for path in sorted(made.iterdir()):
        _copy_file(path, waiting / path.name)
    waiting.rename(folder)
    first, second = digest_of(made), digest_of(folder)
    if first != second:
        raise BackupError(f"the copy in {folder} differs from the backup")
    return Copied(folder, sum(1 for _path in folder.iterdir()), second)


def refuse_the_same(first: Path, second: Path) -> None:
    """Raise BackupError where two places are one, or one lies in the other."""
    one, other = first.resolve(), second.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise BackupError("the second place of backups must be another one: set BACKUP_SECOND_DIR")


def digest_of(folder: Path) -> str:
    """Return one digest over names and contents of the files of a backup, read from the disk."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name}:{path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    return digest.hexdigest()


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as given, target.open("xb") as out:
        shutil.copyfileobj(given, out, PIECE)
        out.flush()
        os.fsync(out.fileno())
