"""A simulator of clamd's INSTREAM command on 127.0.0.1: real sockets, a signature of our own."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNATURE = b"local-signature-" + b"for-tests"
NAME = "Local.Test.UNOFFICIAL"


class Simulator(socketserver.ThreadingTCPServer):
    """Answers as clamd does, or with the fixed `reply`; `silent` never answers.

    `early` is what it says before it hangs up on a stream above its limit.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, limit: int, reply: bytes | None, silent: bool, early: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.limit, self.reply, self.silent, self.early = limit, reply, silent, early
        self.released = threading.Event()
        self.streams: list[bytes] = []

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: Simulator

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        stream = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            if len(stream) + size > self.server.limit:
                self.wfile.write(self.server.early)
                self.connection.shutdown(socket.SHUT_WR)
                return
            stream += self.rfile.read(size)
        self.server.streams.append(stream)
        if self.server.silent:
            self.server.released.wait(5)
            return
        self.wfile.write(self.server.reply if self.server.reply is not None else judge(stream))


def judge(stream: bytes) -> bytes:
    return f"stream: {NAME} FOUND\0".encode() if SIGNATURE in stream else b"stream: OK\0"


@contextmanager
def simulator(
    *,
    limit: int = 25_000_000,
    reply: bytes | None = None,
    silent: bool = False,
    early: bytes = b"INSTREAM size limit exceeded. ERROR\0",
) -> Iterator[Simulator]:
    with Simulator(limit=limit, reply=reply, silent=silent, early=early) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
