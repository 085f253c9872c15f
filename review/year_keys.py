"""A data key for each 課税年度 (年度ごとの鍵): when a year is erased its key is destroyed with it.

Copies of the year in backups of the database become unreadable that way, however old they are. The
keys lie in a folder of their own, apart from the database and its backups, each wrapped under the
zone's key ring; the folder's own backup must be overwritten within the period that the city states.
"""

import os
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from config.keyring import Keyring, KeyringError
from review import year_locks
from review.files import sync_folder

KEY_ID = re.compile(rb"(R[1-9][0-9]?-[0-9a-f]{8}):")
YEAR = re.compile(r"R[1-9][0-9]?")
# A process that opens many values looks for their key's file once in so long: what another
# process destroys opens no more after that.
SECONDS = 1.0
_seen_until: dict[str, float] = {}
_sealing: dict[tuple[str, str], tuple[str, str]] = {}


def encrypt(plain: bytes, *, tax_year: str, row: str) -> bytes:
    """Seal a value under its year's key, which is made when the first value of the year comes.

    Nobody destroys that key until the transaction has ended (see year_locks).
    """
    return _held_ring(tax_year).encrypt(plain, row=row)


def sealer(tax_year: str) -> Callable[[bytes, str], bytes]:
    """Return what seals many values of a year, for their rows, in the caller's transaction.

    The key is looked for now and not for each value: nobody destroys it until the transaction ends.
    """
    ring = _held_ring(tax_year)
    return lambda plain, row: ring.encrypt(plain, row=row)


def _held_ring(tax_year: str) -> Keyring:
    if not YEAR.fullmatch(tax_year):
        raise ValueError(f"no such 課税年度: {tax_year!r}")
    year_locks.share(tax_year)
    return _ring(_sealing_key(tax_year))


def decrypt(stored: bytes, *, row: str) -> bytes:
    """Open a value; KeyringError where it does not open, or where its year's key is destroyed."""
    named = KEY_ID.match(stored)
    if named is None:
        # Sealed before there were keys of years.
        return settings.DATA_KEYRING.decrypt(stored, row=row)
    key_id = named[1].decode()
    if not _is_there(key_id):
        # Also where this process still remembers it: destroyed is destroyed.
        raise KeyringError(f"the key {key_id} is destroyed")
    return _ring(key_id).decrypt(stored, row=row)


def is_kept(stored: bytes) -> bool:
    """Tell whether the key of a value is still there."""
    named = KEY_ID.match(stored)
    return named is None or _path(named[1].decode()).exists()


def is_destroyed(stored: bytes) -> bool:
    """Tell whether a value's key was destroyed here: not merely that its file is not seen."""
    named = KEY_ID.match(stored)
    return named is not None and _path(named[1].decode()).with_suffix(".destroyed").exists()


def destroy(tax_year: str) -> list[str]:
    """Destroy every key of a year; return their ids. What they sealed can never be read again.

    An empty file keeps each id, so that a run that was killed here still certifies what it did.
    """
    for path in sorted(_folder().glob(f"{tax_year}-*.key")):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".destroyed").touch()
        path.unlink()
    sync_folder(_folder())
    _ring.cache_clear()
    _seen_until.clear()
    return sorted(path.stem for path in _folder().glob(f"{tax_year}-*.destroyed"))


def files(tax_year: str) -> list[Path]:
    """Return the files of a year's keys, half made ones too."""
    return sorted(p for p in _folder().glob(f"{tax_year}-*") if p.suffix in (".key", ".tmp"))


def _sealing_key(tax_year: str) -> str:
    """Return the key that seals a year; its file is looked for each time, lest a text be lost."""
    folder = str(settings.YEAR_KEYS_DIR)
    key_id, path = _sealing.get((folder, tax_year), ("", ""))
    if not os.path.exists(path):
        key_id = _current(tax_year) or _make(tax_year)
        _sealing[folder, tax_year] = key_id, str(_path(key_id))
    return key_id


def _is_there(key_id: str) -> bool:
    """Tell whether a key is not destroyed, as it was at most a second ago."""
    now = monotonic()
    if _seen_until.get(key_id, 0) > now:
        return True
    if not _path(key_id).exists():
        _seen_until.pop(key_id, None)
        return False
    _seen_until[key_id] = now + SECONDS
    return True


def _current(tax_year: str) -> str:
    """Return the id of the year's key, the first by name where two processes made one each."""
    return min((path.stem for path in _folder().glob(f"{tax_year}-*.key")), default="")


def _make(tax_year: str) -> str:
    key_id = f"{tax_year}-{secrets.token_hex(4)}"
    wrapped = settings.DATA_KEYRING.encrypt(secrets.token_bytes(32), row=_row(key_id))
    path = _path(key_id)
    draft = path.with_suffix(".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(wrapped)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)
    return key_id


@lru_cache(maxsize=32)
def _ring(key_id: str) -> Keyring:
    key = settings.DATA_KEYRING.decrypt(_path(key_id).read_bytes(), row=_row(key_id))
    return Keyring({key_id: key}, key_id)


def _folder() -> Path:
    folder = Path(settings.YEAR_KEYS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(key_id: str) -> Path:
    return Path(settings.YEAR_KEYS_DIR) / f"{key_id}.key"


def _row(key_id: str) -> str:
    return f"year-key:{key_id}"
