"""A browser for scripts: keeps cookies, sends the CSRF token, follows nothing by itself."""

import re
from typing import Any

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unexpected(Exception):
    """A page answered otherwise than the script expects; says which page and how."""


class Visitor:
    """One session with one site."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = ""

    def get(self, path: str) -> str:
        """Open a page and remember its CSRF token."""
        answer = self.session.get(self.site + path, timeout=30)
        if answer.status_code != 200:
            raise Unexpected(f"GET {path} answered {answer.status_code}")
        found = TOKEN.search(answer.text)
        if found:
            self.token = found.group(1)
        return answer.text

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Send a form; the answer is given back as it is, redirects included."""
        return self.session.post(
            self.site + path,
            data={"csrfmiddlewaretoken": self.token, **fields},
            headers={"Referer": self.site + path},
            timeout=60,
            allow_redirects=False,
        )

    def send(self, path: str, **fields: Any) -> str:
        """Send a form that must be accepted; return where the site leads on to."""
        answer = self.post(path, **fields)
        if answer.status_code != 302:
            raise Unexpected(
                f"POST {path} answered {answer.status_code}: {_complaint(answer.text)}"
            )
        return answer.headers["Location"]


def _complaint(page: str) -> str:
    """Return what the page says is wrong, without tags."""
    found = re.search(r'(?s)class="[^"]*error-summary[^"]*".*?</(?:div|section)>', page)
    text = re.sub(r"<[^>]+>", " ", found.group(0)) if found else ""
    return " ".join(text.split())[:200]
