"""OCSP simulator (OCSP シミュレーター): a responder of a demo authority, over real HTTP, for tests.

It reads the request as a real one would, answers with the request's own hashes and nonce, signs
with a delegated responder's key, and knows the unsuccessful answers of RFC 6960. What goes wrong
is chosen by `mode`.
"""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp

from signing.authority import Authority, hash_of

HOUR = timedelta(hours=1)
GOOD, REVOKED, UNKNOWN = (
    ocsp.OCSPCertStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN,
)


@dataclass
class Simulator:
    """What the responder knows, how it behaves, and whom it was asked about."""

    authority: Authority
    now: datetime
    issued: set[int]
    revoked: dict[int, datetime] = field(default_factory=dict)
    mode: str = ""
    signer: tuple = None
    asked: list[int] = field(default_factory=list)
    url: str = ""

    def answer(self, der: bytes) -> bytes:
        """Answer a request (DER) with a response (DER)."""
        try:
            request = ocsp.load_der_ocsp_request(der)
        except ValueError:
            return self._refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if self.mode == "try-later":
            return self._refusal(ocsp.OCSPResponseStatus.TRY_LATER)
        self.asked.append(request.serial_number)
        return self._signed(request)

    def _signed(self, request) -> bytes:
        serial = request.serial_number + (1 if self.mode == "other-certificate" else 0)
        revoked_at = self.revoked.get(serial)
        status = (
            REVOKED if revoked_at else GOOD if request.serial_number in self.issued else UNKNOWN
        )
        since = self.now - (48 * HOUR if self.mode in ("stale", "aged") else HOUR)
        key, signer = self.signer or self.authority.responder(at=self.now)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=serial,
            algorithm=request.hash_algorithm,
            cert_status=status,
            this_update=since,
            next_update=since + (12 if self.mode == "stale" else 72) * HOUR,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
        builder = builder.certificates([signer])
        if nonce := self._nonce(request):
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        made = builder.sign(key, hash_of(key)).public_bytes(serialization.Encoding.DER)
        return made[:-1] + bytes((made[-1] ^ 1,)) if self.mode == "damaged" else made

    def _nonce(self, request) -> bytes | None:
        if self.mode == "no-nonce":
            return None
        if self.mode == "other-nonce":
            return b"x" * 32
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce

    @staticmethod
    def _refusal(status) -> bytes:
        made = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
        return made.public_bytes(serialization.Encoding.DER)


class Handler(BaseHTTPRequestHandler):
    """HTTP as RFC 6960 appendix A wants it, but for what the mode spoils."""

    simulator: Simulator

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        body = self.simulator.answer(self.rfile.read(size))
        match self.simulator.mode:
            case "redirect":
                self._send(302, b"", Location=self.simulator.url)
            case "error":
                self._send(503, b"")
            case "html":
                self._send(200, b"<html>", **{"Content-Type": "text/html"})
            case "malformed":
                self._send(200, b"\x30\x03\x0a\x01")
            case "big":
                self._send(200, body + bytes(1_000_000))
            case "slow":
                time.sleep(1.5)
                self._send(200, body)
            case "drip":
                self._send(200, b"", **{"Content-Length": str(len(body))})
                self._drip(body)
            case _:
                self._send(200, body)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        usual = {"Content-Type": "application/ocsp-response", "Content-Length": str(len(body))}
        self.send_response(status)
        for name, value in (usual | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self._write(body)

    def _drip(self, body: bytes) -> None:
        for place in range(30):
            self._write(body[place : place + 1])
            time.sleep(0.1)

    def _write(self, data: bytes) -> None:
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(authority: Authority, *, now: datetime, issued: set[int]):
    """Serve a simulator on a port of this machine; yields it."""
    simulator = Simulator(authority, now.astimezone(UTC), issued)
    handler = type("SimulatorHandler", (Handler,), {"simulator": simulator})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    simulator.url = f"http://127.0.0.1:{server.server_port}/ocsp"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield simulator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
