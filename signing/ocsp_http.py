"""OCSP over HTTP (証明書状態の照会の通信): one named responder, bounded in time and size.

The address in a certificate is never followed: whoever writes a certificate does not choose whom
this zone connects to.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from signing.ocsp import MAX_RESPONSE_BYTES

REQUEST_TYPE, RESPONSE_TYPE = "application/ocsp-request", "application/ocsp-response"


class ResponderUnavailable(OSError):
    """The responder gave no answer that could be read. Says why, never about whom was asked."""


@dataclass(frozen=True)
class HttpResponder:
    """Sends requests (DER) to the responder at `url`; for `OcspClient`.

    `seconds` bounds connecting, each silence, and the whole body. ValueError where the address is
    not http(s) or its host is not among `allowed_hosts`.
    """

    url: str
    allowed_hosts: Collection[str]
    seconds: float = 5.0
    largest: int = MAX_RESPONSE_BYTES

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or parts.username is not None:
            raise ValueError("the responder's address must be http or https, without a user")
        if parts.hostname not in self.allowed_hosts:
            raise ValueError(f"the responder's host is not allowed: {parts.hostname}")

    def __call__(self, request: bytes) -> bytes:
        """Return the response to a request; ResponderUnavailable (an OSError) where none came."""
        end = time.monotonic() + self.seconds
        # No proxy, no credentials of the machine: only what stands here decides where it goes.
        with requests.Session() as session:
            session.trust_env = False
            try:
                with session.post(
                    self.url,
                    data=request,
                    headers={"Content-Type": REQUEST_TYPE, "Accept-Encoding": "identity"},
                    timeout=self.seconds,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return self._body(response, end)
            except requests.RequestException as error:
                raise ResponderUnavailable(type(error).__name__) from None

    def _body(self, response: requests.Response, end: float) -> bytes:
        if response.status_code != 200:
            raise ResponderUnavailable(f"status {response.status_code}")
        if response.headers.get("Content-Type", "").split(";")[0].strip() != RESPONSE_TYPE:
            raise ResponderUnavailable("not an OCSP response")
        body = bytearray()
        # Byte by byte, so that a responder that drips cannot hold on to us beyond the limit.
        for piece in response.iter_content(1):
            body += piece
            if len(body) > self.largest:
                raise ResponderUnavailable("too large")
            if time.monotonic() > end:
                raise ResponderUnavailable("too slow")
        return bytes(body)
