"""デジタル認証アプリ in a browser: sign in, read the card, file, sign; and the ways it fails."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards
from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import Resident, residents
from demo.filer import START, Filer
from demo.home import Home
from demo.timeline import wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, submit
from tests.e2e.test_whole_way import MOST_PAGES, click_on, fill

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
Open = Callable[[str, dict[str, int]], Looker]


@pytest.fixture
def suzuki(home: Home) -> Iterator[Card]:
    """A resident whose card lies by the simulator's phone."""
    yield from laid_by_the_phone(home, 20)


@pytest.fixture
def tanaka(home: Home) -> Iterator[Card]:
    """Another one, who has not filed yet."""
    yield from laid_by_the_phone(home, 21)


def laid_by_the_phone(home: Home, number: int) -> Iterator[Card]:
    person: Resident = [one for one in residents() if one.kind == "salary"][number]
    card = cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))
    path = home.cards / "card-99.json"
    path.write_text(json.dumps(card.content, ensure_ascii=False), encoding="utf-8")
    yield card
    path.unlink()


@pytest.fixture
def looker(browser: Browser, home: Home) -> Open:
    def open_window(person: str, size: dict[str, int]) -> Looker:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="ja-JP",
            base_url=home.url("portal"),
        )
        return Looker(context.new_page(), SCREENSHOTS / person)

    return open_window


@pytest.mark.req("SIG-01")
def test_return_is_filed_with_the_app_from_the_first_page_to_the_receipt(
    home: Home, suzuki: Card, looker: Open
) -> None:
    window = looker("auth-app", PHONE)
    begins_with_card(window)
    begin_with_number(window, suzuki.holder.personal_number)
    answer_questions(window, Filer(home.url("portal"), suzuki, "").answers())
    page = window.page
    window.look("check-and-sign")

    press_app(page, "app-sign-title")
    window.look("app-sign")
    choose(page, SIGNING_PIN, "cancel")
    expect(page.locator("main")).to_contain_text("取りやめました")
    window.look("sign-cancelled")
    back_to_signing(page)
    window.look("sign-both-ways")
    press_app(page, "app-sign-title")
    page.select_option("#scenario", "expired")
    choose(page, SIGNING_PIN)
    expect(page.locator("main")).to_contain_text("時間がたったため")
    window.look("sign-expired")
    back_to_signing(page)
    press_app(page, "app-sign-title")
    choose(page, "wrong-pin")
    expect(page.locator("[role=alert]")).to_contain_text("あと4回")
    window.look("app-wrong-pin")
    choose(page, SIGNING_PIN)

    page.wait_for_url("**/receipt/", timeout=30_000)
    window.look("receipt")
    expect(page.locator("#offer-address")).to_be_visible()
    number = page.locator("[data-receipt-number]").get_attribute("data-receipt-number")
    wait_for(home, str(number), "queued")
    assert window.complaints == []


def test_card_is_read_with_the_app_after_a_log_in_by_four_digits(
    tanaka: Card, looker: Open
) -> None:
    window = looker("auth-app-login", DESK)
    page = window.page
    page.goto("/account/login/")
    press_app(page, "app-login-title")
    choose(page, NUMBER_PIN)
    begin(page)
    read_card(window, tanaka.holder.personal_number)
    page.goto("/messages/")
    window.look("messages")
    page.goto("/account/email/")
    window.look("address")

    assert window.complaints == []


def test_card_locked_in_the_app_leads_back_with_the_remedy(
    home: Home, suzuki: Card, looker: Open
) -> None:
    window = looker("auth-app-locked", DESK)
    page = window.page
    page.goto("/account/login/")
    window.look("login")
    press_app(page, "app-login-title")
    window.look("app-login")
    for _ in range(3):
        choose(page, "0000")

    expect(page.locator("main")).to_contain_text("カードがロックされています")
    expect(page.locator("main")).to_contain_text("区役所の窓口で、ロックの解除")
    window.look("login-locked")
    assert window.complaints == []


def begins_with_card(window: Looker) -> None:
    page = window.page
    page.goto("/")
    window.look("landing")
    follow(page.locator("main button[form=by-card]"))
    window.look("app-start")
    choose(page, SIGNING_PIN)
    expect(page).to_have_url(re.compile("/return/"))


def begin_with_number(window: Looker, number: str) -> None:
    """Copy what the card said at the beginning: only the number is typed, on the first page."""
    page = window.page
    page.goto("/return/start/")
    window.look("start-known")
    page.fill("main [name=personal_number]", "111111111111")
    submit(page, "main form:has([name=purpose_version])")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".field[data-state=error]")).to_contain_text("マイナンバーがちがいます")
    window.look("start-known-wrong-number")
    page.fill("main [name=personal_number]", number)
    submit(page, "main form:has([name=purpose_version])")
    expect(page).to_have_url(re.compile("/basic/contact/$"))


def begin(page: Page) -> None:
    page.goto("/return/start/")
    page.check("[name=tax_year][value=R9]")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    submit(page, "main form:has([name=purpose_version])")


def read_card(window: Looker, number: str) -> None:
    page = window.page
    page.goto(f"{START}/card/")
    window.look("card-both-ways")
    page.fill("[name=personal_number]", "111111111111")
    press_app(page, "app-read-title")
    expect(page.locator(".field[data-state=error]")).to_contain_text("マイナンバーがちがいます")
    window.look("card-wrong-number")
    page.fill("[name=personal_number]", number)
    press_app(page, "app-read-title")
    window.look("app-read")
    choose(page, SIGNING_PIN)
    expect(page).to_have_url(re.compile("/basic/contact/$"))
    window.look("card-just-read")
    page.goto(f"{START}/card/")
    window.look("card-read")


def answer_questions(window: Looker, answers: dict[str, dict[str, object]]) -> None:
    """Answer whatever the site asks next, until it shows the answers for checking."""
    page = window.page
    page.goto(f"{START}/")
    click_on(page)
    for _ in range(MOST_PAGES):
        path = re.sub(r"^https?://[^/]+", "", page.url)
        if path == f"{START}/check/":
            return
        section, _, rest = path.removeprefix(f"{START}/").rstrip("/").partition("/")
        if not rest:
            click_on(page)
            continue
        question = f"{section}/{rest.rsplit('/', 1)[-1]}"
        for name, value in answers.get(question, {"kana": ""}).items():
            fill(page, name, str(value))
        submit(page, "main form:has([name=version])")
    raise AssertionError("the questions do not end")


def press_app(page: Page, title: str) -> None:
    follow(page.locator(f"section[aria-labelledby={title}] button"))


def choose(page: Page, pin: str, action: str = "use") -> None:
    """Play the person with the phone: the card, the PIN, and the button."""
    page.select_option("#card", "card-99")
    page.fill("#pin", pin)
    follow(page.locator(f"button[value={action}]"))


def back_to_signing(page: Page) -> None:
    follow(page.locator("main a.button"))
    assert page.url.endswith("/sign/")
