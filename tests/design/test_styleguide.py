"""Every component in a browser: accessible, inside the screen, within the content policy."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.design.frame import framed
from tests.e2e.pages import serve_static

SITE = "http://design.test"
FRAMES = {"portal": "/", "staff": "/?frame=staff"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def frame() -> Iterator[None]:
    with framed():
        yield


def answer(route: Route) -> None:
    """Serve the style guide and its static files without a server."""
    address = route.request.url.removeprefix(SITE)
    if serve_static(route, address):
        return
    page = Client(headers={"host": "design.test"}).get(address)
    route.fulfill(status=page.status_code, body=page.content, headers=dict(page.headers))


def open_page(chromium: Browser, address: str, *, complaints: list[str], **options) -> Page:
    page = chromium.new_context(locale="ja-JP", **options).new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    page.goto(SITE + address)
    return page


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_components_are_accessible_and_fit(chromium, name, width, scheme):
    complaints: list[str] = []
    size = {"width": width, "height": 800}
    options = {"viewport": size, "color_scheme": scheme}
    page = open_page(chromium, FRAMES[name], complaints=complaints, **options)
    violations = [rule["id"] for rule in Axe().run(page).response["violations"]]
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_error_summary_takes_the_focus_and_leads_into_the_field(chromium):
    page = open_page(chromium, "/", complaints=[])
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").nth(1).click()
    assert page.evaluate("document.activeElement.id") == "id_wrong_revenue"


def test_money_gets_separators_on_leaving(chromium):
    page = open_page(chromium, "/", complaints=[])
    box = page.locator("#id_withheld_tax")
    box.fill("\uff15\uff14\uff13\uff10\uff10円")
    box.blur()
    assert box.input_value() == "54,300"


def test_date_is_echoed_while_typing(chromium):
    page = open_page(chromium, "/", complaints=[])
    page.locator("#id_birth_date_1").fill("64")
    echo = page.locator("#id_birth_date_field .era-date__echo")
    assert echo.text_content() == "1989年4月1日"


def test_row_keys_move_and_help_lists_the_keys_of_the_page(chromium):
    page = open_page(chromium, "/?frame=staff", complaints=[])
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[data-current]").count() == 1
    page.keyboard.press("x")
    assert page.locator("tr[data-current] input").is_checked()
    page.keyboard.press("?")
    assert page.locator("[data-page-keys] kbd").all_text_contents() == ["a", "c", "p", "n", "s"]


def test_pages_work_without_scripts(chromium):
    page = open_page(chromium, "/", complaints=[], java_script_enabled=False)
    page.locator(".estimate summary").click()
    assert page.locator(".estimate__body").is_visible()
    assert page.locator("#id_revenue").input_value() == "3,200,000"


def test_single_keys_can_be_switched_off(chromium):
    page = open_page(chromium, "/?frame=staff", complaints=[])
    page.get_by_role("button", name="キー操作の一覧").click()
    page.locator("[data-keys-switch]").uncheck()
    page.get_by_role("button", name="閉じる").click()
    page.keyboard.press("j")
    assert page.locator("tr[data-current]").count() == 0
