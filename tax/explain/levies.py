"""課税標準・算出税額・非課税の説明."""

from __future__ import annotations

from collections.abc import Iterator

from tax.base import separate_levy
from tax.engine import Computation
from tax.explain.incomes import separate_name
from tax.explain.line import Line, yen
from tax.explain.words import basis, percent

BASE, EXEMPT = "課税標準と税率", "非課税の判定"


def exemption_lines(done: Computation) -> Iterator[Line]:
    """Who is exempt from what, with both limits."""
    exemption, incomes = done.exemption, done.incomes
    if exemption.by_status:
        yield Line(
            EXEMPT,
            "本人の事情による非課税",
            None,
            f"生活扶助、または障害者・未成年者・寡婦・ひとり親で合計所得金額 {yen(incomes.gokei)}"
            f" が {yen(done.law.exemption_special_limit)} 以下",
            basis("exemption_special_limit"),
            "市民税・県民税・森林環境税のすべてが非課税です。",
        )
    if done.place.grade is not None and not done.facts.house_only:
        answer = "非課税" if incomes.gokei <= exemption.per_capita_limit else "課税"
        yield Line(
            EXEMPT,
            "均等割の非課税限度額",
            exemption.per_capita_limit,
            f"{exemption.persons}人の限度額 {yen(exemption.per_capita_limit)} と合計所得金額 "
            f"{yen(incomes.gokei)} を比べて{answer}",
            basis("exemption_per_capita"),
            f"{done.place.name}は{done.place.grade}級地です。",
        )
    answer = "非課税" if exemption.income_levy else "課税"
    yield Line(
        EXEMPT,
        "所得割の非課税限度額",
        exemption.income_levy_limit,
        f"{exemption.persons}人の限度額 {yen(exemption.income_levy_limit)} と総所得金額等 "
        f"{yen(incomes.soshotoku)} を比べて所得割は{answer}",
        basis("exemption_income_levy"),
    )


def base_lines(done: Computation) -> Iterator[Line]:
    """課税標準 and 算出所得割 of each kind."""
    incomes, base, place = done.incomes, done.base, done.place
    deducted = min(incomes.comprehensive_after_losses, done.deductions.total)
    yield Line(
        BASE,
        "課税総所得金額",
        base.comprehensive,
        f"{yen(incomes.comprehensive_after_losses)} － 所得控除 {yen(deducted)}"
        f"（1,000円未満切捨て）＝ {yen(base.comprehensive)}",
        "地方税法35条・314条の3、20条の4の2第1項",
    )
    left = done.deductions.total - deducted
    for kind, amount in base.separate.items():
        if not incomes.separate[kind]:
            continue
        note = (
            "【要確認】引ききれない所得控除を分離課税の所得から引く順序は一般的な理解によります。"
            if left
            else ""
        )
        levy = separate_levy(kind, amount, place, done.law)
        yield Line(
            BASE,
            f"課税{separate_name(kind)}",
            amount,
            f"特別控除・繰越損失・残った所得控除の後、1,000円未満切捨て ＝ {yen(amount)}"
            f"（市 {yen(levy.city)}、県 {yen(levy.pref)}）",
            basis("separate_rates_ordinary"),
            note,
        )
    if incomes.forestry:
        yield Line(
            BASE, "課税山林所得金額", base.forestry, yen(base.forestry), "地方税法35条・314条の3"
        )
    for label, rate, levy in (
        ("市民税所得割（控除前）", place.rates.city, done.raw.city),
        ("県民税所得割（控除前）", place.rates.pref, done.raw.pref),
    ):
        apart = "と分離課税の税額" if any(base.separate.values()) else ""
        yield Line(
            BASE,
            label,
            levy,
            f"{yen(base.adjustment)} × {percent(rate)}{apart} ＝ {yen(levy)}",
            basis("standard_rates"),
        )
