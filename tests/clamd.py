"""A real clamd for a test run, with signatures of our own; see demo/scanner.py."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.engines import free_port
from demo.scanner import Clamd, program


@contextmanager
def running_clamd(folder: Path) -> Iterator[Clamd]:
    """Start clamd in this folder and end it afterwards."""
    assert program(), "Install the package clamav-daemon: these tests ask a real clamd."
    clamd = Clamd(folder, free_port())
    with subprocess.Popen(
        clamd.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=2
    ) as process:
        try:
            clamd.wait(process)
            yield clamd
        finally:
            process.terminate()
