"""One demo card for all filings of a run: the relay's way is under test, not the residents."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from signing.demo import CardHolder, DemoPki, open_card

# A mark that must stand in no table of the relay and in no log.
MARK = "混沌商店"
PIN, NUMBER_PIN = "CHAOS1", "1234"
HOLDER = {
    "name": "混沌 太郎",
    "kana": "コントン タロウ",
    "birth_date": "1970-01-01",
    "sex": "1",
    "address": "熊本県熊本市中央区手取本町1番1号",
    "personal_number": "123456789018",
}


def make(pki: DemoPki, folder: Path) -> None:
    """Mint the card and keep it in the run's folder."""
    about = {name: value for name, value in HOLDER.items() if name != "kana"}
    holder = CardHolder(**{**about, "birth_date": date.fromisoformat(HOLDER["birth_date"])})
    card = pki.issue(holder, signing_pin=PIN, number_pin=NUMBER_PIN, at=datetime.now(UTC))
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def open_made(folder: Path) -> tuple[Any, dict[str, str]]:
    """Return the opened card and its holder."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    return open_card(card, PIN), HOLDER
