"""Mints synthetic cards by the thousand (模擬カードの一括発行). Nobody in them is real."""

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

from signing.demo import CardHolder, DemoPki

# The PINs are written beside each card, so stretching them would only cost time.
BULK_ITERATIONS = 1_000
SIGNING_PIN, NUMBER_PIN = "DEMO1234", "1234"
FAMILY = ("佐藤", "鈴木", "田中", "山田", "髙橋", "松本", "中村", "緒方", "宮﨑", "坂本")
GIVEN = (("太郎", "1"), ("花子", "2"), ("健一", "1"), ("美咲", "2"), ("誠", "1"), ("さくら", "2"))
TOWNS = ("中央区手取本町", "東区東本町", "西区小島二丁目", "南区富合町清藤", "北区植木町岩野")


def mint(count: int, out: Path, *, at: datetime, seed: int, pki_dir: Path | None) -> Path:
    """Write `count` cards to `out`/cards.jsonl under the demo CA, which is made where absent."""
    directory = pki_dir or out / "pki"
    out.mkdir(parents=True, exist_ok=True)
    known = (directory / "ca-key.pem").exists()
    pki = DemoPki.load(directory) if known else DemoPki.create(directory, at=at)
    dice = random.Random(seed)  # noqa: S311 (people of a demo, not secrets)
    path = out / "cards.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for _ in range(count):
            card = pki.issue(
                _resident(dice),
                signing_pin=SIGNING_PIN,
                number_pin=NUMBER_PIN,
                at=at,
                kdf_iterations=BULK_ITERATIONS,
            )
            entry = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN, "card": card}
            lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return path


def _resident(dice: random.Random) -> CardHolder:
    given, sex = dice.choice(GIVEN)
    return CardHolder(
        name=f"{dice.choice(FAMILY)} {given}",
        birth_date=date(1940, 1, 1) + timedelta(days=dice.randrange(24_000)),
        sex=sex,
        address=f"熊本県熊本市{dice.choice(TOWNS)}{dice.randrange(1, 99)}番1号",
        personal_number=_personal_number(dice),
    )


def _personal_number(dice: random.Random) -> str:
    """Return a number with the right check digit (番号法の検査用数字)."""
    digits = [dice.randrange(10) for _ in range(11)]
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
    return "".join(map(str, digits)) + str(0 if rest <= 1 else 11 - rest)
