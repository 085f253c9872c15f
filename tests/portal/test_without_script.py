"""A whole return in a browser that runs no script: every part has a way that needs none."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from config.policy import written
from tests.e2e.pages import follow
from tests.papers import samples
from tests.portal.conftest import SATO
from tests.portal.story import SIGNING_PIN

pytestmark = pytest.mark.django_db(transaction=True)
MOST_PAGES = 40
CHILD = {
    "name": "佐藤 一郎",
    "birth_date_era": "平成",
    "birth_date_year": "20",
    "birth_date_month": "4",
    "birth_date_day": "8",
}
TEXTS = CHILD | {
    "phone": "096-111-2222",
    "payer": "株式会社くまもと商店",
    "revenue": "3200000",
    "withheld_tax": "0",
    "social_insurance": "480000",
    "personal_number": "234567890121",
    "social-national_pension": "150000",
}
CHOICES = {
    "same": "yes",
    "kinds": "salary",
    "collection": "salary",
    "marital-marital": "never",
    "partner-partner": "no",
    "relation": "child",
    "living": "together",
    "disability": "none",
    "student": "no",
}
TICKS = {"social-insurance/which": "social", "spouse/which": "relatives"}


@pytest.fixture
def site(live_server, settings, request):
    """The portal at an address of its own, and registered by it with the app's service."""
    settings.PORTAL_URL = live_server.url
    phone = request.getfixturevalue("phone")
    policy = settings.CONTENT_SECURITY_POLICY
    form_action = [*policy["DIRECTIVES"]["form-action"], phone.service.origin]
    settings.CONTENT_SECURITY_POLICY = policy | {
        "DIRECTIVES": policy["DIRECTIVES"] | {"form-action": form_action}
    }
    written.cache_clear()
    yield live_server.url
    written.cache_clear()


@pytest.fixture
def page(chromium, site):
    phone = {"width": 360, "height": 740}
    context = chromium.new_context(
        viewport=phone, locale="ja-JP", base_url=site, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_whole_way_is_gone_without_script(page, tmp_path):
    opens_account(page)
    reads_card(page)
    shows_what_is_wrong(page)
    answers(page)
    removes_the_second_child(page)
    attaches(page, tmp_path)
    signs(page)

    assert page.locator("[data-receipt-number]").get_attribute("data-receipt-number")
    expect(page.locator("main a[href$='/copy.pdf']")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()


def path_of(page):
    return urlsplit(page.url).path


def presses(page, place="main form button.button"):
    follow(page.locator(place).first)


def opens_account(page):
    page.goto("/")
    page.locator(".language-switch > summary").click()
    presses(page, ".language-switch button[value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".language-switch > summary").click()
    presses(page, ".language-switch button[value=ja]")
    follow(page.get_by_role("link", name="メールアドレスではじめる"))
    page.fill("[name=email]", "sato@example.jp")
    page.fill("[name=password1]", "kumamoto-no-mizu")
    presses(page)
    page.locator("main details > summary").first.click()
    expect(page.locator("main details h2").first).to_be_visible()
    presses(page)


def reads_card(page):
    """The file of the demo card is opened by a script: its panel says so, and asks for nothing."""
    assert path_of(page) == "/return/R9/card/"
    by_file = page.locator("[data-card-read]")
    expect(by_file).to_contain_text("デジタル認証アプリ")
    expect(by_file.locator("input:visible, button:visible")).to_have_count(0)
    page.fill("[name=personal_number]", SATO.personal_number)
    presses(page, "section[aria-labelledby=app-read-title] button")
    holds_card(page)


def holds_card(page):
    """Play the person with the phone."""
    page.select_option("#card", "sato")
    page.fill("#pin", SIGNING_PIN)
    follow(page.locator("button[value=use]"))


def shows_what_is_wrong(page):
    assert path_of(page) == "/return/R9/basic/contact/"
    presses(page)
    expect(page).to_have_title("エラー: " + page.title().removeprefix("エラー: "))
    link = page.locator("[data-error-summary] a").first
    link.click()
    box = page.locator(page.url[page.url.index("#") :])
    expect(box).to_be_in_viewport()


def answers(page):
    """Answer what is asked until the answers can be checked; enter a second child on the way."""
    second = True
    for _ in range(MOST_PAGES):
        at = path_of(page).removeprefix("/return/R9/").rstrip("/")
        if at == "check":
            return
        if at == "relatives" and second:
            second = False
            follow(page.get_by_role("link", name="もう1件追加する"))
            fill_in(page, at)
            presses(page)
            page.goto("/return/R9/relatives/")
        elif "/" not in at:
            presses(page, "main a.button[data-width=full]")
        else:
            fill_in(page, at)
            presses(page)
    raise AssertionError("the questions do not end")


def fill_in(page, at):
    if at in TICKS:
        page.check(f"main [name=which][value={TICKS[at]}]")
    for name, value in CHOICES.items():
        choice = page.locator(f"main [name={name}][value={value}]")
        if choice.count() and choice.is_visible():
            choice.check()
    for name, value in TEXTS.items():
        box = page.locator(f"main form:has([name=version]) [name={name}]")
        if not box.count() or not box.is_visible():
            continue
        if name.endswith("_era"):
            box.select_option(value)
        else:
            box.fill(value)


def removes_the_second_child(page):
    expect(page.locator("main")).to_contain_text("150,000")
    page.goto("/return/R9/relatives/")
    expect(page.locator("main [role=group]")).to_have_count(2)
    presses(page, "main [role=group]:nth-of-type(2) form button")
    expect(page.locator("main [role=group]")).to_have_count(1)


def attaches(page, folder):
    """No scanner is there: the paper waits, and is taken out again."""
    path = folder / "証明書.jpg"
    path.write_bytes(samples.photograph())
    page.goto("/return/R9/papers/")
    page.set_input_files("[name=papers]", path)
    presses(page, "main form:has([name=topic]) button")
    expect(page.locator("[data-paper]")).to_have_attribute("data-scan", "waiting")
    follow(page.locator("[data-paper] a").last)
    presses(page, "main form button[data-kind=danger]")
    expect(page.locator("[data-paper]")).to_have_count(0)


def signs(page):
    page.goto("/return/R9/check/")
    expect(page.locator("h1[data-ready=yes]")).to_be_visible()
    presses(page, "section[aria-labelledby=app-sign-title] button")
    holds_card(page)
    page.wait_for_url("**/receipt/")
