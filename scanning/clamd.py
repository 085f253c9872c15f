"""A client of clamd's INSTREAM command, over TCP or a local socket."""

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from scanning.verdicts import Outcome, Verdict, read_reply

_CHUNK = 64 * 1024
_LONGEST_REPLY = 4096


@dataclass(frozen=True)
class ClamdScanner:
    """One clamd, named by `address`: "unix:/path/of/socket" or "tcp:host:port".

    `seconds` bounds one whole scan, from the connection to the answer; `largest` is the size in
    bytes above which a file is not sent (keep it at or below clamd's StreamMaxLength).
    """

    address: str
    seconds: float = 30.0
    largest: int = 20 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse an address of neither form with ValueError."""
        _target(self.address)

    def scan(self, content: bytes) -> Verdict:
        """Return what the scanner says of `content`; a scanner that fails means "unscanned".

        No failure of the network or of the scanner is raised, so that no caller can take one
        for an answer about the file.
        """
        if len(content) > self.largest:
            return Verdict(Outcome.UNSCANNED, "too_large")
        try:
            return self._ask(content)
        except TimeoutError:
            return Verdict(Outcome.UNSCANNED, "timeout")
        except OSError:
            return Verdict(Outcome.UNSCANNED, "unreachable")

    def _ask(self, content: bytes) -> Verdict:
        family, place = _target(self.address)
        left = _countdown(self.seconds)
        with socket.socket(family, socket.SOCK_STREAM) as link:
            link.settimeout(left())
            link.connect(place)
            whole = False
            # clamd answers and hangs up in the middle of a stream that it refuses; the answer
            # is then still there to be read.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(link, content, left)
                whole = True
            verdict = read_reply(_receive(link, left))
        if verdict.outcome is Outcome.CLEAN and not whole:
            return Verdict(Outcome.UNSCANNED, "cut_short")
        return verdict


def _target(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    kind, _, rest = address.partition(":")
    if kind == "unix" and rest:
        return socket.AF_UNIX, rest
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isdecimal():
        return socket.AF_INET, (host, int(port))
    raise ValueError("a scanner's address is unix:PATH or tcp:HOST:PORT")


def _countdown(seconds: float) -> Callable[[], float]:
    """Return what tells the seconds left, and raises TimeoutError once there are none."""
    end = time.monotonic() + seconds

    def left() -> float:
        rest = end - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        return rest

    return left


def _send(link: socket.socket, content: bytes, left: Callable[[], float]) -> None:
    link.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        link.settimeout(left())
        link.sendall(struct.pack("!I", len(chunk)) + chunk)
    link.sendall(struct.pack("!I", 0))


def _receive(link: socket.socket, left: Callable[[], float]) -> str:
    """Return the answer up to its closing NUL; one cut short counts as none."""
    reply = b""
    while b"\0" not in reply and len(reply) < _LONGEST_REPLY:
        link.settimeout(left())
        part = link.recv(_LONGEST_REPLY)
        if not part:
            return ""
        reply += part
    line, end, _ = reply.partition(b"\0")
    return line.decode("utf-8", "replace").strip() if end else ""
