"""Ports for a demo of the tests' own."""

import os
import socket

from demo.home import PORTS


def free_row_of_ports() -> int:
    """Return a port from which enough in a row are free."""
    # Tests that run beside one another look in ranges of their own.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 18_000 + 1_000 * worker
    for base in range(first, first + 1_000, 10):
        try:
            for port in range(base, base + len(PORTS)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free row of ports")
