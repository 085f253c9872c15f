"""Starts the process that decodes a file, and reads what it made. A crash refuses the file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from papers.errors import PaperRefused
from papers.limits import MAX_FILE_BYTES
from papers.sniffing import Kind, kind_of
from papers.taken import Taken

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 20
# Whoever finds all places taken waits so long, and is then told to try again.
WAIT_SECONDS = 10
TURNS = (0, 90, 180, 270)
# However many people send files at once, so many are decoded beside each other by one process.
_AT_ONCE = BoundedSemaphore(2)


def take_in(content: bytes) -> Taken:
    """Return a file as it is kept; PaperRefused where it is none that a paper may be."""
    if not content:
        raise PaperRefused("empty")
    if len(content) > MAX_FILE_BYTES:
        raise PaperRefused("too_large")
    kind = kind_of(content)
    if kind is None:
        raise PaperRefused("unknown_kind")
    answer, parts = _ask({"do": "take_in", "kind": kind}, content)
    kept = content if kind == Kind.PDF else parts[1]
    return Taken(Kind(answer["kind"]), kept, int(answer["pages"]), parts[0])


def page_picture(
    content: bytes, kind: Kind, *, page: int = 1, long_side: int = 1_600, turn: int = 0
) -> bytes:
    """Return a JPEG of a kept paper's page (from 1), turned clockwise by `turn` degrees."""
    if turn not in TURNS or (kind != Kind.PDF and page != 1):
        raise PaperRefused("no_such_page")
    request = {"do": "show", "kind": kind, "page": page, "long_side": long_side, "turn": turn}
    return _ask(request, content)[1][0]


def _ask(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    done = _run(json.dumps(request).encode() + b"\n" + content)
    if done.returncode:
        # Killed for its time, or a decoder that crashed.
        raise PaperRefused("too_heavy" if done.returncode < 0 else "unreadable")
    head, _, rest = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise PaperRefused(answer["refused"])
    return answer, _cut(rest, answer["parts"])


def _run(said: bytes) -> subprocess.CompletedProcess[bytes]:
    if not _AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise PaperRefused("busy")
    try:
        return subprocess.run(
            [sys.executable, "-m", "papers.worker"],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperRefused("too_heavy") from error
    finally:
        _AT_ONCE.release()


def _cut(rest: bytes, sizes: list[int]) -> list[bytes]:
    parts, start = [], 0
    for size in sizes:
        parts.append(rest[start : start + size])
        start += size
    return parts
