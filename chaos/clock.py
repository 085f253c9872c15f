"""Clocks that are wrong: processes started under libfaketime (Debian package `faketime`).

The product reads the machine's clock and knows nothing of this; only processes that a fault
starts are told another time. Intervals inside a process stay real: the clocks are off, not fast.
"""

from datetime import timedelta
from pathlib import Path

LIBRARY = "libfaketimeMT.so.1"
PLACES = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime")


def environment(offset: timedelta) -> dict[str, str]:
    """Return what makes a process see a clock that is off by so much; nothing for a right one."""
    if not offset:
        return {}
    found = library()
    if found is None:
        raise FileNotFoundError(f"{LIBRARY} is not installed: apt-get install faketime")
    seconds = int(offset.total_seconds())
    return {
        "LD_PRELOAD": str(found),
        "FAKETIME": f"{seconds:+d}s",
        # A server tells by the times of a file whether its workers live.
        "NO_FAKE_STAT": "1",
    }


def library() -> Path | None:
    """Return where libfaketime lies; None where it is not installed."""
    found = (Path(place) / LIBRARY for place in PLACES)
    return next((path for path in found if path.exists()), None)


def missing() -> str:
    """Return why clocks cannot be set here; empty where they can."""
    return "" if library() else "the Debian package faketime is not installed"
