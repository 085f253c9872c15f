"""The three zones, started for real on free ports: databases, brokers, web servers, workers."""

import os
import socket
from collections.abc import Iterator

import pytest

from demo.home import PORTS, ROOT, Home
from demo.processes import Processes
from demo.setup import start

# Not test-results/: the browser plugin empties that folder at every start.
SCREENSHOTS = ROOT / ".local" / "screenshots"


def _free_row_of_ports() -> int:
    """Return a port from which enough in a row are free."""
    for base in range(18_000, 28_000, 10):
        try:
            for port in range(base, base + len(PORTS)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free row of ports")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Start everything once for all tests of this folder, and end it."""
    home = Home(tmp_path_factory.mktemp("stack"), _free_row_of_ports())
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
