"""Every page of the staff site at two widths, its error states, and the log-in with a 職員証."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import staff
from demo.home import Home
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, fresh_code, submit
from tests.e2e.test_whole_way import DESK

DESK_PAGES = (
    *("/", "/cases/", "/cases/?view=late", "/cases/?state=nonsense", "/cases/search/", "/exports/"),
    *("/people/", "/progress/", "/self-check/", "/disagreements/", "/exchange/", "/paper/"),
    *("/keys/", "/password/", "/reason/", "/staff/table/", "/retention/", "/audit/", "/nowhere/"),
    *("/levy/", "/sources/", "/sources/new/", "/sources/unlinked/", "/rights/", "/people/new/"),
    *("/notices/", "/notices/employers/R9/", "/notices/returned/", "/recipients/"),
    *("/letters/", "/letters/homes/R9/", "/mailing/"),
    *("/tax-files/", "/forwarding/", "/images/", "/exports/euc/people/", "/exports/euc/decisions/"),
    *("/people/businesses/",),
    *("/transfers/", "/transfers/to/transfer-01/", "/transfers/report/"),
    *("/transfers/hand-overs/", "/transfers/intermediary/"),
    *("/people/same/", "/retention/schedule/", "/retention/disposals/", "/jobs/", "/incidents/"),
    "/retention/places/",
)
PAGES = {
    "D1007": DESK_PAGES,
    "D1004": ("/audit/", "/audit/months/", "/audit/maintenance/", "/self-check/"),
    "D1005": ("/staff/", "/staff/D1001/", "/staff/table/", "/exchange/", "/retention/"),
    "D1008": ("/", "/paper/", "/paper/new/R9/"),
    "D1009": ("/reason/", "/"),
}
LOOKS_AT_LOGIN = "D1007"
# Asked for the work order as well.
CONTRACTOR = "D1009"


@pytest.fixture
def window(browser: Browser, home: Home) -> Callable[[str], Looker]:
    def open_window(person: str) -> Looker:
        # A security key answers to a name: an address made of numbers has none.
        site = f"http://localhost:{home.port('review')}"
        context = browser.new_context(viewport=DESK, locale="ja-JP", base_url=site)  # type: ignore[arg-type]
        return Looker(context.new_page(), SCREENSHOTS / f"staff-{person}")

    return open_window


@pytest.mark.req("ACC-01", "ACC-05")
@pytest.mark.parametrize("number", PAGES)
def test_every_page_and_error_state_and_the_way_in_by_security_key(
    home: Home, window: Callable[[str], Looker], number: str
) -> None:
    desk, complaints = window(number), []
    sign_in(desk, home, number)
    header = desk.page.locator(".staff-header")
    # Name, menu and person take two lines of 37 px at most.
    assert header.evaluate("one => one.offsetHeight") < 80
    for address in PAGES[number]:
        look_both(desk, address)
    if number == "D1008":
        wrong_entry(desk)
    if number == "D1005":
        complaints = by_security_key(home, window, desk)
    assert complaints + desk.complaints == []


def sign_in(window: Looker, home: Home, number: str) -> None:
    """Log in with password and code, and say what for; the wrong answers are looked at once."""
    page, account = window.page, staff.read(home)[number]
    if number == LOOKS_AT_LOGIN:
        first_step(page, number, "wrong")
        window.look("login-refused")
    first_step(page, number, account["password"])
    if number == LOOKS_AT_LOGIN:
        page.fill("[name=code]", "12")
        submit(page, "form:has([name=code])")
        window.look("code-refused")
    page.fill("[name=code]", fresh_code(account))
    submit(page, "form:has([name=code])")
    page.goto("/reason/")
    submit(page, "form:has([name=text])")
    if number in (LOOKS_AT_LOGIN, CONTRACTOR):
        window.look("reason-refused")
    page.check("[name=code][value=review]")
    page.fill("[name=text]", "画面の点検")
    if page.locator("[name=work_order]").count():
        page.fill("[name=work_order]", "保守-14")
    submit(page, "form:has([name=text])")
    expect(page.locator("h1")).to_contain_text("今日の仕事")


def first_step(page: Page, number: str, password: str) -> None:
    page.goto("/login/")
    page.fill("[name=number]", number)
    page.fill("[name=password]", password)
    submit(page, "form:has([name=password])")


def look_both(window: Looker, address: str) -> None:
    window.page.goto(address)
    window.look_both(address.strip("/").replace("/", "-").replace("?", "-") or "today")


def wrong_entry(window: Looker) -> None:
    """An empty paper return: the summary names what is missing, at two widths."""
    page = window.page
    page.goto("/paper/new/R9/")
    with page.expect_navigation():
        page.get_by_role("button", name="入力を終えて確認に回す").click()
    expect(page.locator("main")).to_contain_text("「氏名」を入力してください。")
    expect(page.locator("[data-error-summary]")).to_have_count(1)
    window.look_both("paper-errors")


def by_security_key(home: Home, window: Callable[[str], Looker], admin: Looker) -> list[str]:
    """Yamada registers a key, an administrator approves it, and it opens the site."""
    holder = window("D1003")
    page = holder.page
    sign_in(holder, home, "D1003")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False}
    key |= {"hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto("/keys/")
    page.fill("[name=name]", "職員証カード")
    with page.expect_navigation():
        page.get_by_role("button", name="職員証を読み取って登録する").click()
    expect(page.locator("main")).to_contain_text("承認待ち")
    holder.look("key-registered")

    admin.page.goto("/staff/D1003/")
    admin.look("key-waiting")
    admin.page.fill("form[action$='/approve/'] [name=decision]", "市民税第20号")
    submit(admin.page, "form[action*='/staff/keys/'][action$='/approve/']")
    admin.look("key-approved")

    with page.expect_navigation():
        page.get_by_role("button", name="ログアウト").click()
    first_step(page, "D1003", staff.read(home)["D1003"]["password"])
    holder.look("key-asked")
    with page.expect_navigation():
        page.get_by_role("button", name="職員証でログインする").click()
    expect(page.locator("h1")).to_contain_text("今日の仕事")
    page.goto("/cases/")
    holder.look("forbidden")
    return holder.complaints
