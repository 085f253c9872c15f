"""The three zones, started for real on free ports: databases, brokers, web servers, workers."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from demo.home import ROOT, Home
from demo.processes import Processes
from demo.setup import start
from tests.ports import free_row_of_ports

# Not test-results/: the browser plugin empties that folder at every start.
SCREENSHOTS = ROOT / ".local" / "screenshots"

# Two stacks and two browsers share two cores: what comes, may come late.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Start everything once for all tests of this folder, and end it."""
    folder = tmp_path_factory.mktemp("stack")
    home = Home(folder, free_row_of_ports(), ROOT / "tests" / "postgresql.conf")
    processes = start(home, lambda text: None)
    yield processes
    processes.stop()


@pytest.fixture(scope="session")
def home(stack: Processes) -> Home:
    return stack.home


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use the system's Chromium: nothing is downloaded by the test."""
    found = [path for path in CHROMIUM if os.access(path, os.X_OK)]
    assert found, "Install the package chromium: the browser test drives it."
    quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    return {"executable_path": found[0], "args": quiet}


CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
