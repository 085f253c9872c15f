"""CPU seconds of the processes of a run, children included, as the kernel counts them."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def spent(stack):
    """Return the CPU seconds spent so far by each process of the stack, and by PostgreSQL."""
    found = {name: _tree(process.pid) for name, process in stack.running.items()}
    pid = int((stack.engines.postgres.data / "postmaster.pid").read_text().splitlines()[0])
    return found | {"postgres": _tree(pid)}


def _tree(pid):
    parents = _parents()
    return sum(_own(one) for one in parents if _descends(one, pid, parents))


def _descends(pid, ancestor, parents):
    while pid:
        if pid == ancestor:
            return True
        pid = parents.get(pid, 0)
    return False


def _parents():
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(path.name))
        if fields:
            found[int(path.name)] = int(fields[1])
    return found


def _own(pid):
    """Return user and system time, with that of children that have ended."""
    fields = _fields(pid)
    return sum(int(one) for one in fields[11:15]) / TICKS if fields else 0.0


def _fields(pid):
    """Return the fields of /proc/PID/stat from the state on; None where it is gone."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
