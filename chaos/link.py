"""A link between two zones that can be made to fail: an HTTP relay on the loopback with moods."""

import contextlib
import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

OPEN = "open"
MOODS = (
    OPEN, "cut", "lose_answer", "half", "half_request", "slow", "double", "answer_twice",
    "answers_swapped", "reorder", "garbage", "error", "hang",
)  # fmt: skip
HANG_SECONDS, SLOW_BYTES, SLOW_PAUSE = 12, 2_000, 0.2


class Link:
    """Carries requests to `target` in the mood that it is in."""

    def __init__(self, target: str) -> None:
        self.mood = OPEN
        self._kept: dict[str, bytes] = {}
        self._target = urlsplit(target)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _ask(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._target.netloc, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def _altered(self, mood: str, path: str, content: bytes) -> bytes:
        """Return what becomes of a whole answer in this mood."""
        if mood == "error":
            return b""
        if mood == "answer_twice":
            return content + content
        if mood == "answers_swapped":
            return self._swap(path, content)
        if mood == "garbage":
            return b"\x00\xff{" + content[::-1]
        if mood == "reorder" and path.endswith("/pull"):
            return b"\n".join(reversed(content.split(b"\n")))
        return content

    def _swap(self, path: str, content: bytes) -> bytes:
        """Give the answer that an earlier request waits for, and keep this one for the next."""
        earlier, self._kept[path] = self._kept.get(path, content), content
        return earlier

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        link = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {"Authorization": self.headers.get("Authorization", "")}
                mood = link.mood
                if mood in ("cut", "hang"):
                    time.sleep(HANG_SECONDS if mood == "hang" else 0)
                    return self._drop()
                if mood == "half_request":
                    body = body[: len(body) // 2]
                try:
                    status, content = link._ask(self.path, headers, body)
                    if mood == "double":
                        link._ask(self.path, headers, body)
                except OSError:
                    return self._drop()
                return self._answer(mood, status, content)

            def _answer(self, mood: str, status: int, content: bytes) -> None:
                if mood == "lose_answer":
                    return self._drop()
                content = link._altered(mood, self.path, content)
                self.send_response(500 if mood == "error" else status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if mood == "half":
                    self.wfile.write(content[: len(content) // 2])
                    return self._drop()
                if mood == "slow":
                    return self._drip(content)
                self.wfile.write(content)
                return None

            def _drip(self, content: bytes) -> None:
                for start in range(0, len(content), SLOW_BYTES):
                    self.wfile.write(content[start : start + SLOW_BYTES])
                    self.wfile.flush()
                    time.sleep(SLOW_PAUSE)

            def _drop(self) -> None:
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.close()

            def log_message(self, *args: object) -> None:
                """Say nothing: the zones' own logs tell."""

        return Handler
