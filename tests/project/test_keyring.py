"""Encryption at rest: what it opens, and what it refuses."""

import pytest

from config.keyring import Keyring, KeyringError, blind_index

OLD, NEW = b"o" * 32, b"n" * 32
ROW = "draft:content:1"


def test_keyring_opens_what_it_sealed() -> None:
    ring = Keyring({"new": NEW}, "new")

    assert ring.decrypt(ring.encrypt(b"answer", row=ROW), row=ROW) == b"answer"


def test_keyring_opens_under_an_old_key_and_seals_under_the_new() -> None:
    stored = Keyring({"old": OLD}, "old").encrypt(b"answer", row=ROW)
    ring = Keyring({"new": NEW, "old": OLD}, "new")

    assert ring.decrypt(stored, row=ROW) == b"answer"
    assert ring.encrypt(b"answer", row=ROW).startswith(b"new:")


def test_keyring_refuses_a_value_moved_to_another_row() -> None:
    ring = Keyring({"new": NEW}, "new")
    stored = ring.encrypt(b"answer", row=ROW)

    with pytest.raises(KeyringError):
        ring.decrypt(stored, row="draft:content:2")


@pytest.mark.parametrize("position", range(0, 40, 5))
def test_keyring_refuses_altered_bytes(position: int) -> None:
    ring = Keyring({"new": NEW}, "new")
    stored = bytearray(ring.encrypt(b"a longer answer", row=ROW))
    stored[position] ^= 1

    with pytest.raises(KeyringError):
        ring.decrypt(bytes(stored), row=ROW)


def test_keyring_refuses_keys_of_the_wrong_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.parse("short:QUJD")


def test_blind_index_depends_on_key_kind_and_value() -> None:
    found = {
        blind_index(key, kind, value)
        for key in (b"k1", b"k2")
        for kind in ("number", "other")
        for value in ("123456789018", "234567890121")
    }

    assert len(found) == 8
