"""One resident on a phone and two members of staff, from the first page to 完了, in a browser."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards, staff
from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import Resident, residents
from demo.filer import START, Filer
from demo.home import Home
from demo.timeline import wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, fresh_code, submit

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
MOST_PAGES = 60


@pytest.fixture
def sato(home: Home) -> Card:
    person: Resident = next(one for one in residents() if one.kind == "salary")
    return cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))


@pytest.fixture
def card_file(sato: Card, tmp_path: Path) -> Path:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(sato.content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def looker(browser: Browser) -> Callable[[str, str, dict[str, int]], Looker]:
    """Open a browser window of its own for a person: no cookies are shared."""

    def open_window(site: str, person: str, size: dict[str, int]) -> Looker:
        context = browser.new_context(viewport=size, locale="ja-JP", base_url=site)  # type: ignore[arg-type]
        return Looker(context.new_page(), SCREENSHOTS / person)

    return open_window


@pytest.mark.req("POR-01", "POR-03", "POR-05", "SHK-01", "SHK-02", "SHK-05", "SIG-01")
def test_return_goes_from_the_first_page_to_done(
    home: Home,
    sato: Card,
    card_file: Path,
    looker: Callable[[str, str, dict[str, int]], Looker],
) -> None:
    resident = looker(home.url("portal"), "resident", PHONE)
    open_account(resident)
    read_card(resident, card_file)
    answer_questions(resident, Filer(home.url("portal"), sato, "").answers())
    receipt_number = sign(resident, card_file)
    wait_for(home, receipt_number, "queued")

    suzuki = looker(home.url("review"), "suzuki", DESK)
    log_in(suzuki, staff.read(home)["D1001"])
    open_case(suzuki, receipt_number)
    press(suzuki, "take")
    press(suzuki, "propose")
    tanaka = looker(home.url("review"), "tanaka", DESK)
    log_in(tanaka, staff.read(home)["D1002"])
    open_case(tanaka, receipt_number)
    press(tanaka, "confirm")
    wait_for(home, receipt_number, "imported", "closed")
    look_at_assessment(tanaka)

    see_it_done(resident)
    assert resident.complaints + suzuki.complaints + tanaka.complaints == []


def open_account(window: Looker) -> None:
    page = window.page
    page.goto("/")
    window.look("landing")
    page.goto("/account/signup/")
    window.look("signup")
    page.fill("[name=email]", f"sato-{datetime.now(UTC):%H%M%S%f}@example.invalid")
    page.fill("[name=password1]", "harbor-lantern-4021")
    submit(page, "form:has([name=password1])")
    page.goto("/return/start/")
    window.look("start")
    page.check("[name=tax_year][value=R9]")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    submit(page, "main form:has([name=purpose_version])")


def read_card(window: Looker, card_file: Path) -> None:
    page = window.page
    page.goto(f"{START}/card/")
    window.look("card")
    page.set_input_files("[data-card-file]", card_file)
    page.fill("[data-card-pin]", "0000")
    page.click("[data-card-read] button[type=submit]")
    expect(page.locator("[data-card-message]")).to_be_visible()
    window.look("card-wrong-pin")
    page.fill("[data-card-pin]", NUMBER_PIN)
    with page.expect_navigation():
        page.click("[data-card-read] button[type=submit]")


def answer_questions(window: Looker, answers: dict[str, dict[str, object]]) -> None:
    """Answer whatever the site asks next, until everything is answered."""
    page = window.page
    page.goto(f"{START}/")
    window.look("hub")
    click_on(page)
    for _ in range(MOST_PAGES):
        path = re.sub(r"^https?://[^/]+", "", page.url)
        if path == f"{START}/check/":
            window.look("check")
            return
        section, _, rest = path.removeprefix(f"{START}/").rstrip("/").partition("/")
        if not rest:
            window.look(f"list-{section}")
            click_on(page)
            continue
        question = f"{section}/{rest.rsplit('/', 1)[-1]}"
        window.look(question.replace("/", "-"))
        for name, value in answers[question].items():
            fill(page, name, str(value))
        submit(page, "main form:has([name=version])")
    raise AssertionError("the questions do not end")


def fill(page: Page, name: str, value: str) -> None:
    field = page.locator(f"main [name={name}]").first
    if not field.is_visible():
        return  # What no tick has opened is not asked.
    if field.get_attribute("type") in ("radio", "checkbox"):
        page.check(f"main [name={name}][value='{value}']")
    else:
        field.fill(value)


def sign(window: Looker, card_file: Path) -> str:
    """Sign with the card in the page, and return the 受付番号 that the receipt shows."""
    page = window.page
    page.goto(f"{START}/sign/")
    window.look("sign")
    page.set_input_files("[data-card-file]", card_file)
    page.fill("[data-card-pin]", "wrong-pin")
    page.click("[data-card-sign] button[type=submit]")
    expect(page.locator("[data-card-message]")).to_be_visible()
    page.fill("[data-card-pin]", SIGNING_PIN)
    page.click("[data-card-sign] button[type=submit]")
    page.wait_for_url("**/receipt/", timeout=30_000)
    window.look("receipt")
    number = page.locator("[data-receipt-number]").get_attribute("data-receipt-number")
    page.reload()
    assert page.locator("[data-receipt-number]").get_attribute("data-receipt-number") == number
    return str(number)


def see_it_done(window: Looker) -> None:
    """The resident looks again until the office's word has come back."""
    page = window.page
    page.goto("/filings/")
    window.look("filings")
    follow(page.locator("main a[href*='/filings/']").first)
    for _ in range(40):
        if page.locator("[data-state=completed]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("[data-state=completed]").first).to_be_visible()
    window.look("filing-done")


def log_in(window: Looker, account: dict[str, str]) -> None:
    page = window.page
    page.goto("/")
    window.look("login")
    page.fill("[name=number]", account["number"])
    page.fill("[name=password]", account["password"])
    submit(page, "form:has([name=password])")
    window.look("code")
    page.fill("[name=code]", fresh_code(account))
    submit(page, "form:has([name=code])")
    window.look("today")


def open_case(window: Looker, receipt_number: str) -> None:
    """Find the case in the queue, and give the 処理事由 that is asked before it opens."""
    page = window.page
    page.goto(f"/cases/?receipt_number={receipt_number}")
    window.look("queue")
    follow(page.locator("main th a[href^='/cases/']").first)
    expect(page.locator("[name=text]")).to_be_visible()
    window.look("reason")
    page.check("[name=code][value=review]")
    page.fill("[name=text]", "令和9年度申告の審査")
    submit(page, "form:has([name=text])")
    window.look("case")


def press(window: Looker, step: str) -> None:
    submit(window.page, f"form[action$='/do/{step}/']")
    window.look(f"case-{step}")


def look_at_assessment(window: Looker) -> None:
    page = window.page
    page.reload()
    window.look("case-imported")
    follow(page.locator("main a[href*='/people/']").first)
    window.look("person")
    follow(page.locator("main a[href*='/R9/']").first)
    window.look("assessment")
    expect(page.locator("main")).to_contain_text("森林環境税")


def click_on(page: Page) -> None:
    """Follow the page's main button."""
    follow(page.locator("main a.button[data-width=full]").first)
