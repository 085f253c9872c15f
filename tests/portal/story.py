"""A resident at the screen: what they type and post, page by page, as a browser without scripts."""

import base64
import json
import re
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.queries import own_draft
from signing.demo import open_card, open_face
from tests.papers import samples

NUMBER_PIN = "1234"
SIGNING_PIN = "SATO1234"
NOTHING_SPECIAL = {
    "social-insurance/paid": {"paid": "no"},
    "insurance/life-paid": {"paid": "no"},
    "insurance/earthquake-paid": {"quake_paid": "no"},
    "medical/method": {"method": "none"},
    "spouse/has": {"has": "no"},
    "relatives/has": {"has": "no"},
    "personal/disability": {"disability": "none"},
    "personal/marital": {"marital": "never"},
    "personal/partner": {"partner": "no"},
    "personal/student": {"student": "no"},
}
MOTHER = {
    "authority": "mandate",
    "name": "佐藤 トメ",
    "birth_date_era": "昭和",
    "birth_date_year": "27",
    "birth_date_month": "4",
    "birth_date_day": "8",
}
ABOUT_MOTHER: dict[str, dict[str, str]] = {
    "person": {"kana": "サトウ トメ", "sex": "2"},
    "address": {"address": "熊本県熊本市北区植木町岩野238番地1"},
    "lived": {"same": "yes"},
    "number": {"personal_number": "234567890121"},
}
CHILD = {"name": "佐藤 一郎", "birth_date": "2020-04-05", "relation": "child"}
ABOUT_CHILD: dict[str, dict[str, str]] = {
    "living": {"living": "together"},
    "disability": {"disability": "none"},
    "number": {"personal_number": "234567890121"},
}
SLIP = {"payer": "株式会社くまもと商店", "revenue": "3,200,000", "social_insurance": "480000"}


