"""Work that the kernel kills at a step: a real process dies as a function returns, or begins.

Every function of the modules of a way is a step, so that one which a later change adds is killed
too, or named by the test with the reason why it is none.
"""

import inspect
import os
import signal
from collections.abc import Callable, Collection, Sequence
from time import sleep
from types import ModuleType
from typing import Any

from django.db import connection, connections


def steps(modules: Sequence[ModuleType], *, but: Collection[str] = ()) -> list[str]:
    """Return the functions that modules define, "module.function", without those that are none."""
    found = [
        f"{module.__name__.rsplit('.', 1)[-1]}.{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    ]
    return [step for step in found if step not in but]


def killed(modules: Sequence[ModuleType], step: str, at: str, work: Callable[[], Any]) -> bool:
    """Do the work in a process of its own, killed at a step ("call", "return"); say whether."""
    connections.close_all()
    child = os.fork()
    if not child:
        _arm(modules, step, at)
        try:
            work()
        finally:
            os._exit(0)
    was_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    _wait_for_its_sessions()
    return was_killed


def _wait_for_its_sessions() -> None:
    """Wait until the database has seen the death: a busy one keeps the locks for a moment."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0] == 0:
                return
        sleep(0.05)


def _arm(modules: Sequence[ModuleType], step: str, at: str) -> None:
    module_name, name = step.split(".")
    module = next(one for one in modules if one.__name__.endswith(f".{module_name}"))
    real = getattr(module, name)

    def dying(*args: Any, **kwargs: Any) -> None:
        if at == "return":
            answer = real(*args, **kwargs)
            if inspect.isgenerator(answer):
                list(answer)
        os.kill(os.getpid(), signal.SIGKILL)

    for one in modules:
        if getattr(one, name, None) is real:
            setattr(one, name, dying)
