"""A photograph and a PDF go through all zones with a return, and the reviewer sees their pages."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards, staff
from demo.cards import Card
from demo.city import residents
from demo.filer import START, Filer
from demo.home import Home
from demo.scanner import OWN_WORDS
from demo.timeline import wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, open_case, sign_in, submit
from tests.papers import samples

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def card(home: Home) -> Card:
    person = [one for one in residents() if one.kind == "salary"][2]
    return cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))


@pytest.fixture
def window(browser: Browser) -> Callable[[str, str, dict[str, int]], Looker]:
    def open_window(site: str, person: str, size: dict[str, int]) -> Looker:
        # A device that is held in the hand: it is offered the camera.
        hand = size == PHONE
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="ja-JP",
            base_url=site,
            has_touch=hand,
            is_mobile=hand,
        )
        return Looker(context.new_page(), SCREENSHOTS / f"papers-{person}")

    return open_window


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """What the resident has on the phone."""
    made = {
        "控除証明書.jpg": samples.photograph(orientation=6, size=(1600, 1200)),
        "給与所得の源泉徴収票(令和8年分)株式会社くまもと商店 佐藤花子 2枚目.pdf": samples.pdf(2),
        "うそ.jpg": b"<html>",
        "感染.pdf": b"%PDF-1.4\n" + OWN_WORDS,
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in made}


@pytest.mark.req("POR-05", "SHK-01", "SHK-07", "REL-10")
def test_papers_are_sent_with_the_return_and_seen_by_the_reviewer(
    home: Home,
    card: Card,
    files: dict[str, Path],
    window: Callable[[str, str, dict[str, int]], Looker],
) -> None:
    email = f"papers-{datetime.now(UTC):%H%M%S%f}@example.invalid"
    filer = Filer(home.url("portal"), card, email)
    filer.sign_up()
    filer.read_card()
    filer.answer_all()

    phone = window(home.url("portal"), "phone", PHONE)
    log_in(phone.page, email)
    add(phone, files)
    desk = window(home.url("portal"), "desk", DESK)
    log_in(desk.page, email)
    look_around(desk)
    receipt = filer.sign()
    see_receipt(phone, receipt.path)
    wait_for(home, receipt.number, "queued")

    suzuki = window(home.url("review"), "suzuki", DESK)
    sign_in(suzuki.page, staff.read(home)["D1001"])
    see_papers(suzuki, receipt.number)
    assert phone.complaints + desk.complaints + suzuki.complaints == []


def log_in(page: Page, email: str) -> None:
    page.goto("/account/login/?next=/filings/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", "harbor-lantern-4021")
    submit(page, "form:has([name=password])")


def add(window: Looker, files: dict[str, Path]) -> None:
    """Add papers at a question and on their own page, wrong ones first."""
    page = window.page
    good = [path for name, path in files.items() if name not in ("うそ.jpg", "感染.pdf")]
    page.goto(f"{START}/")
    window.look("hub")
    page.goto(f"{START}/papers/")
    window.look("papers-none")
    expect(page.locator("input[capture]")).to_be_visible()
    page.set_input_files("[name=papers]", [files["うそ.jpg"], files["感染.pdf"]])
    expect(page.locator("[data-papers-chosen]")).to_have_text("2個選びました。")
    submit(page, "form:has([name=topic])")
    expect(page).to_have_title(re.compile("^エラー:"))
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary li")).to_have_count(2)
    window.look("papers-refused")

    page.goto(f"{START}/personal/disability/")
    window.look("question")
    page.locator("summary", has_text="書類も付ける").click()
    page.set_input_files("[name=papers]", files["うそ.jpg"])
    submit(page, "main form:has([name=version])")
    expect(page.locator(".error-summary li")).to_have_count(1)
    window.look("question-refused")
    page.set_input_files("[name=photograph]", good[0])
    submit(page, "main form:has([name=version])")

    page.goto(f"{START}/papers/")
    page.select_option("[name=topic]", "salary")
    page.set_input_files("[name=papers]", good)
    submit(page, "form:has([name=topic])")
    expect(page.locator("[data-paper][data-scan=clean]")).to_have_count(2)
    window.look("papers-two")
    follow(page.locator("[data-paper] a", has_text="見る").first)
    see_picture(page, ".paper-page img")
    submit(page, "form[action$='/turn/']")
    window.look("paper")
    submit(page, "form:has([name=photograph])")
    expect(page.locator(".error-summary li")).to_have_count(1)
    window.look("paper-refused")


def look_around(window: Looker) -> None:
    page = window.page
    for name, path in (
        ("hub", f"{START}/"),
        ("papers", f"{START}/papers/"),
        ("question", f"{START}/personal/disability/"),
        ("check", f"{START}/check/"),
        ("sign", f"{START}/sign/"),
    ):
        page.goto(path)
        window.look(name)
    page.goto(f"{START}/papers/")
    follow(page.locator("[data-paper] a", has_text="外す").last)
    window.look("paper-to-be-removed")
    page.goto(f"{START}/papers/")
    follow(page.locator("[data-paper] a", has_text="見る").last)
    see_picture(page, ".paper-page img")
    window.look("paper")


def see_receipt(window: Looker, path: str) -> None:
    window.page.goto(f"{path}receipt/")
    expect(window.page.locator(".papers-sent li")).to_have_count(2)
    window.look("receipt")


def see_papers(window: Looker, receipt_number: str) -> None:
    """Open the case, then each paper; leaf, turn and enlarge it."""
    page = window.page
    open_case(page, receipt_number)
    for _ in range(40):
        if page.locator(".papers .status[data-kind=success]").count() == 2:
            break
        page.wait_for_timeout(500)
        page.reload()
    window.look("case")
    follow(page.locator("a[href$='/papers/1/']").first)
    see_picture(page, ".paper-sheet img")
    window.look_both("viewer")
    follow(page.locator("nav.tabs a").last)
    follow(page.get_by_role("link", name="次のページ"))
    follow(page.get_by_role("link", name="右に回す"))
    follow(page.get_by_role("link", name="2倍"))
    see_picture(page, ".paper-sheet img")
    assert page.url.endswith("?page=2&turn=90&near=2")
    window.look("viewer-turned")
    digest = hashlib.sha256(samples.pdf(2)).hexdigest()
    expect(page.locator("main")).to_contain_text(digest)


def see_picture(page: Page, place: str) -> None:
    """Wait until a picture has really been drawn."""
    page.wait_for_function(
        "place => { const seen = document.querySelector(place);"
        " return seen && seen.complete && seen.naturalWidth > 50; }",
        arg=place,
    )
