"""An agent (代理人) files on a phone for somebody else, and a clerk records the three checks."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from demo import cards, staff
from demo.cards import NUMBER_PIN, SIGNING_PIN, Card
from demo.city import Resident, residents
from demo.filer import Filer
from demo.home import Home
from demo.timeline import wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, follow, open_case, sign_in, submit
from tests.e2e.test_whole_way import fill
from tests.papers import samples

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
MOST_PAGES = 60


@pytest.fixture
def agent(home: Home) -> Card:
    person = [one for one in residents() if one.kind == "salary"][5]
    return cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))


@pytest.fixture
def principal() -> Resident:
    """Who has a pension, and no card that anybody reads."""
    return [one for one in residents() if one.kind == "pension"][3]


@pytest.fixture
def files(agent: Card, tmp_path: Path) -> dict[str, Path]:
    """What the agent has on the phone: the own card, and a photograph of the mandate."""
    card, mandate = tmp_path / "card.json", tmp_path / "委任状.jpg"
    card.write_text(json.dumps(agent.content, ensure_ascii=False), encoding="utf-8")
    mandate.write_bytes(samples.photograph(size=(900, 1200)))
    return {"card": card, "mandate": mandate}


@pytest.fixture
def window(browser: Browser) -> Callable[..., Looker]:
    def open_window(site: str, person: str, size: dict[str, int], **options: object) -> Looker:
        context = browser.new_context(viewport=size, locale="ja-JP", base_url=site, **options)  # type: ignore[arg-type]
        return Looker(context.new_page(), SCREENSHOTS / f"agent-{person}")

    return open_window


@pytest.mark.req("POR-01", "SHK-07", "SIG-04")
def test_agent_files_and_a_clerk_confirms_right_identity_and_number(
    home: Home,
    agent: Card,
    principal: Resident,
    files: dict[str, Path],
    window: Callable[..., Looker],
) -> None:
    phone = window(home.url("portal"), "phone", PHONE)
    open_account(phone)
    start = begin(phone, principal)
    tell_of(phone, start, principal, files["mandate"])
    read_card(phone, start, files["card"])
    answers = Filer(home.url("portal"), Card(principal, agent.content), "").answers()
    answers["basic/phone"] = {"phone": answers["basic/contact"]["phone"]}
    answer_the_rest(phone, start, answers)
    state = phone.page.context.storage_state()
    desk = window(home.url("portal"), "desk", DESK, storage_state=state)
    look_around(desk, start)
    receipt_number = sign(phone, start, files["card"])
    look_back(phone, desk, principal)
    wait_for(home, receipt_number, "queued")

    suzuki = window(home.url("review"), "suzuki", DESK)
    sign_in(suzuki.page, staff.read(home)["D1001"])
    open_case(suzuki.page, receipt_number)
    suzuki.look("case")
    confirm_and_propose(suzuki, agent)
    assert phone.complaints + desk.complaints + suzuki.complaints == []


def open_account(window: Looker) -> None:
    page = window.page
    page.goto("/account/signup/")
    page.fill("[name=email]", f"agent-{datetime.now(UTC):%H%M%S%f}@example.invalid")
    page.fill("[name=password1]", "harbor-lantern-4021")
    submit(page, "form:has([name=password1])")
    page.goto("/return/start/")
    window.look("start")


def begin(window: Looker, principal: Resident) -> str:
    """Begin for the other person, wrongly first; return the address of their return."""
    page = window.page
    follow(page.get_by_role("link", name="代理でする"))
    window.look("start-for")
    submit(page, "main form:has([name=purpose_version])")
    expect(page).to_have_title(re.compile("^エラー:"))
    expect(page.locator(".error-summary")).to_be_focused()
    window.look("start-for-refused")
    born = date.fromisoformat(principal.birth_date)
    page.check("[name=authority][value=mandate]")
    page.fill("[name=name]", principal.name)
    page.select_option("[name=birth_date_era]", "西暦")
    for part in ("year", "month", "day"):
        page.fill(f"[name=birth_date_{part}]", str(getattr(born, part)))
    page.check("[name=tax_year][value=R9]")
    submit(page, "main form:has([name=purpose_version])")
    found = re.search(r"/return/R9-[0-9a-f]+", page.url)
    assert found, page.url
    window.look("hub")
    return found[0]


def tell_of(window: Looker, start: str, principal: Resident, mandate: Path) -> None:
    page = window.page
    page.goto(f"{start}/card/")
    window.look("card-too-early")
    page.goto(f"{start}/")
    follow(page.locator("main a.button[data-width=full]").first)
    for name, fields in (
        ("person", {"kana": principal.kana, "sex": principal.sex}),
        ("address", {"address": principal.address}),
        ("lived", {"same": "yes"}),
        ("number", {"personal_number": "123456789012"}),
        ("number-refused", {"personal_number": principal.personal_number}),
    ):
        window.look(f"principal-{name}")
        for field, value in fields.items():
            fill(page, field, value)
        submit(page, "main form:has([name=version])")
    window.look("principal-authority")
    submit(page, "main form:has([name=version])")
    expect(page.locator(".error-summary")).to_contain_text("委任状が付いていません")
    window.look("principal-authority-refused")
    page.set_input_files("[name=papers]", mandate)
    submit(page, "main form:has([name=version])")


def read_card(window: Looker, start: str, card: Path) -> None:
    page = window.page
    page.goto(f"{start}/card/")
    window.look("card")
    page.set_input_files("[data-card-file]", card)
    page.fill("[data-card-pin]", NUMBER_PIN)
    with page.expect_navigation():
        page.click("[data-card-read] button[type=submit]")
    window.look("card-read")


def answer_the_rest(window: Looker, start: str, answers: dict[str, dict[str, object]]) -> None:
    """Answer whatever the site asks next, until everything is answered."""
    page = window.page
    page.goto(f"{start}/")
    for _ in range(MOST_PAGES):
        path = re.sub(r"^https?://[^/]+", "", page.url)
        if path == f"{start}/check/":
            window.look("check")
            return
        section, _, rest = path.removeprefix(f"{start}/").rstrip("/").partition("/")
        if not rest:
            follow(page.locator("main a.button[data-width=full]").first)
            continue
        question = f"{section}/{rest.rsplit('/', 1)[-1]}"
        if section in ("basic", "personal"):
            window.look(question.replace("/", "-"))
        for name, value in answers[question].items():
            fill(page, name, str(value))
        submit(page, "main form:has([name=version])")
    raise AssertionError("the questions do not end")


def look_around(window: Looker, start: str) -> None:
    for name in ("", "principal/person", "principal/number", "principal/authority", "check"):
        window.page.goto(f"{start}/{name}{'/' if name else ''}")
        window.look(name.replace("/", "-") or "hub")
    window.page.goto("/return/for/")
    window.look("start-for")


def sign(window: Looker, start: str, card: Path) -> str:
    page = window.page
    page.goto(f"{start}/sign/")
    window.look("sign")
    page.set_input_files("[data-card-file]", card)
    page.fill("[data-card-pin]", SIGNING_PIN)
    page.click("[data-card-sign] button[type=submit]")
    page.wait_for_url("**/receipt/", timeout=30_000)
    window.look("receipt")
    return str(page.locator("[data-receipt-number]").get_attribute("data-receipt-number"))


def look_back(phone: Looker, desk: Looker, principal: Resident) -> None:
    phone.page.goto("/filings/")
    expect(phone.page.locator("main")).to_contain_text(f"{principal.name}さんの代理")
    phone.look("filings")
    follow(phone.page.locator("main a[href*='/filings/']").first)
    follow(phone.page.get_by_role("link", name="送った内容を見る"))
    phone.look("copy")
    desk.page.goto("/filings/")
    desk.look("filings")


def confirm_and_propose(window: Looker, agent: Card) -> None:
    """Without the checks it is refused; with them it goes to the second person."""
    page = window.page
    submit(page, "form[action$='/do/take/']")
    expect(page.locator("#agency-title")).to_be_visible()
    expect(page.locator("main")).to_contain_text(agent.holder.name)
    submit(page, "form[action$='/do/propose/']")
    expect(page.locator("body")).to_contain_text("代理人の確認が終わっていません")
    window.look("case-refused")
    page.locator("#act-confirm_agent summary").click()
    page.select_option("[name=confirm_agent-authority]", "mandate")
    page.select_option("[name=confirm_agent-identity]", "signature")
    page.select_option("[name=confirm_agent-number]", "register")
    window.look("case-checks")
    submit(page, "form[action$='/do/confirm_agent/']")
    window.look_both("case-confirmed")
    submit(page, "form[action$='/do/propose/']")
    expect(page.locator("main")).to_contain_text("確認待ち")
    window.look("case-proposed")
