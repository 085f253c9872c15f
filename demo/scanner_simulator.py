"""A SIMULATOR of clamd for machines without one: `python -m demo.scanner_simulator PORT`.

It speaks INSTREAM and finds the two signatures of `demo.scanner` and nothing else. It is no virus
scanner, and every place that names it says so.
"""

import socketserver
import struct
import sys

from demo.scanner import SIGNATURES

LARGEST = 25 * 1024 * 1024


class Conversation(socketserver.StreamRequestHandler):
    """One command and its answer."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0") and len(command) < 64:
            if not (byte := self.rfile.read(1)):
                return
            command += byte
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._judged())
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _judged(self) -> bytes:
        stream = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            if len(stream) + size > LARGEST:
                return b"INSTREAM size limit exceeded. ERROR\0"
            stream += self.rfile.read(size)
        found = next((name for name, words in SIGNATURES.items() if words in stream), None)
        return f"stream: {found} FOUND\0".encode() if found else b"stream: OK\0"


class Simulator(socketserver.ThreadingTCPServer):
    """The simulator on a port of the loopback."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Simulator(("127.0.0.1", int(sys.argv[1])), Conversation) as server:
        server.serve_forever()
