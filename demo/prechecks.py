"""What must hold before the demo starts; each failure is one clear line."""

import shutil
import socket

from demo.home import BROKERS, WEB, Home

NEEDED_BYTES = 1_500_000_000


class NotReady(Exception):
    """The machine is not ready for the demo; the message says what to do."""


def check(home: Home) -> None:
    """Raise NotReady with one line where the disk or a port stands in the way."""
    home.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home.folder).free
    if free < NEEDED_BYTES:
        raise NotReady(f"The disk has {free // 1_000_000} MB left; the demo needs 1,500 MB.")
    # A cluster of ours that still runs, after a kill for example, is used and not in the way.
    ours = (home.folder / "postgres" / "data" / "postmaster.pid").exists()
    for name in (*WEB, *BROKERS, "auth-app", "scanner", *(() if ours else ("postgres",))):
        if _taken(home.port(name)):
            other = home.port_base + 100
            raise NotReady(
                f"Port {home.port(name)} is in use (is a demo running already?). "
                f"Choose others with: PORT_BASE={other} make demo"
            )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        # A port whose last connections are still closing counts as free, as it does for gunicorn.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
