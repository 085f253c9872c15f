"""A small disk of its own for PostgreSQL, so that it can be filled (needs root: it is mounted)."""

import os
import subprocess
from pathlib import Path

from chaos.stack import Stack

SIZE_MB = 1_500
FILLER = "filler"


def missing() -> str:
    """Return why no small disk can be had here; empty where it can."""
    if os.geteuid() != 0:
        return "a small disk is mounted by root only"
    return "" if Path("/usr/sbin/mkfs.ext4").exists() else "mkfs.ext4 is not installed"


class SmallDisk:
    """A file with a file system in it, mounted where the cluster will lie."""

    def __init__(self, place: Path) -> None:
        self.place, self.image = place, place.with_suffix(".disk")

    def mount(self) -> None:
        with self.image.open("wb") as file:
            file.truncate(SIZE_MB * 1_000_000)
        self.place.mkdir(parents=True, exist_ok=True)
        _run("/usr/sbin/mkfs.ext4", "-q", "-F", "-m", "0", str(self.image))
        _run("mount", "-o", "loop", str(self.image), str(self.place))
        self.place.chmod(0o755)

    def unmount(self) -> None:
        _run("umount", str(self.place))
        self.image.unlink()


def fill(stack: Stack) -> None:
    """Take the last byte of the cluster's disk."""
    folder = stack.engines.postgres.directory
    with (folder / FILLER).open("wb") as file:
        for piece in (1_000_000, 4_096):
            while True:
                try:
                    os.write(file.fileno(), b"\0" * piece)
                except OSError:
                    break


def free(stack: Stack) -> None:
    """Give the space back, as an operator does, and start a server that gave up meanwhile."""
    (stack.engines.postgres.directory / FILLER).unlink()
    stack.engines.postgres.start()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