class Person:
    """One of the cast, logged in, with a card. `tax_year` is the return that they work on."""

    def __init__(self, email: str, card: dict[str, Any] | None = None, year: str = "R9") -> None:
        self.client = Client()
        self.email, self.card, self.year = email, card, year

    def signs_up(self) -> "Person":
        answer = self.client.post(
            "/account/signup/", {"email": self.email, "password1": "kumamoto-no-mizu"}
        )
        assert answer.status_code == 302, answer.content.decode()
        return self

    def logs_in(self) -> "Person":
        answer = self.client.post(
            "/account/login/", {"login": self.email, "password": "kumamoto-no-mizu"}
        )
        assert answer.status_code == 302, answer.content.decode()
        return self

    def begins(self, **more: str) -> "Person":
        page = self.client.get("/return/start/")
        purpose = re.search(r'name="purpose_version" value="([^"]+)"', page.content.decode())
        assert purpose
        answer = self.client.post(
            "/return/start/", {"tax_year": self.year, "purpose_version": purpose[1], **more}
        )
        assert answer.status_code == 302, answer.content.decode()
        return self

    def begins_for(self, **changed: str) -> "Person":
        """Begin as an agent; from here on `year` names the other person's return."""
        answer = self.posts_start_for(**changed)
        assert answer.status_code == 302, answer.content.decode()
        self.year = answer.headers["Location"].split("/")[2]
        return self

    def posts_start_for(self, **changed: str) -> Any:
        page = self.client.get("/return/for/").content.decode()
        purpose = re.search(r'name="purpose_version" value="([^"]+)"', page)
        assert purpose
        given = MOTHER | {"tax_year": "R9", "purpose_version": purpose[1]} | changed
        return self.client.post("/return/for/", given)

    def tells_of_principal(self, **changed: dict[str, str]) -> "Person":
        """Answer about the other person, and attach the paper that shows the right to act."""
        for page, fields in ABOUT_MOTHER.items():
            self.answers(f"principal/{page}", **(fields | changed.get(page, {})))
        mandate = SimpleUploadedFile("委任状.jpg", samples.photograph())
        self.answers("principal/authority", papers=[mandate])
        return self

    def is_ready_to_sign_for_mother(self) -> "Person":
        self.signs_up().begins_for().tells_of_principal().reads_card()
        self.answers("basic/phone", phone="090-1234-5678")
        return self.earns().has_nothing_special()

    @property
    def face(self) -> dict[str, str]:
        return open_face(self.card, NUMBER_PIN)

    def version(self) -> str:
        """Return the version that every page of the return carries now, without opening one."""
        return str(own_draft(get_user(self.client), self.year).version)

    def posts_card(self, **changed: str) -> Any:
        read = {"face": self.face | changed, "certificate": self.card["certificate"]}
        return self.client.post(
            f"/return/{self.year}/card/", {"version": self.version(), "read": json.dumps(read)}
        )

    def reads_card(self) -> "Person":
        """Read it, and see the page that comes next, which says so."""
        answer = self.posts_card()
        assert answer.status_code == 302, answer.content.decode()
        self.client.get(answer.headers["Location"])
        return self

    def posts(self, page: str, fields: dict[str, Any], version: str = "") -> Any:
        return self.client.post(
            f"/return/{self.year}/{page}/", {"version": version or self.version(), **fields}
        )

    def answers(self, page: str, **fields: Any) -> str:
        """Answer a page; return the address that comes next."""
        answer = self.posts(page, fields)
        assert answer.status_code == 302, (page, answer.status_code, answer.content.decode())
        return answer.headers["Location"]

    def answers_basics(self) -> "Person":
        if not self.face.get("kana"):
            self.answers("basic/kana", kana="")
        self.answers("basic/phone", phone="090-1234-5678")
        self.answers("basic/address", same="yes")
        return self

    def earns(self, **slip: str) -> "Person":
        self.answers("income/kinds", kinds=["salary"])
        self.answers("salaries/new/slip", **(SLIP | slip))
        return self

    def fills_in_slip(self, section: str, **boxes: str) -> str:
        """Copy a slip box by box; return the address that comes next."""
        following = self.answers(f"{section}/new/payer", payer=boxes.pop("payer"))
        for name in ("revenue", "withheld_tax", "social_insurance"):
            page = following.removeprefix(f"/return/{self.year}/").rstrip("/")
            following = self.answers(page, **{name: boxes.get(name, "")})
        return following

    def has_nothing_special(self) -> "Person":
        """Tick on the two pages that ask at once that nothing of it applies."""
        self.answers("social-insurance/which", which="none")
        self.answers("spouse/which", which="none", **{"marital-marital": "never"})
        return self

    def supports_a_child(self) -> str:
        """Answer all about a small child; return the entry's name in addresses."""
        self.answers("relatives/has", has="yes")
        entry = self.answers("relatives/new/person", **CHILD).split("/")[-3]
        for page, fields in ABOUT_CHILD.items():
            self.answers(f"relatives/{entry}/{page}", **fields)
        self.answers("personal/partner", partner="no")
        return entry

    def answers_page_by_page(self, *but: str) -> "Person":
        """Answer that nothing special applies, each question on its own page."""
        for page, fields in NOTHING_SPECIAL.items():
            if page.split("/")[0] not in but and page not in but:
                self.answers(page, **fields)
        return self

    def is_ready_to_sign(self) -> "Person":
        self.signs_up().begins().reads_card().answers_basics().earns().has_nothing_special()
        return self

    def prepares(self, version: str = "") -> Any:
        fields = {"version": version or self.version(), "certificate": self.card["certificate"]}
        return self.client.post(f"/return/{self.year}/sign/prepare/", fields)

    def signature_for(self, prepared: Any) -> dict[str, str]:
        """Return what the page would post after the card has signed."""
        told = prepared.json()
        key = open_card(self.card, SIGNING_PIN)
        value = key.sign(base64.b64decode(told["signed_info"]))
        return {
            "version": self.version(),
            "prepared": told["prepared"],
            "signature": base64.b64encode(value).decode(),
        }

    def submits(self, fields: dict[str, str]) -> Any:
        return self.client.post(f"/return/{self.year}/sign/submit/", fields)

    def attaches(self, *files: tuple[str, bytes], topic: str = "other") -> Any:
        """Choose files on the page of papers."""
        chosen = [SimpleUploadedFile(name, content) for name, content in files]
        return self.client.post(f"/return/{self.year}/papers/", {"topic": topic, "papers": chosen})

    def files_with(self, *files: tuple[str, bytes]) -> UUID:
        """Attach files, sign and submit."""
        assert self.attaches(*files).status_code == 302
        return self.files()

    def files(self) -> UUID:
        """Sign and submit; return the id in the receipt's address."""
        answer = self.submits(self.signature_for(self.prepares()))
        assert answer.status_code == 302, answer.content.decode()
        return UUID(answer.headers["Location"].split("/")[2])
