"""Password hashing (パスワードのハッシュ) that leaves the pages their turn.

A hash is meant to cost a fifth of a second of a whole core and 100 MB. When two hundred people make
their accounts in the same half minute, no more of them run at once than there are cores.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with Django's time and memory cost, on one lane.

    Lanes share out the same work among more threads: eight make a guess no dearer, but each hash
    competes with pages as eight.
    """

    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _turns().submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        return _turns().submit(super().verify, password, encoded).result()


@cache
def _turns() -> ThreadPoolExecutor:
    """Return this process's threads for hashing: as many as there are cores."""
    return ThreadPoolExecutor(os.cpu_count(), "hashing")
