"""The original of a file (原本): kept as it came, in sealed pieces, and read back as one stream."""

import hashlib
import io
from collections.abc import Iterator
from itertools import count
from typing import IO, BinaryIO, cast

from review import year_keys
from review.sources.models import Arrival, ArrivalPart

PIECE = 1_048_576
#: Pieces fetched together: whoever reads on while the database is at work waits for it seldom.
AHEAD = 4


def digest_of(file: IO[bytes]) -> tuple[str, int]:
    """Return SHA-256 and size of a file, which is read from its start and left there."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def keep(arrival: Arrival, file: IO[bytes]) -> None:
    """Store the file; each piece is sealed to its place in it."""
    file.seek(0)
    number = 0
    while piece := file.read(PIECE):
        row = _row(arrival, number)
        sealed = year_keys.encrypt(piece, tax_year=arrival.tax_year, row=row)
        ArrivalPart.objects.create(arrival=arrival, number=number, sealed=sealed)
        number += 1


def open_original(arrival: Arrival) -> BinaryIO:
    """Return the file as it came. Reading fails where a piece is missing or was altered."""
    return io.BufferedReader(cast(io.RawIOBase, _Pieces(arrival)), PIECE)


class _Pieces(io.RawIOBase):
    """The pieces one after the other; a few are in memory at a time."""

    def __init__(self, arrival: Arrival) -> None:
        self._pieces = _opened(arrival)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _opened(arrival: Arrival) -> Iterator[bytes]:
    size, parts = 0, ArrivalPart.objects.filter(arrival=arrival)
    found: dict[int, bytes] = {}
    for number in count():
        if size >= arrival.size:
            return
        if not number % AHEAD:
            some = parts.filter(number__range=(number, number + AHEAD - 1))
            found = {part.number: bytes(part.sealed) for part in some}
        if number not in found:
            raise ArrivalPart.DoesNotExist(f"part {number} of arrival {arrival.pk}")
        piece = year_keys.decrypt(found.pop(number), row=_row(arrival, number))
        size += len(piece)
        yield piece


def _row(arrival: Arrival, number: int) -> str:
    return f"arrival:{arrival.pk}:{number}"
