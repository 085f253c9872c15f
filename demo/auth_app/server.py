"""The simulator's HTTP side: the service's own paths, on 127.0.0.1 only."""

import json
import re
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.auth_app import pages
from demo.auth_app.refusals import Denied, Refused, TryAgain, Unredirectable
from demo.auth_app.service import REALM, Service

OPENID = f"{REALM}/protocol/openid-connect"
RESULT = re.compile(r"/api/sign-transactions/([0-9a-f-]{36})/result")
MAX_BODY = 20_000


def serve(service: Service, port: int) -> ThreadingHTTPServer:
    """Return the server of a service; the caller runs and ends it."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, service))


class Handler(BaseHTTPRequestHandler):
    """Speaks for the service; every page names itself a simulator."""

    def __init__(self, service: Service, *args: Any) -> None:
        self.service = service
        super().__init__(*args)

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_POST(self) -> None:
        self._guarded(self._post)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses carry codes and states."""

    def _get(self, path: str, now: datetime) -> None:
        result = RESULT.fullmatch(path)
        if path == f"{OPENID}/auth":
            self._begin(dict(parse_qsl(urlsplit(self.path).query)), now)
        elif path == f"{OPENID}/certs":
            self._json(self.service.jwks())
        elif path == f"{OPENID}/userinfo":
            self._json(self.service.userinfo(self._token(), now))
        elif result:
            self._json(self.service.result(self._token(), result[1], now))
        elif path in ("/", "/healthz"):
            self._html(pages.about())
        else:
            raise Refused(404, "not_found", "path")

    def _post(self, path: str, now: datetime) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY))
        if path == f"{OPENID}/token":
            self._json(self.service.token(_form(body), now))
        elif path == "/api/sign-transactions":
            self._json(self.service.create_transaction(self._token(), _json(body), now), 201)
        elif path == f"{OPENID}/auth":
            self._decide(_form(body), now)
        else:
            raise Refused(404, "not_found", "path")

    def _begin(self, query: dict[str, str], now: datetime) -> None:
        try:
            handle = self.service.begin(query, now)
        except Denied as denied:
            return self._redirect(self.service.denial(query, denied))
        except Unredirectable:
            return self._html(pages.unknown(), 400)
        return self._ask(handle)

    def _decide(self, choice: dict[str, str], now: datetime) -> None:
        handle = choice.get("request", "")
        query = self.service.requests.get(handle)
        if query is None:
            return self._html(pages.unknown(), 400)
        try:
            return self._redirect(self.service.decide(handle, choice, now))
        except TryAgain as again:
            return self._ask(handle, str(again), choice.get("card", ""))
        except Denied as denied:
            self.service.requests.pop(handle, None)
            return self._redirect(self.service.denial(query, denied))

    def _ask(self, handle: str, error: str = "", chosen: str = "") -> None:
        signs = "sign" in self.service.requests[handle]["scope"].split()
        names = self.service.reader.names()
        self._html(pages.ask(handle, names, signs=signs, error=error, chosen=chosen))

    def _guarded(self, answer: Any) -> None:
        try:
            with self.service.lock:
                answer(urlsplit(self.path).path, datetime.now(UTC))
        except Refused as refused:
            said = {"error": refused.error, "error_description": refused.description}
            self._json(said, refused.status)

    def _token(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        self._answer(json.dumps(content).encode(), "application/json", status)

    def _html(self, content: str, status: int = 200) -> None:
        self._answer(content.encode(), "text/html; charset=utf-8", status)

    def _answer(self, body: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused(400, "invalid_request", "body") from error
