"""The synthetic city: people with 宛名, 個人番号 and reports of salary and pension. Nobody real."""

import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from demo import names
from filing.numbers import personal_number_is_valid

RESIDENTS = 1_200
TAX_YEAR = "R9"
SEED = 20270315


@dataclass(frozen=True)
class Resident:
    """One invented person as the registers know them."""

    number: str
    name: str
    kana: str
    birth_date: str
    sex: str
    address: str
    ward: str
    personal_number: str
    kind: str
    revenue: int
    payer: str

    @property
    def social_insurance(self) -> int:
        """What the slip says was paid: about 14.5 % of a salary, 6 % of a pension."""
        per_mille = {"salary": 145, "pension": 60}.get(self.kind, 0)
        return self.revenue * per_mille // 1000


def residents(count: int = RESIDENTS) -> list[Resident]:
    """Return the people of the city, the same ones each time."""
    chance = random.Random(SEED)
    return [_resident(chance, serial) for serial in range(1, count + 1)]


def write(directory: Path, people: Iterable[Resident], links: Iterable[dict[str, Any]]) -> None:
    """Write the files that `load_city` reads."""
    directory.mkdir(parents=True, exist_ok=True)
    everyone = list(people)
    keys = ("number", "name", "kana", "birth_date", "sex", "address", "ward", "personal_number")
    _lines(
        directory / "addressees.jsonl",
        ({key: asdict(one)[key] for key in keys} for one in everyone),
    )
    _lines(directory / "links.jsonl", links)
    for kind in ("salary", "pension"):
        reports = (_report(one) for one in everyone if one.kind == kind)
        _lines(directory / f"{kind}_reports.jsonl", reports)


def write_outsiders(path: Path) -> None:
    """Write some invented people of other cities, whom the simulated 住基ネット knows."""
    chance = random.Random(SEED + 1)
    people = [_resident(chance, 800_000 + serial) for serial in range(1, 6)]
    keys = ("name", "birth_date", "sex", "personal_number")
    _lines(path, ({key: asdict(one)[key] for key in keys} for one in people))


def _resident(chance: random.Random, serial: int) -> Resident:
    family, family_kana = chance.choice(names.FAMILY_NAMES)
    sex = chance.choice("12")
    given, given_kana = chance.choice(names.MEN if sex == "1" else names.WOMEN)
    born = date(chance.randint(1938, 2005), chance.randint(1, 12), chance.randint(1, 28))
    ward, ward_name, blocks = chance.choice(names.WARDS)
    block = f"{chance.randint(1, 9)}丁目{chance.randint(1, 20)}番{chance.randint(1, 30)}号"
    kind, revenue = _income(chance, 2026 - born.year)
    return Resident(
        number=f"{serial:015d}",
        name=f"{family}　{given}",
        kana=f"{family_kana}　{given_kana}",
        birth_date=born.isoformat(),
        sex=sex,
        address=f"熊本県熊本市{ward_name}{chance.choice(blocks)}{block}",
        ward=ward,
        personal_number=personal_number(serial),
        kind=kind,
        revenue=revenue,
        payer=names.PENSION_PAYER if kind == "pension" else chance.choice(names.PAYERS),
    )


def _income(chance: random.Random, age: int) -> tuple[str, int]:
    if age >= 65:
        return "pension", chance.randint(60, 320) * 10_000 + chance.randint(0, 9_999)
    if chance.random() < 0.12:
        return "none", 0
    return "salary", chance.randint(90, 780) * 10_000 + chance.randint(0, 9_999)


def personal_number(serial: int) -> str:
    """Return an invented 個人番号: a fixed pattern, the serial, and the right check digit."""
    head = f"99{serial:09d}"
    return next(n for digit in range(10) if personal_number_is_valid(n := f"{head}{digit}"))


def _report(one: Resident) -> dict[str, Any]:
    return {
        "number": one.number,
        "tax_year": TAX_YEAR,
        "payer": one.payer,
        "revenue": one.revenue,
        "withheld_tax": 0,
        "social_insurance": one.social_insurance,
    }


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
