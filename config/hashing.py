"""Password hashing (パスワードのハッシュ) that leaves the pages their turn.

A hash is meant to cost a fifth of a second of a whole core. When two hundred people make their
accounts in the same half minute, these would be all that the machine does: hashes are made by
processes of their own with a lower priority, so that pages come first and hashes take what is left.
"""

import atexit
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

NICENESS = 5
# Read as a process starts: those that hash get their memory in 32 pieces instead of 16,000, for a
# fifth less CPU. The process that serves pages has started without it, and is quicker so.
HUGE_PAGES = "glibc.malloc.hugetlb=1"


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the second recommended costs of RFC 9106 (64 MiB, three passes), on one lane.

    Lanes share out the same work among more threads: four make a guess no dearer, but each hash
    competes with pages as four. See docs/adr/0026-what-a-password-costs.md.
    """

    memory_cost = 64 * 1024
    time_cost = 3
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return background.do(Argon2PasswordHasher.encode, self, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return background.do(Argon2PasswordHasher.verify, self, password, encoded)


class Background:
    """Processes that step back (優先度の低いプロセス): one a core, from the first use on.

    No threads: one of low priority that is put aside while it holds the interpreter's lock would
    hold up every page until its turn comes again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def do(self, work: Callable[..., Any], *given: object) -> Any:
        """Return what `work` (something that can be pickled) makes of what is given."""
        pool = self._running()
        try:
            return pool.submit(work, *given).result()
        except BrokenExecutor:
            # The kernel ended one of them, for want of memory perhaps. Others take over, once.
            return self._running(instead_of=pool).submit(work, *given).result()

    def _running(self, instead_of: ProcessPoolExecutor | None = None) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None or self._pool is instead_of:
                # Fresh interpreters: a copy of this process could begin with a lock that is held.
                fresh = get_context("spawn")
                os.environ.setdefault("GLIBC_TUNABLES", HUGE_PAGES)
                self._pool = ProcessPoolExecutor(os.cpu_count(), fresh, initializer=_step_back)
                atexit.register(self._pool.shutdown)
            return self._pool


background = Background()


def _step_back() -> None:
    """Lower this process's priority; leave its end to the process that it works for."""
    os.nice(max(NICENESS - os.nice(0), 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the parent has: one that is killed says nothing to those who work for it."""
    if parent := parent_process():
        parent.join()
    os._exit(0)
