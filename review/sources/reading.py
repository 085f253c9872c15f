"""Reading lines (行の読取り) of files of any size: one in memory, one bad line spoils no other.

National rules: no header, commas between, none within a value, Shift_JIS or UTF-8. A line is the
unit: a broken quote or a wrong byte is the fault of its own line. In Shift_JIS no second byte is
a line feed, a quote or a comma, so that lines may be cut before they are decoded.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO, NamedTuple

from review.sources.problems import Problem, too_long, unreadable

MAX_LINE_BYTES = 65_536
SAMPLE_LINES = 1_000
BOM = b"\xef\xbb\xbf"
ENCODINGS = ("utf-8", "cp932")


class Line(NamedTuple):
    """One line: its number from 1, its cells, or what is wrong with it."""

    number: int
    cells: Sequence[str] = ()
    problem: Problem | None = None


def read_lines(file: BinaryIO, encoding: str) -> Iterator[Line]:
    """Yield the lines that are not empty, with their numbers."""
    for number, raw in enumerate(_raw_lines(file), start=1):
        if number == 1:
            raw = raw.removeprefix(BOM) if raw is not None else raw
        if raw is None:
            yield Line(number, problem=too_long("行"))
        elif raw.strip(b"\r\n\x1a"):
            yield _line(number, raw.rstrip(b"\r\n"), encoding)


def encoding_of(file: IO[bytes]) -> str:
    """Return "utf-8" or "cp932", by what most of the first lines with Japanese in them are."""
    start = file.read(len(BOM))
    file.seek(0)
    if start == BOM:
        return "utf-8"
    votes = dict.fromkeys(ENCODINGS, 0)
    for number, raw in enumerate(_raw_lines(file)):
        if number == SAMPLE_LINES:
            break
        if raw is not None and not raw.isascii():
            votes["utf-8" if _decodes(raw, "utf-8") else "cp932"] += 1
    file.seek(0)
    return "cp932" if votes["cp932"] > votes["utf-8"] else "utf-8"


def _raw_lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """Yield lines as bytes; None for one that is too long, which is passed over in pieces."""
    while raw := file.readline(MAX_LINE_BYTES + 1):
        if len(raw) <= MAX_LINE_BYTES:
            yield raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(MAX_LINE_BYTES)
        yield None


def _line(number: int, raw: bytes, encoding: str) -> Line:
    try:
        text = raw.decode(encoding)
        if '"' not in text:
            return Line(number, text.split(","))
        (cells,) = csv.reader([text], strict=True)
        return Line(number, cells)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return Line(number, problem=unreadable("行"))


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
