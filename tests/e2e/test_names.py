"""A name with 外字, a variant's selector and a split voiced mark goes from the card to the case."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from demo import staff
from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import residents
from demo.filer import Filer
from demo.home import Home
from demo.timeline import wait_for
from signing.certificates import read_attributes
from signing.demo import CardHolder, DemoPki, open_card
from tests.e2e.pages import open_case, sign_in

# A variant's selector (IVS), a character of one's own (PUA), and a voiced mark that stands apart.
KATSURAGI, GAIJI = "葛\U000e0100", "\ue000"
NAME = f"{KATSURAGI}城 {GAIJI}か\u3099く子"
PAYER = f"{KATSURAGI}城商店 辻\U000e0101 {GAIJI}"


@pytest.fixture
def card(home: Home) -> Card:
    """A card whose certificate bears substitutes (代替文字) where its face has the name."""
    person = [one for one in residents() if one.kind == "salary"][7]
    person = replace(person, name=NAME, payer=PAYER)
    holder = CardHolder(
        name=person.name,
        kana=person.kana,
        birth_date=date.fromisoformat(person.birth_date),
        sex=person.sex,
        address=person.address,
        personal_number=person.personal_number,
        beyond=(KATSURAGI, GAIJI),
    )
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    return Card(person, DemoPki.load(home.pki).issue(holder, **pins, at=datetime.now(UTC)))


@pytest.mark.req("SHK-01")
def test_name_is_the_same_on_the_card_in_the_copies_and_on_the_case(
    home: Home, card: Card, browser: Browser
) -> None:
    certificate = open_card(card.content, SIGNING_PIN).certificate_der
    filer = Filer(home.url("portal"), card, f"names-{datetime.now(UTC):%H%M%S%f}@example.invalid")

    receipt = filer.file()

    wait_for(home, receipt.number, "queued")
    assert read_attributes(certificate).name == "■城 ■か\u3099く子"
    printed = pdf_text(filer, f"{receipt.path}copy.pdf")
    shown = case_page(home, browser, receipt.number)
    copy = filer.browser.get(f"{receipt.path}copy/")
    for text in (NAME, PAYER):
        assert text in copy
        assert text in shown
        assert "".join(text.split()) in printed


def pdf_text(filer: Filer, path: str) -> str:
    """Return the text that a reader of the PDF can copy, without blanks."""
    answer = filer.browser.session.get(filer.browser.site + path, timeout=60)
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def case_page(home: Home, browser: Browser, receipt_number: str) -> str:
    page = browser.new_context(locale="ja-JP", base_url=home.url("review")).new_page()
    sign_in(page, staff.read(home)["D1001"])
    open_case(page, receipt_number)
    return page.content()
