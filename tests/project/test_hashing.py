"""Passwords: hashed as RFC 9106 recommends, by processes that let pages go first."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.contrib.auth.hashers import make_password as make

from config.hashing import HUGE_PAGES, NICENESS, PasswordHasher, background

SALT = "kumamoto-no-shio-5301"


class AsOfTheFirstSeason(PasswordHasher):
    """What accounts were made with before ADR 26: 100 MiB and two passes on one lane."""

    memory_cost, time_cost = 102_400, 2


def test_hash_opens_with_its_password_only():
    hasher = PasswordHasher()
    encoded = hasher.encode("kumamoto-no-mizu", SALT)

    assert hasher.verify("kumamoto-no-mizu", encoded) is True
    assert hasher.verify("kumamoto-no-yama", encoded) is False


def test_hash_costs_what_rfc_9106_recommends_where_memory_is_scarce():
    made = PasswordHasher().decode(PasswordHasher().encode("kumamoto-no-mizu", SALT))

    assert made["variety"] == "argon2id"
    assert made["memory_cost"] == RFC_9106_LOW_MEMORY.memory_cost
    assert made["time_cost"] == RFC_9106_LOW_MEMORY.time_cost
    # OWASP's minimum for Argon2id: 19 MiB and two passes.
    assert made["memory_cost"] * made["time_cost"] >= 19 * 1024 * 2
    assert made["parallelism"] == 1


@pytest.mark.parametrize("before", [Argon2PasswordHasher(), AsOfTheFirstSeason()])
def test_hash_from_before_still_opens_and_is_made_anew(before, settings):
    settings.PASSWORD_HASHERS = ["config.hashing.PasswordHasher"]
    stored = [before.encode("kumamoto-no-mizu", SALT)]
    keep = stored.append

    wrong = check_password("kumamoto-no-yama", stored[-1], setter=lambda text: keep(make(text)))
    right = check_password("kumamoto-no-mizu", stored[-1], setter=lambda text: keep(make(text)))
    again = check_password("kumamoto-no-mizu", stored[-1], setter=lambda text: keep(make(text)))

    assert (wrong, right, again) == (False, True, True)
    assert [PasswordHasher().must_update(one) for one in stored] == [True, False]


def test_hashing_steps_back_and_the_caller_does_not():
    before = os.nice(0)

    assert background.do(os.nice, 0) == max(before, NICENESS)
    assert os.nice(0) == before


def test_hash_has_its_memory_in_huge_pages():
    assert background.do(os.getenv, "GLIBC_TUNABLES") == HUGE_PAGES


def test_next_hash_is_made_by_others_where_a_process_was_ended():
    stored = PasswordHasher().encode("kumamoto-no-mizu", SALT)
    with pytest.raises(BrokenExecutor):
        background.do(os.abort)

    assert PasswordHasher().verify("kumamoto-no-mizu", stored) is True


def test_processes_end_with_the_one_they_work_for():
    says = "import os, time; from config.hashing import background"
    says += "; print(background.do(os.getpid), flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", says], stdout=subprocess.PIPE, text=True) as one:
        helper = Path("/proc", one.stdout.readline().strip())
        worked = helper.exists()
        one.send_signal(signal.SIGKILL)

    for _ in range(100):
        time.sleep(0.1 if helper.exists() else 0)

    assert (worked, helper.exists()) == (True, False)
