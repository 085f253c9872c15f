"""A resident who files by script, over HTTP, with a real card signature."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import TAX_YEAR
from demo.visitor import Unexpected, Visitor
from signing.demo import open_card, open_face

VERSION = re.compile(r'name="version" value="(\d+)"')
NEXT = re.compile(r'<a class="button" data-width="full" href="([^"]+)"')
MOST_PAGES = 80
START = f"/return/{TAX_YEAR}"


@dataclass(frozen=True)
class Receipt:
    """What the receipt page says, and where the filing can be looked at."""

    number: str
    sha256: str
    submitted_at: str
    path: str


class Filer:
    """One resident at the portal: account, card, answers, signature, receipt.

    `year` is the one that is filed for: the season's, or the one before it as a late return.
    """

    def __init__(self, site: str, card: Card, email: str, year: str = TAX_YEAR) -> None:
        self.browser = Visitor(site)
        self.card = card
        self.email = email
        self.year, self.start = year, f"/return/{year}"
        self.version = 0

    def file(self) -> Receipt:
        """File a return and return the receipt."""
        self.sign_up()
        self.read_card()
        self.answer_all()
        return self.sign()

    def sign_up(self) -> None:
        """Make an account and start the year's return."""
        self.browser.get("/account/signup/")
        self.browser.send("/account/signup/", email=self.email, password1="harbor-lantern-4021")
        page = self.browser.get("/return/start/")
        purpose = re.search(r'name="purpose_version" value="([^"]+)"', page)
        if purpose is None:
            raise Unexpected("the start page shows no purpose of use")
        self.browser.send(
            "/return/start/", tax_year=self.year, purpose_version=purpose.group(1), understood="on"
        )

    def read_card(self) -> None:
        """Open the card's face with the number PIN and hand it in with the certificate."""
        self._see(f"{self.start}/card/")
        read = {
            "face": open_face(self.card.content, NUMBER_PIN),
            "certificate": self.card.content["certificate"],
        }
        self._answer(f"{self.start}/card/", {"read": json.dumps(read, ensure_ascii=False)})

    def answer_all(self) -> None:
        """Go where the site leads, answering each question, until the answers can be checked."""
        answers = self.answers()
        path = self._next_of(f"{self.start}/")
        for _ in range(MOST_PAGES):
            if path == f"{self.start}/check/":
                return
            if path.count("/") == 4 and path.startswith(f"{self.start}/"):
                path = self._next_of(path)  # the list of slips entered so far
                continue
            section, _, page = path.removeprefix(f"{self.start}/").rstrip("/").partition("/")
            question = f"{section}/{page.rsplit('/', 1)[-1]}"
            if question not in answers:
                raise Unexpected(f"no answer is planned for {path}")
            path = self._answer(path, answers[question])
        raise Unexpected("the questions do not end")

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return this resident's answer to each question that may be asked."""
        holder = self.card.holder
        answers: dict[str, dict[str, Any]] = {
            "basic/kana": {"kana": holder.kana},
            "basic/contact": {"phone": "096-000-0000", "same": "yes"},
            "income/kinds": {"kinds": holder.kind},
            "no-income/reason": {"reason": "savings"},
            "social-insurance/which": {"which": "none"},
            "spouse/which": {"which": "none", "marital-marital": "never"},
            "personal/marital": {"marital": "never"},
            "personal/partner": {"partner": "no"},
            "collection/method": {"collection": "salary"},
        }
        slip = {"revenue": holder.revenue, "withheld_tax": 0, "payer": holder.payer}
        slip["social_insurance"] = holder.social_insurance
        answers["salaries/slip"] = slip
        answers["pensions/slip"] = slip | {"source": "other"}
        return answers

    def sign(self) -> Receipt:
        """Let the card sign what the server prepared, and submit."""
        card = open_card(self.card.content, SIGNING_PIN)
        self._see(f"{self.start}/sign/")
        answer = self.browser.post(
            f"{self.start}/sign/prepare/",
            version=self.version,
            certificate=base64.b64encode(card.certificate_der).decode(),
        )
        if answer.status_code != 200:
            raise Unexpected(f"prepare answered {answer.status_code}: {answer.text[:200]}")
        prepared = answer.json()
        signature = card.sign(base64.b64decode(prepared["signed_info"]))
        path = self.browser.send(
            f"{self.start}/sign/submit/",
            version=self.version,
            prepared=prepared["prepared"],
            signature=base64.b64encode(signature).decode(),
        )
        return self._receipt(path)

    def _receipt(self, path: str) -> Receipt:
        page = self.browser.get(path)
        found = [
            re.search(rf'data-{name}="([^"]+)"', page)
            for name in ("receipt-number", "sha256", "submitted-at")
        ]
        number, digest, submitted_at = (match.group(1) if match else "" for match in found)
        if not (number and digest and submitted_at):
            raise Unexpected("the receipt page shows no receipt")
        return Receipt(number, digest, submitted_at, path.removesuffix("receipt/"))

    def _see(self, path: str) -> None:
        """Open a page of the return and remember the version that it shows."""
        found = VERSION.search(self.browser.get(path))
        if found:
            self.version = int(found.group(1))

    def _answer(self, path: str, fields: dict[str, Any]) -> str:
        """Answer one question; return where the site leads on to."""
        onward = self.browser.send(path, version=self.version, **fields)
        self.version += 1
        return onward

    def _next_of(self, path: str) -> str:
        """Return where a page's main button leads."""
        found = NEXT.search(self.browser.get(path))
        if found is None:
            raise Unexpected(f"{path} has no way on")
        return found.group(1)
