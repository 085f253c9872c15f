"""Returns confirmed in bulk by keyboard: what passed every check at once, the rest one by one.

The year R9 has not ended before January, so that each of its returns carries a remark until then.
R8's, filed late, carry none: they can be confirmed in bulk on any day.
"""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import cards, staff
from demo.city import residents
from demo.filer import Filer, Receipt
from demo.home import Home
from demo.timeline import wait_for
from signing.demo import DemoPki
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.pages import Looker, sign_in, submit
from tests.e2e.test_shift import again, line_of, take_by_keyboard
from tests.e2e.test_whole_way import DESK, open_case, press

LAST_YEAR = "R8"
WAITING = f"/cases/?view=confirm&tax_year={LAST_YEAR}"
PROPOSED = f"/cases/?state=awaiting_confirmation&tax_year={LAST_YEAR}"


@pytest.fixture
def late(home: Home) -> list[Receipt]:
    """Three returns of the year before, filed late."""
    people = [one for one in residents() if one.kind == "salary"][40:43]
    pki, now = DemoPki.load(home.pki), datetime.now(UTC)
    receipts = [
        Filer(
            home.url("portal"),
            cards.mint(pki, person, at=now),
            f"late-{number}-{now:%H%M%S%f}@example.invalid",
            LAST_YEAR,
        ).file()
        for number, person in enumerate(people)
    ]
    for receipt in receipts:
        wait_for(home, receipt.number, "queued")
    return receipts


@pytest.mark.req("SHK-05")
def test_bulk_confirmation_by_keyboard(home: Home, late: list[Receipt], browser: Browser) -> None:
    suzuki, tanaka = (
        Looker(
            browser.new_context(
                viewport=DESK,  # type: ignore[arg-type]
                locale="ja-JP",
                base_url=home.url("review"),
            ).new_page(),
            SCREENSHOTS / f"bulk-{name}",
        )
        for name in ("suzuki", "tanaka")
    )
    sign_in(suzuki.page, staff.read(home)["D1001"])
    sign_in(tanaka.page, staff.read(home)["D1002"])
    open_case(suzuki, late[0].number)
    take_by_keyboard(suzuki, late)
    for receipt in late:
        again(suzuki, receipt)
        press(suzuki, "propose")

    own_proposals_are_refused(suzuki, late)
    late = as_listed(tanaka.page, late)
    confirm_two(tanaka, late)

    for receipt in late[:2]:
        wait_for(home, receipt.number, "imported", "closed")
    wait_for(home, late[2].number, "awaiting_confirmation")
    assert suzuki.complaints + tanaka.complaints == []


def own_proposals_are_refused(window: Looker, receipts: list[Receipt]) -> None:
    """Whoever proposed finds none of them to confirm; ticked all the same, each says why."""
    page = window.page
    assert still_waiting(page) == []
    page.goto(PROPOSED)
    for _receipt in receipts:
        page.keyboard.press("j")
        page.keyboard.press("x")
    with page.expect_navigation():
        page.keyboard.press("c")
    window.look("own")
    assert all("自分が提案した申請です" in line_of(page, receipt) for receipt in receipts)
    expect(page.locator("button[data-key=c]")).to_have_count(0)


def give_reason(window: Looker) -> None:
    """Say what for (処理事由), which is asked on the way; what was ticked stays so."""
    page = window.page
    window.look_both("reason")
    page.check("[name=purpose-code][value=review]")
    page.fill("[name=purpose-text]", "令和8年度申告の確認")
    submit(page, "form:has([name=purpose-text])")


def as_listed(page: Page, receipts: list[Receipt]) -> list[Receipt]:
    """Return them in the order of the list: that of their arrival, not of their sending."""
    listed = still_waiting(page)
    return sorted(receipts, key=lambda receipt: listed.index(receipt.number))


def confirm_two(window: Looker, receipts: list[Receipt]) -> None:
    """Tick all with j and x, untick the last with k, give the reason, look, confirm with c."""
    page = window.page
    page.goto(WAITING)
    window.look("waiting")
    for _receipt in receipts:
        page.keyboard.press("j")
        page.keyboard.press("x")
    last = page.locator("tr[data-current] th").inner_text()
    assert receipts[2].number in last
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("x")
    ticked = page.locator("[name=case]:checked").evaluate_all(
        "boxes => boxes.map(box => box.getAttribute('aria-label'))"
    )
    assert ticked == [receipt.number for receipt in receipts[:2]]
    window.look("ticked")
    with page.expect_navigation():
        page.keyboard.press("c")
    give_reason(window)
    expect(page.locator("main")).to_contain_text("選んだ2件のうち、2件を処理できます。")
    window.look_both("preview")
    with page.expect_navigation():
        page.keyboard.press("c")
    expect(page.locator("main")).to_contain_text("2件を処理しました。")
    window.look_both("confirmed")
    assert still_waiting(page) == [receipts[2].number]


def still_waiting(page: Page) -> list[str | None]:
    page.goto(WAITING)
    return [box.get_attribute("aria-label") for box in page.locator("[name=case]").all()]
