"""Two returns filed on a phone as by a person: screens, fields, taps, and seconds by the KLM.

The demo's three zones run for real; a browser of 360 px goes from the landing page to the receipt
by the visible buttons only. Writes bench/results/byhand.json and the table in docs/portal.md.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.byhand import page as docs  # noqa: E402
from bench.byhand.hand import PHONE, Count, Hand, by_screen, seconds  # noqa: E402
from bench.byhand.people import FILERS, WAYS, Filer  # noqa: E402
from demo import cards  # noqa: E402
from demo.city import residents  # noqa: E402
from demo.home import Home  # noqa: E402
from demo.setup import start  # noqa: E402
from signing.demo import DemoPki  # noqa: E402
from tests.e2e.conftest import CHROMIUM  # noqa: E402
from tests.ports import free_row_of_ports  # noqa: E402

RESULT = ROOT / "bench" / "results" / "byhand.json"
PASSWORD = "harbor-lantern"
MOST_PAGES = 60
# One's own telephone number is known: no paper is looked at.
KNOWN = ("phone",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of every screen")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-byhand-") as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder), free_row_of_ports())
        processes = start(home, lambda text: None)
        try:
            found = {
                filer.name: {way: filed(home, filer, way, given.pictures) for way in WAYS}
                for filer in FILERS
            }
        finally:
            processes.stop()
    result = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "filers": found}
    text = json.dumps(result, indent=2, ensure_ascii=False)
    if not given.dry:
        RESULT.write_text(text + "\n", encoding="utf-8")
        docs.write()
    print(text)


def filed(home: Home, filer: Filer, way: str, pictures: Path | None = None) -> dict[str, object]:
    """File one return and return what it took; each way is another person's of the same kind."""
    alike = [
        one for one in residents() if one.kind == filer.kind and one.birth_date < filer.born_before
    ]
    # As many questions for both: some depend on the sex.
    person = [one for one in alike if one.sex == alike[0].sex][[*WAYS].index(way)]
    card = cards.mint(DemoPki.load(home.pki), person, at=datetime.now(UTC))
    # Among the cards that the simulated phone knows.
    path = home.cards / f"byhand-{filer.name}-{way}.json"
    path.write_text(json.dumps(card.content, ensure_ascii=False), encoding="utf-8")
    program = next(name for name in CHROMIUM if os.access(name, os.X_OK))
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        folder = pictures / f"{filer.name}-{way}" if pictures else None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        number = "" if way == "password" else person.personal_number
        hand, account = _file(browser, home.url("portal"), filer, path, number, folder)
        browser.close()
    of_account = seconds(account, filer.key_seconds)["hands"]
    counted = {name: value for name, value in asdict(hand.count).items() if name != "before"}
    return counted | {
        "by_screen": by_screen(hand.count, filer.key_seconds),
        "account_seconds": of_account,
        "waited": round(hand.count.waited, 1),
        "seconds": seconds(hand.count, filer.key_seconds),
    }


def _file(
    browser: Browser,
    site: str,
    filer: Filer,
    card_file: Path,
    number: str,
    pictures: Path | None,
) -> tuple[Hand, Count]:
    """File as a person does; with a 個人番号 to type, by the card in the app alone."""
    context = browser.new_context(viewport=PHONE, locale="ja-JP", base_url=site)  # type: ignore[arg-type]
    hand = Hand(context.new_page(), pictures)
    if number:
        _comes_in_with_card(hand, card_file)
    else:
        _opens_account(hand, filer)
    account = replace(hand.count)
    hand.sees("start")
    if number:
        # Copied off the card; all else came with it.
        box = hand.page.locator("main [name=personal_number]")
        hand.types(box, number, from_paper=True)
    hand.presses(hand.page.locator("main form:has([name=purpose_version]) button").last)
    if not number:
        _reads_card(hand, card_file)
    _answers(hand, filer)
    if number:
        _signs_in_app(hand, card_file)
    else:
        _signs(hand, card_file)
    context.close()
    return hand, account


def _opens_account(hand: Hand, filer: Filer) -> None:
    page = hand.page
    page.goto("/")
    hand.sees("landing")
    hand.presses(page.locator("main a.button[href^='/account/signup/']"))
    hand.sees("signup")
    hand.types(page.locator("[name=email]"), f"{filer.name}@example.jp")
    hand.types(page.locator("[name=password1]"), PASSWORD)
    hand.presses(page.locator("form:has([name=password1]) button:not([type=button])").last)


def _comes_in_with_card(hand: Hand, card_file: Path) -> None:
    hand.page.goto("/")
    hand.sees("landing")
    hand.presses(hand.page.locator("main button[form=by-card]"))
    hand.holds_card_in_app(card_file.stem, cards.SIGNING_PIN)


def _reads_card(hand: Hand, card_file: Path) -> None:
    page = hand.page
    hand.sees("card")
    page.set_input_files("[data-card-file]", card_file)
    hand.count.cards += 1
    hand.types(page.locator("[data-card-pin]"), cards.NUMBER_PIN)
    hand.presses(page.locator("[data-card-read] button[type=submit]"))


def _answers(hand: Hand, filer: Filer) -> None:
    """Answer whatever the site asks next, until the answers can be checked."""
    page, slips = hand.page, list(filer.slips)
    for _ in range(MOST_PAGES):
        path = re.sub(r"^https?://[^/]+/return/R9/", "", page.url).rstrip("/")
        if path == "check":
            return
        section, _, rest = path.partition("/")
        hand.sees(f"{section}/{rest.rsplit('/', 1)[-1]}")
        question = f"{section}/{rest.rsplit('/', 1)[-1]}"
        is_slip = section in ("salaries", "pensions")
        _fills_in(hand, slips.pop(0) if is_slip else filer.answers[question])
        button = "[name=another]" if is_slip and slips else ":not([name=another])"
        hand.presses(page.locator(f"main form:has([name=version]) button[data-width=full]{button}"))
    raise AssertionError("the questions do not end")


def _fills_in(hand: Hand, planned: dict[str, str]) -> None:
    for name, value in planned.items():
        field = hand.page.locator(f"main [name={name}]").first
        if not value or not field.count():
            continue
        if field.get_attribute("type") in ("radio", "checkbox"):
            for one in value.split():
                hand.chooses(name, one)
        else:
            hand.types(field, value, from_paper=name not in KNOWN)


def _signs_in_app(hand: Hand, card_file: Path) -> None:
    page = hand.page
    hand.sees("check")
    hand.presses(page.locator("section[aria-labelledby=app-sign-title] button"))
    hand.holds_card_in_app(card_file.stem, cards.SIGNING_PIN)
    page.wait_for_url("**/receipt/", timeout=30_000)
    expect(page.locator("[data-receipt-number]")).to_be_visible()
    hand.sees("receipt")


def _signs(hand: Hand, card_file: Path) -> None:
    page = hand.page
    hand.sees("check")
    page.set_input_files("[data-card-file]", card_file)
    hand.count.cards += 1
    hand.types(page.locator("[data-card-pin]"), cards.SIGNING_PIN)
    hand.presses(page.locator("[data-card-sign] button[type=submit]"))
    page.wait_for_url("**/receipt/", timeout=30_000)
    expect(page.locator("[data-receipt-number]")).to_be_visible()
    hand.sees("receipt")


if __name__ == "__main__":
    main()
