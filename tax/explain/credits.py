"""税額控除の説明, in the legal order."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tax.credits.housing import basic_deduction_excess
from tax.engine import Computation
from tax.explain.line import Line, yen
from tax.explain.words import basis, doubts, percent
from tax.levels import Levels

SECTION = "税額控除"


def credit_lines(done: Computation) -> Iterator[Line]:
    """Each credit that takes something off; nothing where 所得割 is exempt."""
    if done.exemption.income_levy:
        if done.credits.withheld.entitled.total:
            yield from _withheld(done)
        return
    yield from _adjustment(done)
    credits = done.credits
    if credits.dividend.total:
        yield _line(
            "配当控除",
            credits.dividend,
            "総合課税の配当 × 控除率（課税所得1,000万円超の部分は半分）",
            basis("dividend_credit"),
        )
    if done.facts.has_housing:
        yield _housing(done)
    yield from _donation(done)
    if credits.foreign.total:
        yield _line(
            "外国税額控除",
            credits.foreign,
            "所得税から引ききれない額（県、市の順）",
            basis("foreign_tax_credit"),
        )
    if credits.borderline.reduction:
        yield _line(
            "調整措置",
            credits.borderline.credit,
            f"税引後の所得が非課税限度額 {yen(done.exemption.income_levy_limit)} を下回らないよう "
            f"{yen(credits.borderline.reduction)} を引く",
            "地方税法附則3条の3第2項・5項",
        )
    if credits.withheld.entitled.total:
        yield from _withheld(done)
    if credits.fixed_amount.total:
        yield _line(
            "定額減税（特別税額控除）",
            credits.fixed_amount,
            "控除対象配偶者でない同一生計配偶者 1人 10,000円",
            basis("fixed_amount_credit"),
        )


def _line(label: str, credit: Levels, formula: str, law: str, note: str = "") -> Line:
    split = f"（市 {yen(credit.city)}、県 {yen(credit.pref)}）"
    return Line(SECTION, label, credit.total, formula + split, law, note)


def _adjustment(done: Computation) -> Iterator[Line]:
    law, taxable = done.law, done.base.adjustment
    rule = law.adjustment_credit
    difference = done.deductions.personal.difference
    if done.incomes.gokei > law.adjustment_credit_income_limit:
        yield Line(
            SECTION,
            "調整控除",
            0,
            f"合計所得金額が {yen(law.adjustment_credit_income_limit)} を超えるため、ありません",
            basis("adjustment_credit"),
        )
        return
    if taxable <= rule.threshold:
        formula = f"人的控除額の差 {yen(difference)} と課税所得 {yen(taxable)} の少ない方 × 5％"
    else:
        formula = (
            f"｛人的控除額の差 {yen(difference)} －（{yen(taxable)} － {yen(rule.threshold)}）｝"
            f"（{yen(rule.minimum)} に満たないときは {yen(rule.minimum)}）× 5％"
        )
    yield _line("調整控除", done.credits.adjustment, formula, basis("adjustment_credit"))


def _housing(done: Computation) -> Line:
    housing, law = done.credits.housing, done.law
    extra = basic_deduction_excess(done.facts, done.incomes.gokei, law)
    left, ceiling = yen(housing.left), yen(housing.ceiling)
    formula = f"所得税から引ききれない額 {left} と上限 {ceiling} の少ない方"
    doubt = doubts(law, "housing_credit") if extra else ""
    return _line(
        "住宅借入金等特別税額控除", housing.credit, formula, basis("housing_credit"), doubt
    )


def _donation(done: Computation) -> Iterator[Line]:
    donation, law, facts = done.credits.donation, done.law, done.facts
    if donation.basic.total:
        yield _line(
            "寄附金税額控除（基本分）",
            donation.basic,
            "（寄附金（総所得金額等の30％まで）－ 2,000円）× 10％、市と県の率で",
            basis("donation_credit"),
        )
    if donation.special.total:
        ratio = percent(Fraction(donation.ratio, 1_000_000))
        yield _line(
            "寄附金税額控除（特例分）",
            donation.special,
            f"（{yen(facts.furusato)} － 2,000円）× {ratio}、調整控除後の所得割の20％まで",
            basis("furusato_ratio"),
            f"割合は {yen(donation.ratio_base)}（課税総所得金額 － 人的控除差調整額 "
            f"{yen(donation.personal_difference)}）で決まります。",
        )
    if donation.onestop.total:
        yield _line(
            "寄附金税額控除（申告特例控除）",
            donation.onestop,
            "特例分 × 所得税の割合",
            basis("onestop_income_tax_ratio"),
            "確定申告や住民税の申告をすると、ワンストップ特例は使えません。"
            + doubts(law, "onestop_income_tax_ratio"),
        )


def _withheld(done: Computation) -> Iterator[Line]:
    withheld = done.credits.withheld
    rounded = withheld.entitled.total != done.facts.withheld_split
    note = doubts(done.law, "withheld_credit_share") if rounded else ""
    if withheld.to_per_capita or withheld.refunded:
        note = (
            f"所得割から引ききれない額のうち {yen(withheld.to_per_capita)} を均等割に充て、"
            f"{yen(withheld.refunded)} を還付します。"
        ) + note
    yield _line(
        "配当割額・株式等譲渡所得割額控除",
        withheld.entitled,
        f"{yen(done.facts.withheld_split)} の市5分の3、県5分の2",
        basis("withheld_credit_share"),
        note,
    )
