"""Demo cards (模擬カード) for people of the synthetic city, under the demo CA."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from demo.city import Resident
from demo.home import Home
from signing.certificates import read_attributes
from signing.demo import CardHolder, DemoPki, open_card

SIGNING_PIN, NUMBER_PIN = "demo1234", "1234"
SHOWN = 16
INCOME = {
    "salary": "給与 {:,} 円({payer})",
    "pension": "公的年金 {:,} 円",
    "none": "なし",
}


@dataclass(frozen=True)
class Card:
    """A card and whose it is."""

    holder: Resident
    content: dict[str, Any]


def mint(pki: DemoPki, resident: Resident, *, at: datetime) -> Card:
    """Make a card for a resident."""
    holder = CardHolder(
        name=resident.name,
        kana=resident.kana,
        birth_date=date.fromisoformat(resident.birth_date),
        sex=resident.sex,
        address=resident.address,
        personal_number=resident.personal_number,
    )
    content = pki.issue(holder, signing_pin=SIGNING_PIN, number_pin=NUMBER_PIN, at=at)
    return Card(resident, content)


def write(home: Home, cards: list[Card]) -> None:
    """Keep the cards that the demo page offers, and what it says of their holders."""
    home.cards.mkdir(parents=True, exist_ok=True)
    personas = {}
    for position, card in enumerate(cards, start=1):
        stem = f"card-{position:02d}"
        _write(home.cards / f"{stem}.json", card.content)
        holder = card.holder
        income = INCOME[holder.kind].format(holder.revenue, payer=holder.payer)
        personas[stem] = {
            "name": holder.name,
            "birth_date": holder.birth_date,
            "income": income,
        }
    _write(home.demo / "personas.json", personas)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def link(card: Card) -> dict[str, Any]:
    """Return the entry of 番号紐付 by which the office knows the card's certificate."""
    certificate = open_card(card.content, SIGNING_PIN).certificate_der
    attributes = read_attributes(certificate)
    return {
        "issuer_key_id": attributes.issuer_key_id,
        "serial": str(attributes.serial),
        "number": card.holder.number,
    }
