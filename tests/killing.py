"""Work that the kernel kills at a step: a real process dies as a function returns, or begins.

Every function of the modules of a way is a step, so that one which a later change adds is killed
too, or named by the test with the reason why it is none.
"""

import inspect
import os
import signal
from collections.abc import Callable, Collection, Sequence
from types import ModuleType
from typing import Any

from django.db import connections


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
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


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
