"""A real clamd for a test run, with signatures of our own; see demo/scanner.py."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A real clamd, started once for the run."""
    with running_clamd(tmp_path_factory.mktemp("clamd")) as running:
        yield running


@pytest.fixture
def scanner(clamd: Clamd, settings: Any) -> Clamd:
    """Let the zone ask the running clamd."""
    settings.SCANNER_ADDRESS = clamd.address
    return clamd
