"""Ports for a demo of the tests' own."""

import os
import socket
import zlib

from demo.home import PORTS, ROOT


def free_row_of_ports() -> int:
    """Return a port from which enough in a row are free."""
    # Tests that run beside one another look in ranges of their own, also those of two checkouts.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    checkout = zlib.crc32(str(ROOT).encode()) % 50
    first = 12_000 + 400 * checkout + 200 * (worker % 2)
    for base in range(first, first + 200, len(PORTS) + 5):
        try:
            for port in range(base, base + len(PORTS)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free row of ports")
