"""Passwords: hashed as strongly as Django does, and no more at once than there are cores."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import Argon2PasswordHasher

from config.hashing import PasswordHasher

SALT = "kumamoto-no-shio"


def test_hash_opens_with_its_password_only():
    hasher = PasswordHasher()
    encoded = hasher.encode("kumamoto-no-mizu", SALT)

    assert hasher.verify("kumamoto-no-mizu", encoded) is True
    assert hasher.verify("kumamoto-no-yama", encoded) is False


def test_hash_costs_the_memory_and_time_that_django_asks_for():
    made = PasswordHasher().decode(PasswordHasher().encode("kumamoto-no-mizu", SALT))

    assert made["variety"] == "argon2id"
    assert made["memory_cost"] == Argon2PasswordHasher.memory_cost
    assert made["time_cost"] == Argon2PasswordHasher.time_cost
    assert made["parallelism"] == 1


def test_hash_from_before_still_opens_and_is_made_anew():
    encoded = Argon2PasswordHasher().encode("kumamoto-no-mizu", SALT)

    assert PasswordHasher().verify("kumamoto-no-mizu", encoded) is True
    assert PasswordHasher().must_update(encoded) is True


def test_no_more_hashes_run_at_once_than_there_are_cores():
    names = set()

    class Listening(PasswordHasher):
        def params(self):
            names.add(threading.current_thread().name)
            return super().params()

    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: Listening().encode(f"kumamoto-no-mizu-{n}", SALT), range(8)))

    assert 1 <= len(names) <= (os.cpu_count() or 1)
