"""Passwords: hashed as strongly as Django does, by threads that let pages go first."""

import os
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

from config.hashing import NICENESS, PasswordHasher, _background

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


def test_hashing_steps_back_and_the_caller_does_not():
    def priority():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = priority()

    assert _background().submit(priority).result() == max(before, NICENESS)
    assert priority() == before
