"""The demo's own page: cards to take, accounts with their codes of the moment. Demo use only."""

import html
import json
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from demo import recipient, scanner, staff
from demo.cards import NUMBER_PIN, SIGNING_PIN
from demo.home import Home

PAGE = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))


def serve(home: Home) -> ThreadingHTTPServer:
    """Return the server of the demo page; the caller runs and ends it."""
    address = ("127.0.0.1", home.port("page"))
    return ThreadingHTTPServer(address, partial(Handler, home))


class Handler(BaseHTTPRequestHandler):
    """Two addresses: the page, and the cards behind it."""

    def __init__(self, home: Home, *args: Any) -> None:
        self.home = home
        super().__init__(*args)

    def do_GET(self) -> None:
        known = {f"/cards/{path.name}": path for path in sorted(self.home.cards.glob("*.json"))}
        if self.path == "/":
            self._answer(page(self.home).encode(), "text/html; charset=utf-8")
        elif self.path in known:
            path = known[self.path]
            label = json.loads(path.read_text(encoding="utf-8"))["label"]
            name = f"attachment; filename*=UTF-8''{quote(f'{path.stem}-{label}.json')}"
            self._answer(path.read_bytes(), "application/json", name)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal shows the demo's time line."""

    def _answer(self, body: bytes, kind: str, disposition: str = "inline") -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Disposition", disposition)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def page(home: Home) -> str:
    """Return the page as of this moment."""
    now = datetime.now(UTC)
    return PAGE.substitute(
        portal=home.url("portal"),
        scanner=html.escape(scanner.what_it_is()),
        review=home.url("review"),
        number_pin=NUMBER_PIN,
        signing_pin=SIGNING_PIN,
        cards="\n".join(_card_row(home, path) for path in sorted(home.cards.glob("*.json"))),
        accounts="\n".join(
            _account_row(account, now)
            for account in staff.read(home).values()
            if not account["number"].startswith("D9")
        ),
        recipient=html.escape(recipient.NAME),
        opening=html.escape(recipient.how_to_open(home)),
        seconds=30 - now.second % 30,
    )


def _card_row(home: Home, path: Path) -> str:
    facts = json.loads((home.demo / "personas.json").read_text(encoding="utf-8"))[path.stem]
    name = html.escape(facts["name"])
    return (
        f'<tr><td><a href="/cards/{path.name}">{path.stem}</a></td><td>{name}</td>'
        f"<td>{html.escape(facts['birth_date'])}</td><td>{html.escape(facts['income'])}</td></tr>"
    )


def _account_row(account: dict[str, Any], now: datetime) -> str:
    cells = [account["number"], account["name"], account["role_label"], account["password"]]
    shown = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f"<tr>{shown}<td><code>{staff.code(account, now)}</code></td></tr>"
