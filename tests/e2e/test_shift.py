"""A whole shift at the desk: take, correct, confirm by another, ask, receive version 2, in bulk."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards, staff
from demo.cards import Card
from demo.city import TAX_YEAR, residents
from demo.filer import Filer, Receipt
from demo.home import Home
from demo.timeline import JST, wait_for
from filing.calendar import assessment_date
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, sign_in, submit
from tests.e2e.test_afterwards import answer, versions
from tests.e2e.test_afterwards import log_in as log_in_resident
from tests.e2e.test_whole_way import DESK, PHONE, open_case, press

WORDS = "国民年金の控除証明書の金額を入力してください。"
Window = Callable[[str, str, dict[str, int]], Looker]


@pytest.fixture
def window(browser: Browser, home: Home) -> Window:
    def open_window(zone: str, person: str, size: dict[str, int]) -> Looker:
        site = home.url(zone)
        context = browser.new_context(viewport=size, locale="ja-JP", base_url=site)  # type: ignore[arg-type]
        # What the resident sees then is looked at where nothing but that happens (test_afterwards).
        passes = zone == "portal"
        return Looker(context.new_page(), SCREENSHOTS / f"shift-{person}", passes=passes)

    return open_window


@pytest.fixture
def people(home: Home) -> list[Card]:
    """Three residents with cards, none of whom another test files for."""
    chosen = [one for one in residents() if one.kind == "salary"][30:33]
    pki = DemoPki.load(home.pki)
    return [cards.mint(pki, one, at=datetime.now(UTC)) for one in chosen]


@pytest.mark.req("SHK-01", "SHK-02", "SHK-04", "SHK-05", "SHK-06")
def test_whole_shift(home: Home, people: list[Card], window: Window, tmp_path: Path) -> None:
    email = f"shift-{datetime.now(UTC):%H%M%S%f}@example.invalid"
    asked, *others = [
        Filer(home.url("portal"), card, f"{number}-{email}").file()
        for number, card in enumerate(people)
    ]
    for receipt in (asked, *others):
        wait_for(home, receipt.number, "queued")
    suzuki, tanaka = (window("review", name, DESK) for name in ("suzuki", "tanaka"))
    sign_in(suzuki.page, staff.read(home)["D1001"])
    sign_in(tanaka.page, staff.read(home)["D1002"])

    open_case(suzuki, asked.number)
    press(suzuki, "take")
    take_by_keyboard(suzuki, others)
    again(suzuki, asked)
    correct(suzuki)
    confirm_correction(tanaka, asked)
    ask(suzuki)
    wait_for(home, asked.number, "correction_requested")

    resident = window("portal", "resident", PHONE)
    card_file = tmp_path / "card.json"
    card_file.write_text(json.dumps(people[0].content, ensure_ascii=False), encoding="utf-8")
    log_in_resident(resident, f"0-{email}")
    answer(resident, asked, card_file)
    assert versions(home, asked) == {1: "superseded", 2: "queued"}

    old_version_is_closed(suzuki)
    press(suzuki, "take")
    press(suzuki, "propose")
    for receipt in others:
        again(suzuki, receipt)
        press(suzuki, "propose")
    confirm_in_bulk(tanaka, [asked, *others])
    for receipt in others:
        wait_for(home, receipt.number, "imported", "closed")
    assert versions(home, asked)[2] in ("accepted", "imported")
    assert resident.complaints + suzuki.complaints + tanaka.complaints == []


def take_by_keyboard(window: Looker, receipts: list[Receipt]) -> None:
    """Move with j and k, tick with x, see the keys with ?, assign with a: no mouse at all."""
    page = window.page
    for receipt in receipts:
        page.goto(f"/cases/?receipt_number={receipt.number}")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("x")
        expect(page.locator("[name=case]").first).to_be_checked()
        page.keyboard.press("?")
        expect(page.locator("#key-help")).to_be_visible()
        window.look("keys")
        page.keyboard.press("Escape")
        page.locator("#bulk-to").select_option("D1001")
        page.locator("h1").click()
        with page.expect_navigation():
            page.keyboard.press("a")
        window.look("bulk-preview")
        with page.expect_navigation():
            page.keyboard.press("c")
        window.look("bulk-done")


def correct(window: Looker) -> None:
    """Propose another amount: the filed one stays beside it."""
    page = window.page
    page.keyboard.press("e")
    page.locator("[name=amend-field]").select_option(index=0)
    page.fill("[name=amend-value]", "1")
    page.fill("[name=amend-comment]", "源泉徴収票の金額と違うため")
    submit(page, "form[action$='/do/amend/']")
    expect(page.locator("main")).to_contain_text("源泉徴収票の金額と違うため")
    # The one who proposed is offered no button to confirm it.
    assert page.get_by_role("button", name="修正を確認する").count() == 0
    window.look("amended")


def confirm_correction(window: Looker, receipt: Receipt) -> None:
    open_case(window, receipt.number)
    with window.page.expect_navigation():
        window.page.get_by_role("button", name="修正を確認する").click()
    window.look("amendment-confirmed")


def ask(window: Looker) -> None:
    """Ask for a correction; first with nothing said, which is refused at the field."""
    page = window.page
    page.reload()
    page.locator("#act-request_correction summary").click()
    submit(page, "form[action$='/do/request_correction/']")
    window.look("ask-errors")
    expect(page.locator("#act-request_correction")).to_have_attribute("open", "")
    page.check("[name=request_correction-fields_to_correct][value='answers.social_insurance']")
    page.fill("[name=request_correction-message]", WORDS)
    due = datetime.now(UTC) + timedelta(days=14)
    page.locator("[name=request_correction-due_on_era]").select_option("西暦")
    for part in ("year", "month", "day"):
        page.fill(f"[name=request_correction-due_on_{part}]", str(getattr(due, part)))
    submit(page, "form[action$='/do/request_correction/']")
    window.look("asked")


def old_version_is_closed(window: Looker) -> None:
    """The first version offers no act any more and leads to the second, which says what differs."""
    page = window.page
    page.reload()
    window.look("old-version")
    assert page.locator("form[action*='/do/']").count() == 0
    follow(page.get_by_role("link", name="第2版を開く"))
    expect(page.locator("main")).to_contain_text("前の版との違い")
    window.look("version-2")
    for place in ("last-year", "tax"):
        page.goto(f"{page.url.split('?')[0]}?beside={place}")
        window.look(f"beside-{place}")


def again(window: Looker, receipt: Receipt, state: str = "") -> None:
    """Open a case with the keyboard; the reason was given already."""
    page = window.page
    page.goto(f"/cases/?receipt_number={receipt.number}&state={state}")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def confirm_in_bulk(window: Looker, receipts: list[Receipt]) -> None:
    """Confirm at once what passed every check; what carries a remark is confirmed by itself."""
    page = window.page
    page.goto("/cases/?view=confirm")
    for receipt in receipts:
        page.check(f"[name=case][aria-label='{receipt.number}']")
    follow(page.locator("button[name=act][value=confirm]"))
    window.look("bulk-confirm")
    alone = [receipt for receipt in receipts if "1件ずつ" in line_of(page, receipt)]
    # Nobody can know the income of a year that has not ended: each of these carries a remark.
    if datetime.now(JST).date() < assessment_date(TAX_YEAR):
        assert alone == receipts
    if alone != receipts:
        with page.expect_navigation():
            page.keyboard.press("c")
        window.look("bulk-confirmed")
    for receipt in alone:
        again(window, receipt, "awaiting_confirmation")
        press(window, "confirm")


def line_of(page: Page, receipt: Receipt) -> str:
    """Return what the preview says about a filing."""
    return page.locator("tbody tr", has_text=receipt.number).inner_text()
