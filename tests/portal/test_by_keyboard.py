"""A whole return with keys alone, in a browser: from the first page to the receipt."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.portal.keyboard import Keyboard, has_focus
from tests.portal.story import NUMBER_PIN, SIGNING_PIN

pytestmark = pytest.mark.django_db(transaction=True)
ON = "main form button.button"
MOST_PAGES = 30
TEXTS = {
    "payer": "株式会社くまもと商店",
    "revenue": "3200000",
    "withheld_tax": "0",
    "social_insurance": "480000",
}
CHOICES = {
    "same": "yes",
    "collection": "salary",
    "marital-marital": "never",
}
TICKS = {"kinds": "salary", "which": "none"}


@pytest.fixture
def keyboard(chromium, live_server):
    """A window as narrow as a phone's, where the estimate lies over the foot of the page."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="ja-JP", base_url=live_server.url
    )
    yield Keyboard(context.new_page())
    context.close()


@pytest.fixture
def card(sato, tmp_path):
    path = tmp_path / "card.json"
    path.write_text(json.dumps(sato.card, ensure_ascii=False), encoding="utf-8")
    return path


def test_whole_way_is_gone_with_keys_alone(keyboard, card):
    opens_account(keyboard)
    reads_card(keyboard, card)
    mends_an_error(keyboard)
    answers(keyboard)
    number = signs(keyboard, card)

    assert number
    assert keyboard.complaints == []


def opens_account(keyboard):
    """Choose the language of the longest words, and go through a new account to the return."""
    page = keyboard.page
    page.goto("/")
    languages = page.locator(".language-switch > summary")
    keyboard.reach(languages)
    keyboard.press("Enter")
    keyboard.reach(page.locator(".language-switch button").last)
    keyboard.reach(languages, back=True)
    keyboard.presses(page.locator(".language-switch button[value=en]"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    keyboard.presses(page.locator("main a[href^='/account/signup/']"))

    keyboard.skips()
    keyboard.reach(page.locator("[name=email]"))
    keyboard.types("sato@example.jp")
    keyboard.reach(page.locator("[name=password1]"))
    keyboard.types("kumamoto-no-mizu")
    with page.expect_navigation():
        keyboard.press("Enter")

    assert path_of(page) == "/return/start/"
    keyboard.skips()
    keyboard.reach(page.locator("main details > summary").first)
    keyboard.press("Enter")
    keyboard.chooses(page.locator("[name=tax_year]"), "R9")
    keyboard.presses(page.locator(ON))


def refused(keyboard, card, pin):
    """Hold the card with a PIN that is not its own, and be told so; return the PIN's box."""
    page = keyboard.page
    keyboard.skips()
    keyboard.takes(page.locator("[data-card-file]"), card)
    box = page.locator("[data-card-pin]")
    keyboard.reach(box)
    keyboard.types(pin)
    keyboard.press("Enter")
    expect(page.locator("[data-card-message]")).to_be_visible()
    return box


def reads_card(keyboard, card):
    page = keyboard.page
    assert path_of(page) == "/return/R9/card/"
    assert has_focus(refused(keyboard, card, "0000"))
    keyboard.look()
    keyboard.types(NUMBER_PIN)
    with page.expect_navigation():
        keyboard.press("Enter")


def mends_an_error(keyboard):
    """Send the page empty; the summary has the focus, and its link leads into the box."""
    page = keyboard.page
    keyboard.skips()
    keyboard.presses(page.locator(ON))
    summary = page.locator("[data-error-summary]")
    assert has_focus(summary)
    keyboard.look()
    phone = page.locator("[name=phone]")
    keyboard.reach(page.locator("[data-error-summary] a").first)
    keyboard.press("Enter")
    assert has_focus(phone)
    keyboard.look()
    keyboard.types("096-111-2222")


def answers(keyboard):
    """Answer what is asked, page after page, until the answers can be checked."""
    page = keyboard.page
    for _ in range(MOST_PAGES):
        path = path_of(page).removeprefix("/return/R9/")
        if path == "check/":
            return
        if path.count("/") == 1:
            keyboard.skips()
            keyboard.presses(page.locator("main a.button[data-width=full]").first)
            continue
        answers_page(keyboard)
    raise AssertionError("the questions do not end")


def answers_page(keyboard):
    page = keyboard.page
    if not page.locator("[data-error-summary]").count():
        keyboard.skips()
    for name in asked_on(page):
        if name in TICKS:
            keyboard.ticks(page.locator(f"[name={name}][value={TICKS[name]}]"))
        elif name in CHOICES:
            keyboard.chooses(page.locator(f"[name={name}]"), CHOICES[name])
        elif name in TEXTS:
            keyboard.reach(page.locator(f"main [name={name}]"))
            keyboard.types(TEXTS[name])
    if "/salaries/" in page.url:
        looks_into_estimate(keyboard)
    keyboard.presses(page.locator(ON).first)


def path_of(page):
    return urlsplit(page.url).path


def asked_on(page):
    """Return the names of the boxes that are shown, each once, in their order."""
    boxes = page.locator("main form:has([name=version]) :is(input, select):not([type=hidden])")
    shown = "all => all.filter((one) => one.checkVisibility()).map((one) => one.name)"
    return list(dict.fromkeys(boxes.evaluate_all(shown)))


def looks_into_estimate(keyboard):
    """Open the estimate, which then lies over most of the window, and go through the page below."""
    page = keyboard.page
    keyboard.reach(page.locator(".estimate summary"))
    keyboard.press("Enter")
    keyboard.reach(page.locator(".site-footer a").first)
    keyboard.reach(page.locator(".site-name"), back=True)
    keyboard.reach(page.locator(ON).first)


def signs(keyboard, card):
    page = keyboard.page
    expect(refused(keyboard, card, "WRONG123")).to_be_focused()
    keyboard.look()
    keyboard.types(SIGNING_PIN)
    keyboard.press("Enter")
    page.wait_for_url("**/receipt/", timeout=30_000)
    keyboard.skips()
    keyboard.reach(page.locator("main a[href$='/copy.pdf']"))
    return page.locator("[data-receipt-number]").get_attribute("data-receipt-number")
