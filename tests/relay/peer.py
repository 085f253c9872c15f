"""A peer on the other end of a real connection: answers as it is told to, and remembers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.utils import timezone

from signing import body_digest, check_assertion
from tests.relay.conftest import Zones

Answer = Callable[[str, bytes], tuple[int, bytes]]


@dataclass
class Peer:
    """What the other end was asked, in order, and the function that answers."""

    answer: Answer
    url: str = ""
    now: Callable[[], datetime] = timezone.now
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    def asked_for(self, verb: str) -> list[bytes]:
        return [body for name, body in self.asked if name == verb]

    def last_ack(self) -> dict[str, object]:
        return json.loads(self.asked_for("ack")[-1])


@contextmanager
def serving(zones: Zones, answer: Answer, *, zone: str = "portal") -> Iterator[Peer]:
    """Serve as a zone on a free port; every request must prove that the relay speaks."""
    peer = Peer(answer)
    senders = {zones.signing_key("relay").kid: zones.signing_key("relay").public().pem}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            check_assertion(
                self.headers["Authorization"].removeprefix("Bearer "),
                audience=zone,
                senders=senders,
                issuers=["relay"],
                now=peer.now(),
                body_sha256=body_digest(body),
            )
            verb = self.path.rpartition("/")[2]
            peer.asked.append((verb, body))
            status, content = peer.answer(verb, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{peer.url}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
