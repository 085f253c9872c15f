"""Password hashing (パスワードのハッシュ) that leaves the pages their turn.

A hash is meant to cost a fifth of a second of a whole core. When two hundred people make their
accounts in the same half minute, these would be all that the machine does: hashes are made by
threads of their own with a lower priority, so that pages come first and hashes take what is left.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher

NICENESS = 10


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the second recommended costs of RFC 9106 (64 MiB, three passes), on one lane.

    Lanes share out the same work among more threads: four make a guess no dearer, but each hash
    competes with pages as four. See docs/adr/0026-what-a-password-costs.md.
    """

    memory_cost = 64 * 1024
    time_cost = 3
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _background().submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        return _background().submit(super().verify, password, encoded).result()


@cache
def _background() -> ThreadPoolExecutor:
    """Return this process's threads for hashing: as many as there are cores."""
    return ThreadPoolExecutor(os.cpu_count(), "hashing", initializer=_step_back)


def _step_back() -> None:
    """Lower this thread's priority; only Linux gives threads one of their own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        lower = max(os.getpriority(os.PRIO_PROCESS, thread), NICENESS)
        os.setpriority(os.PRIO_PROCESS, thread, lower)
