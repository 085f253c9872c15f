"""After the receipt: the office asks, the resident answers in place, then takes the filing back."""

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards, staff
from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import residents
from demo.clerk import Clerk
from demo.filer import START, Filer, Receipt
from demo.home import Home
from demo.timeline import states_of, wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, submit

PHONE = {"width": 360, "height": 740}
WORDS = "国民年金の控除証明書の金額を入力してください。"


@pytest.fixture
def card(home: Home) -> Card:
    person = [one for one in residents() if one.kind == "salary"][1]
    return cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))


@pytest.fixture
def window(browser: Browser, home: Home) -> Callable[[dict[str, int]], Looker]:
    def open_window(size: dict[str, int]) -> Looker:
        site = home.url("portal")
        context = browser.new_context(viewport=size, locale="ja-JP", base_url=site)  # type: ignore[arg-type]
        return Looker(context.new_page(), SCREENSHOTS / f"afterwards-{size['width']}")

    return open_window


@pytest.mark.req("POR-10", "SHK-04")
def test_correction_is_answered_in_place_and_the_filing_taken_back(
    home: Home, card: Card, window: Callable[[dict[str, int]], Looker], tmp_path: Path
) -> None:
    card_file = tmp_path / "card.json"
    card_file.write_text(json.dumps(card.content, ensure_ascii=False), encoding="utf-8")
    email = f"after-{datetime.now(UTC):%H%M%S%f}@example.invalid"
    receipt = Filer(home.url("portal"), card, email).file()
    wait_for(home, receipt.number, "queued")
    ask(home, receipt)

    resident = window(PHONE)
    log_in(resident, email)
    answer(resident, receipt, card_file)
    assert versions(home, receipt) == {1: "superseded", 2: "queued"}

    desk = window({"width": 1280, "height": 900})
    log_in(desk, email)
    look_around(desk)
    explain(resident)
    take_back(resident)
    assert versions(home, receipt)[2] == "withdrawn"
    assert resident.complaints + desk.complaints == []


def ask(home: Home, receipt: Receipt) -> None:
    """A member of staff asks for the social insurance to be corrected."""
    clerk = Clerk(home.url("review"), staff.read(home)["D1001"])
    case = clerk.case_of(receipt.number)
    assert case
    clerk.act(case, "take")
    page = clerk.browser.get(case)
    seen = re.search(r'name="request_correction-seen" value="(\d+)"', page)
    assert seen
    date = {"era": "西暦", "year": "2027", "month": "4", "day": "1"}
    clerk.browser.send(
        f"{case}do/request_correction/",
        **{
            "request_correction-seen": seen[1],
            "request_correction-fields_to_correct": "answers.social_insurance",
            "request_correction-message": WORDS,
            **{f"request_correction-due_on_{part}": value for part, value in date.items()},
        },
    )
    wait_for(home, receipt.number, "correction_requested")


def log_in(window: Looker, email: str) -> None:
    page = window.page
    page.goto("/account/login/?next=/filings/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", "harbor-lantern-4021")
    submit(page, "form:has([name=password])")


def answer(window: Looker, receipt: Receipt, card_file: Path) -> None:
    """Correct what was asked, in place; read the card again; sign; see version 2."""
    page = window.page
    wait_until(page, "/filings/", "要訂正")
    window.look("filings")
    follow(page.locator("main h2 a[href*='/filings/']").first)
    expect(page.locator("main")).to_contain_text(WORDS)
    window.look("filing-asked")
    submit(page, "form[action$='/amend/']")
    expect(page.locator("main")).to_contain_text(WORDS)
    window.look("correction")
    session_is_prolonged(window)
    follow(page.locator("a[href*='/social-insurance/paid/']").first)
    window.look("correction-page")
    page.check("[name=paid][value=yes]")
    submit(page, "main form:has([name=version])")
    page.fill("[name=national_pension]", "203,760")
    submit(page, "main form:has([name=version])")
    page.goto(f"{START}/card/")
    window.look("card-again")
    page.set_input_files("[data-card-file]", card_file)
    page.fill("[data-card-pin]", NUMBER_PIN)
    with page.expect_navigation():
        page.click("[data-card-read] button[type=submit]")
    page.goto(f"{START}/check/")
    expect(page.locator(".diff")).to_contain_text("203,760")
    window.look("correction-ready")
    page.goto(f"{START}/sign/")
    page.set_input_files("[data-card-file]", card_file)
    page.fill("[data-card-pin]", SIGNING_PIN)
    page.click("[data-card-sign] button[type=submit]")
    page.wait_for_url("**/receipt/", timeout=30_000)
    window.look("receipt-2")
    number = page.locator("[data-receipt-number]").get_attribute("data-receipt-number")
    assert number == receipt.number


def look_around(window: Looker) -> None:
    """The pages of the filing on a wide screen."""
    page = window.page
    window.look("filings")
    follow(page.locator("main h2 a[href*='/filings/']").first)
    window.look("filing")
    here = page.url
    for name in ("receipt", "copy", "withdraw"):
        page.goto(f"{here}{name}/")
        window.look(name)
    explain(window)
    for suffix in ("copy.pdf", "copy.xml", "calendar.ics"):
        assert page.request.get(f"{here}{suffix}").ok


def explain(window: Looker) -> None:
    """Settings, and the pages that explain."""
    for name in ("settings", "help", "glossary", "accessibility", "privacy"):
        window.page.goto(f"/{name}/")
        window.look(name)
    window.page.goto("/search/?q=税金が払えない")
    window.look("search")


def session_is_prolonged(window: Looker) -> None:
    """Five minutes before its end the page says so, and goes on where one wants to stay."""
    page = window.page
    page.clock.install()
    page.goto(f"{START}/check/")
    page.clock.run_for("26:00")
    expect(page.locator("dialog[data-session]")).to_be_visible()
    window.look("session")
    page.click("[data-session-stay]")
    expect(page.locator("dialog[data-session]")).to_be_hidden()
    page.clock.resume()


def take_back(window: Looker) -> None:
    """Withdraw, and wait for the office's word."""
    page = window.page
    page.goto("/filings/")
    follow(page.locator("main h2 a[href*='/filings/']").first)
    here = page.url
    window.look("filing-version-2")
    page.goto(f"{here}withdraw/")
    window.look("withdraw")
    submit(page, "main form:has(button[data-kind=danger])")
    window.look("withdrawal-sent")
    wait_until(page, here, "取下げを受け付けました")
    window.look("withdrawn")


def versions(home: Home, receipt: Receipt) -> dict[int, str]:
    """Return the state of each version inside, once no step is left to the batch."""
    moving = {"received", "verifying", "matching"}
    end = time.monotonic() + 60
    while time.monotonic() < end:
        rows = {of[1]: state for of, state in states_of(home, receipt.number).items()}
        if len(rows) > 1 and moving.isdisjoint(rows.values()):
            return rows
        time.sleep(0.2)
    raise TimeoutError(f"{receipt.number}: {rows}")


def wait_until(page: Page, address: str, text: str) -> None:
    for _ in range(60):
        page.goto(address)
        if text in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise TimeoutError(f"{address} never says {text}")
