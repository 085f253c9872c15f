"""Asking a time-stamp authority over HTTP (RFC 3161, 3.4): the only network of time stamps."""

import time
from dataclasses import dataclass

import requests

from signing.timestamp import MAX_RESPONSE_BYTES

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


@dataclass(frozen=True)
class HttpTransport:
    """One address, no redirects, no proxies; bounded in time and size."""

    url: str
    connect_seconds: float = 3
    whole_seconds: float = 10

    def __call__(self, request: bytes, /) -> bytes:
        """POST the request; OSError where the authority does not answer as it should."""
        until = time.monotonic() + self.whole_seconds
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                self.url,
                data=request,
                headers={"Content-Type": QUERY},
                timeout=(self.connect_seconds, self.whole_seconds),
                allow_redirects=False,
                stream=True,
            ) as answer:
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
                if answer.status_code != 200 or kind != REPLY:
                    raise OSError(f"the time-stamp authority answered {answer.status_code}")
                return _bounded(answer, until)


def _bounded(answer: requests.Response, until: float) -> bytes:
    """Read an answer that may drip or never end."""
    content = b""
    for piece in answer.iter_content(4_096):
        content += piece
        if len(content) > MAX_RESPONSE_BYTES or time.monotonic() > until:
            raise OSError("the time-stamp authority answered too much or too slowly")
    return content
