"""The golden city (確定した2,000人): documents drawn from a fixed seed, and what their tax must be.

    python -m tests.review.golden_city        writes golden_city.csv anew, after a rule has changed

Nobody in it exists. Merging, inputs, tax and collection are those of the year's run, without a
database.
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

PEOPLE = 2_000
FROZEN = Path(__file__).with_name("golden_city.csv")
HEAD = (
    "person",
    "income",
    "deductions",
    "total",
    "city",
    "pref",
    "ordinary",
    "salary",
    "pension",
    "trouble",
)
AT = datetime(2027, 1, 20, tzinfo=UTC)


def assessed() -> list[dict[str, str]]:
    """Return the city's assessments as the frozen file has them, one row a person."""
    from review.assessment.preparing import Person, prepare
    from review.levy.computing import compute_many

    prepared = []
    for serial in range(PEOPLE):
        chance = random.Random(431_001 + serial)
        born = date(1930 + chance.randrange(90), 1 + chance.randrange(12), 1 + chance.randrange(28))
        person = Person(UUID(int=serial + 1), f"{serial:09d}", born, chance.choice("12"))
        papers = list(_papers(chance, serial, 2026 - born.year))
        prepared.append(prepare(person, papers, tax_year="R9"))
    return [_row(at, one) for at, one in enumerate(compute_many(prepared, "R9"))]


def frozen() -> list[dict[str, str]]:
    with FROZEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def differences(before: list[dict[str, str]], now: list[dict[str, str]]) -> list[str]:
    """Return a line for each person whose tax is another: what was, what is, and by how much."""
    lines = []
    for old, new in zip(before, now, strict=True):
        changed = [f"{name} {old[name]} → {new[name]}" for name in HEAD if old[name] != new[name]]
        if changed:
            lines.append(f"person {old['person']}: {', '.join(changed)}")
    return lines


def _row(serial: int, computed: Any) -> dict[str, str]:
    result, planned = computed.result, {p.method: p.amounts for p in computed.planned}
    if computed.trouble:
        return dict.fromkeys(HEAD, "") | {"person": str(serial), "trouble": computed.trouble}
    names = ("total_income_gokei", "deductions_total", "total")
    levies = (
        result[f"income_levy_{level}"] + result[f"per_capita_{level}"] for level in ("city", "pref")
    )
    terms = (" ".join(map(str, planned.get(m, []))) for m in ("ordinary", "salary", "pension"))
    values = (serial, *(result[name] for name in names), *levies, *terms, "")
    return {name: str(value) for name, value in zip(HEAD, values, strict=True)}


def _papers(chance: random.Random, serial: int, age: int) -> Iterator[Any]:
    from review.assessment.papers import Row

    for at, (kind, content) in enumerate(_contents(chance, age)):
        yield Row(UUID(int=serial << 8 | at), kind, f"{kind}-{serial}-{at}", content, AT)


def _contents(chance: random.Random, age: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Draw a person's documents: mostly one report, often a return, sometimes a register entry."""
    works = 16 <= age < 70 and chance.random() < 0.8
    if works:
        for job in range(1 + (chance.random() < 0.15)):
            yield "salary_report", _salary(chance, f"商店{chance.randrange(300)}-{job}")
    if age >= 62:
        revenue = chance.randrange(300_000, 3_400_000)
        slip = {"payer": "日本年金機構", "revenue": revenue, "social_insurance": revenue // 18}
        yield "pension_report", slip
        if age >= 65 and chance.random() < 0.9:
            yield "insurance", {"scheme": "care", "paid": 70_000, "special_collection": 70_000}
    if chance.random() < 0.12:
        yield "one_stop", {"donated": chance.randrange(5_000, 150_000)}
    if chance.random() < 0.05:
        grade = chance.choice(["special", "ordinary"])
        yield "disability", {"grade": grade, "valid_from": "2015-04-01"}
    if chance.random() < 0.02:
        yield "public_assistance", {"from": "2026-05-01"}
    if chance.random() < 0.25 or not (works or age >= 62):
        yield "resident_return", {"answers": _answers(chance), "dependants": []}


def _salary(chance: random.Random, payer: str) -> dict[str, Any]:
    revenue = int(chance.lognormvariate(15.0, 0.6))
    slip: dict[str, Any] = {"payer": payer, "payer_number": "7123456789012", "revenue": revenue}
    slip |= {"withheld_tax": revenue // 45, "social_insurance": revenue * 15 // 100}
    if revenue % 7 == 0:
        slip["small_business_mutual"] = min(276_000, slip["social_insurance"])
    if chance.random() < 0.4:
        slip |= {"new_life": chance.randrange(0, 160_000), "old_pension": chance.randrange(90_000)}
    if chance.random() < 0.3:
        slip |= _spouse(chance.randrange(0, 1_400_000))
    names = ("under_16", "specific", "other", "elderly", "specific_relative", "disabled")
    slip["counts"] = {n: chance.randrange(1, 3) for n in names if chance.random() < 0.12}
    if people := slip["counts"].get("specific_relative"):
        slip["specific_relative_deduction"] = 630_000 * people
    if chance.random() < 0.1:
        slip |= {"income": revenue * 7 // 10, "deductions_total": revenue // 4}
        first = {"year": "05", "month": "04", "day": "01", "class": "01"}
        slip["housing"] = {"possible": 180_000, "first": first}
        slip["housing_loan_credit"] = chance.randrange(0, 180_000)
    flags = ("widow", "single_parent", "disabled", "ordinary_collection", "second_column")
    slip["flags"] = [flag for flag in flags if chance.random() < 0.03]
    return slip


def _spouse(income: int) -> dict[str, Any]:
    """Return the cells of a spouse: 源泉控除対象配偶者, or beyond 950,000 the deduction alone."""
    deduction = 380_000 if income <= 950_000 else 30_000 if income <= 1_330_000 else 0
    cells = {"spouse": "1" if income <= 950_000 else "2", "spouse_income": income}
    return cells | ({"spouse_deduction": deduction} if deduction else {})


def _answers(chance: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if chance.random() < 0.5:
        answers["misc"] = [{"revenue": chance.randrange(0, 3_000_000), "expenses": 200_000}]
        answers["income_kinds"] = ["misc"]
    if chance.random() < 0.5:
        answers["medical"] = {"method": "medical", "paid": chance.randrange(0, 900_000)}
    if chance.random() < 0.3:
        answers["social_insurance"] = [{"kind": "national_health", "amount": 180_000}]
    if chance.random() < 0.2:
        child = {"relation": "child", "birth_date": "2008-07-07", "total_income": 0}
        answers["relatives"] = [child | {"living": "together"}]
    if chance.random() < 0.3:
        answers["collection"] = chance.choice(["ordinary", "salary"])
    return answers


def write() -> None:
    with FROZEN.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, HEAD, lineterminator="\n")
        writer.writeheader()
        writer.writerows(assessed())


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "tests/review"]
    import tests.zone  # noqa: F401

    # ruff: isort: split
    import django

    django.setup()
    write()
