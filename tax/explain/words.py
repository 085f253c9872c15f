"""説明の言いまわし: numbers, rates and doubts as the explanation words them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from tax.explain.line import yen
from tax.facts import ABROAD_UNDOCUMENTED, Facts
from tax.law import Law, parameters
from tax.schedules import Schedule

_WITHOUT_PAPERS = (
    "【要確認】国外に住む親族は、書類がなくても、この判定では親族に数えています（定義による）。"
)


def percent(rate: Fraction) -> str:
    """84.895％, from an exact fraction (all rates of the law are finite decimals)."""
    value = Decimal(rate.numerator) * 100 / Decimal(rate.denominator)
    return f"{value.normalize():f}％"


def basis(*names: str) -> str:
    """The legal basis of parameters."""
    return "、".join(dict.fromkeys(parameters()[name].reference for name in names))


def doubts(law: Law, *names: str) -> str:
    """The doubts about parameters' figures in that year, to be shown with the line."""
    said = (parameters()[name].doubt for name in names if parameters()[name].doubtful(law.tax_year))
    return "".join(f"【要確認】{doubt}" for doubt in said)


def abroad_doubt(facts: Facts) -> str:
    """What is uncertain where a status may hang on a relative abroad without papers.

    地方税法23条1項7号・9号・11号・12号 define the relatives without them; no text was read.
    """
    homes = [facts.spouse_abroad, *(person.abroad for person in facts.people)]
    return _WITHOUT_PAPERS if ABROAD_UNDOCUMENTED in homes else ""


def band_formula(schedule: Schedule, amount: int) -> str:
    """How a table's band turns the amount into the answer, with the numbers in it."""
    band: dict[str, Any] = schedule.band_of(amount)
    rate, add, step = Fraction(band.get("rate", 0)), band.get("add", 0), band.get("step", 1)
    if not rate:
        return f"{yen(amount)} の欄: {yen(add)}"
    text = yen(amount // step * step)
    if step > 1:
        text = f"{yen(amount)}（{step:,}円単位に切り捨てて {text}）"
    if rate != 1:
        text += f" × {percent(rate)}"
    return text + (f" － {-add:,}円" if add < 0 else f" ＋ {add:,}円" if add else "")


def listed(parts: list[tuple[str, int]]) -> str:
    """「名前 1,000円 ＋ 名前 2,000円」 of the parts that are not zero."""
    return " ＋ ".join(f"{name} {yen(amount)}" for name, amount in parts if amount)
