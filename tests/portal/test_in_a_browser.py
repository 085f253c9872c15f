"""What only a browser shows: a button at work, and a window as low as at 400 %."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "/return/R9/basic/phone/"
COUNTED = """() => { window.counted = new Promise((done) => {
    new BroadcastChannel("session").onmessage = () => done(); }); }"""


@pytest.fixture
def page(chromium, live_server, sato):
    """Sato's window, 1280 x 1024 pixels at 400 %."""
    sato.signs_up().begins().reads_card()
    low = {"width": 320, "height": 256}
    context = chromium.new_context(viewport=low, locale="ja-JP", base_url=live_server.url)
    cookies = sato.client.cookies.values()
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies]
    )
    yield context.new_page()
    context.close()


def test_pressed_button_shows_that_it_works_and_sends_once(page):
    sent = []

    def hold(route):
        if route.request.is_navigation_request():
            sent.append(route)
            route.fulfill(status=204)  # no new page: the old one stays as it was left
        else:
            route.continue_()

    page.goto(PHONE)
    page.fill("[name=phone]", "096-111-2222")
    page.route(f"**{PHONE}", hold)
    busy = "document.querySelector('main form button.button').ariaBusy"
    press = "document.querySelector('main form button.button').click()"
    before = page.evaluate(busy)
    with page.expect_request(lambda one: one.is_navigation_request()):
        page.evaluate(f"{press}; {press}")
    page.wait_for_timeout(300)  # in which a second one would have gone

    assert (before, page.evaluate(busy), len(sent)) == (None, "true", 1)


def test_low_window_shows_errors_from_their_beginning_and_nothing_over_them(page):
    page.goto(PHONE)
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    summary = page.locator("[data-error-summary]")

    assert summary.evaluate("it => it.getBoundingClientRect().top >= 0")
    assert summary.evaluate("it => document.activeElement === it")
    aside = page.locator(".page__aside")
    assert aside.evaluate("it => getComputedStyle(it).position") == "static"


def test_button_outside_its_form_turns_no_more_when_the_page_comes_back(
    chromium, live_server, phone
):
    """The first page's main button: the page comes out of the browser's cache as it was left."""
    context = chromium.new_context(locale="ja-JP", base_url=live_server.url)
    page = context.new_page()
    page.goto("/")
    button = page.get_by_role("button", name="マイナンバーカードではじめる")
    page.route("**/account/app/start/", lambda route: route.fulfill(status=204))
    with page.expect_request("**/account/app/start/"):
        button.click()
    pressed = button.evaluate("it => it.ariaBusy")

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    assert (pressed, button.evaluate("it => it.ariaBusy")) == ("true", None)
    context.close()


def test_typing_keeps_the_session_alive_and_waiting_does_not(page):
    alive = []
    page.on("request", lambda one: alive.append(one.url) if "/session/alive/" in one.url else None)
    page.clock.install()
    page.goto(PHONE)
    box = page.locator("[name=phone]")

    box.press_sequentially("0")
    at_once = len(alive)
    page.clock.run_for("06:00")
    waited = len(alive)
    # The page tells other tabs once it has counted the answer: the clock must not run before.
    page.evaluate(COUNTED)
    with page.expect_response("**/session/alive/"):
        box.press_sequentially("9")
    page.evaluate("window.counted")
    box.press_sequentially("6")
    page.clock.run_for("22:00")
    still_open = page.locator("dialog[data-session]").is_visible()
    page.clock.run_for("05:00")
    # As the warning opens, the box is left: that asks for no estimate, which would prolong it.
    page.wait_for_timeout(500)

    assert (at_once, waited, len(alive)) == (0, 0, 1)
    assert (still_open, page.locator("dialog[data-session]").is_visible()) == (False, True)


def test_who_stays_goes_on_typing_where_the_warning_came(page):
    page.clock.install()
    page.goto(PHONE)
    page.locator("[name=phone]").press_sequentially("096")
    page.clock.run_for("26:00")

    with page.expect_response("**/session/alive/"):
        page.click("[data-session-stay]")
    page.locator("dialog[data-session]").wait_for(state="hidden")
    page.keyboard.type("-111")

    assert page.input_value("[name=phone]") == "096-111"


def test_copy_is_wiped_from_the_screen_when_the_session_has_ended(chromium, live_server, sato):
    pk = sato.is_ready_to_sign().files()
    context = chromium.new_context(locale="ja-JP", base_url=live_server.url)
    cookies = sato.client.cookies.values()
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies]
    )
    page = context.new_page()
    page.clock.install()
    page.goto(f"/filings/{pk}/copy/")
    before = "佐藤 花子" in page.content()
    page.clock.run_for("26:00")
    warned = page.locator("dialog[data-session]").is_visible()
    context.clear_cookies()

    with page.expect_navigation():
        page.clock.run_for("06:00")

    assert (before, warned) == (True, True)
    assert page.url == f"{live_server.url}/account/login/?next=%2Ffilings%2F{pk}%2Fcopy%2F"
    assert "佐藤 花子" not in page.content()
    context.close()
