"""Every page of a return and each of its error states, in a browser as narrow as phones get."""

import os

import pytest
from django.conf import settings

from tests.e2e.conftest import CHROMIUM
from tests.e2e.pages import Looker
from tests.portal.questions import answer_everything, enter_everything
from tests.portal.test_public import every_page

NARROW = {"width": 320, "height": 2_000}


@pytest.fixture(scope="module")
def chromium():
    """Drive the system's Chromium; Django takes the driver's event loop for an async view."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = [path for path in CHROMIUM if os.access(path, os.X_OK)]
    assert found, "Install the package chromium: this test drives it."
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found[0], args=quiet)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def looker(chromium, live_server, sato, tmp_path):
    """A window in which Sato is logged in."""
    sato.signs_up().begins().reads_card()
    context = chromium.new_context(viewport=NARROW, locale="ja-JP", base_url=live_server.url)
    cookies = sato.client.cookies.values()
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies]
    )
    yield Looker(context.new_page(), tmp_path)
    context.close()


@pytest.mark.django_db(transaction=True)
def test_every_page_and_every_error_state_is_accessible_and_fits(looker, sato):
    answer_everything(sato)
    entered = enter_everything(sato)
    refused = 0
    shown = [one for one in every_page(sato) if sato.client.get(one).status_code == 200]
    for address in [*shown, *entered]:
        looker.page.set_viewport_size(NARROW)
        looker.page.goto(address, wait_until="domcontentloaded")
        looker.stretch()
        looker.examine(address)
        refused += posted_empty(looker)

    assert looker.complaints == []
    assert settings.LANGUAGE_CODE == "ja"
    assert (len(shown) >= 40, refused >= 9) == (True, True), (shown, refused)


def posted_empty(looker) -> bool:
    """Send the page's form empty and look at what comes back; say whether it had errors."""
    button = looker.page.locator("main form[method=post] button.button").first
    if "/return/" not in looker.page.url or button.count() == 0:
        return False
    before = looker.page.url
    if before.rstrip("/").endswith(("card", "sign")):
        return False
    with looker.page.expect_navigation():
        button.click()
    if looker.page.locator("[data-error-summary]").count() == 0:
        return False
    assert looker.page.title().startswith("エラー:"), before
    looker.stretch()
    looker.examine(f"error state of {before}")
    return True
