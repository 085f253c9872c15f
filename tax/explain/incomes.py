"""収入と所得の説明."""

from __future__ import annotations

from collections.abc import Iterator

from tax.engine import Computation
from tax.explain.line import Line, yen
from tax.explain.words import abroad_doubt, band_formula, basis, doubts, listed
from tax.facts import Facts
from tax.income.separate import LAND_KINDS
from tax.income.totals import Incomes

SECTION = "所得"
_SEPARATE = {
    "land_short": "土地建物の短期譲渡所得",
    "land_short_public": "土地建物の短期譲渡所得（国等への譲渡）",
    "land_long": "土地建物の長期譲渡所得",
    "land_long_superior": "土地建物の長期譲渡所得（優良住宅地）",
    "land_long_residence": "土地建物の長期譲渡所得（10年超の居住用）",
    "listed_div": "上場株式等の配当所得（申告分離）",
    "stock": "上場株式等の譲渡所得",
    "stock_general": "一般株式等の譲渡所得",
    "futures": "先物取引の雑所得等",
}


def separate_name(kind: str) -> str:
    """The Japanese name of a kind of separate income."""
    return _SEPARATE[kind]


def income_lines(done: Computation) -> Iterator[Line]:
    """Each income, then 合計所得金額 and 総所得金額等."""
    yield from _employment(done)
    yield from _pension(done)
    yield from _trades(done)
    yield from _others(done)
    yield from _totals(done)


def _employment(done: Computation) -> Iterator[Line]:
    facts, incomes, law = done.facts, done.incomes, done.law
    if not facts.salary:
        return
    extra = incomes.specific_deduction
    specific = f" － 特定支出控除 {yen(extra)}" if extra else ""
    yield Line(
        SECTION,
        "給与所得",
        incomes.employment_before,
        f"{band_formula(law.employment_income, facts.salary)}{specific}"
        f" ＝ {yen(incomes.employment_before)}",
        basis("employment_income"),
    )
    if facts.specific_costs or facts.specific_work_needs:
        yield _specific(done)
    if incomes.children_adjustment:
        rule = law.income_adjustment_children
        capped = min(facts.salary, rule.ceiling)
        yield Line(
            SECTION,
            "所得金額調整控除（子ども・特別障害者等）",
            incomes.children_adjustment,
            f"（{yen(capped)} － {yen(rule.over)}）× 10％（1円未満切上げ）",
            basis("income_adjustment_children"),
            abroad_doubt(done.facts),
        )
    if incomes.pension_adjustment:
        frame = law.income_adjustment_pension
        earned = min(incomes.employment_before - incomes.children_adjustment, frame)
        yield Line(
            SECTION,
            "所得金額調整控除（給与と年金）",
            incomes.pension_adjustment,
            f"{yen(earned)} ＋ {yen(min(incomes.pension, frame))} － {yen(frame)}",
            basis("income_adjustment_pension"),
        )


def _specific(done: Computation) -> Line:
    facts, law = done.facts, done.law
    needs = min(facts.specific_work_needs, law.specific_expenses.work_needs_limit)
    taken = facts.salary - law.employment_income(facts.salary)
    return Line(
        SECTION,
        "特定支出控除",
        done.incomes.specific_deduction,
        f"特定支出 {yen(facts.specific_costs + needs)} － 給与所得控除額 {yen(taken)} × 2分の1",
        basis("specific_expenses"),
        doubts(law, "specific_expenses"),
    )


def _pension(done: Computation) -> Iterator[Line]:
    facts, incomes, law = done.facts, done.incomes, done.law
    if not facts.public_pension:
        return
    senior = facts.age >= law.pension_senior_age
    name = "pension_income_from_65" if senior else "pension_income_under_65"
    formula = band_formula(getattr(law, name), facts.public_pension)
    lost = law.pension_other_income_reduction(incomes.other_than_pension)
    if lost:
        formula += f" ＋ {yen(lost)}（年金以外の合計所得 {yen(incomes.other_than_pension)}）"
    yield Line(
        SECTION,
        "公的年金等の雑所得",
        incomes.pension,
        f"{formula} ＝ {yen(incomes.pension)}",
        basis(name),
        "65歳以上の表" if senior else "65歳未満の表",
    )


def _trades(done: Computation) -> Iterator[Line]:
    facts, trades, law = done.facts, done.incomes.trades, done.law
    for kind, label in (
        ("business", "事業所得（営業等）"),
        ("farm", "事業所得（農業）"),
        ("real_estate", "不動産所得"),
    ):
        revenue = getattr(facts, f"{kind}_revenue")
        if not revenue and not getattr(facts, f"{kind}_expenses"):
            continue
        net = getattr(trades, kind)
        costs = listed(
            [
                ("必要経費", getattr(facts, f"{kind}_expenses")),
                ("青色専従者給与", getattr(facts, f"{kind}_family_employee")),
                ("青色申告特別控除", getattr(facts, f"{kind}_blue_deduction")),
            ]
        )
        people = getattr(facts, f"{kind}_white_spouse") + getattr(facts, f"{kind}_white_others")
        note = f"白色専従者控除 {people}人分を引いています。" if people else ""
        note += "家内労働者等の特例を当てています。" if facts.home_worker else ""
        yield Line(
            SECTION,
            label,
            net,
            f"収入 {yen(revenue)} －（{costs or '0円'}）＝ {yen(net)}",
            "地方税法32条・313条",
            note + doubts(law, "blue_deduction_limit"),
        )
    if facts.misc_business_revenue:
        yield Line(
            SECTION,
            "雑所得（業務）",
            trades.misc_business,
            f"収入 {yen(facts.misc_business_revenue)} － 必要経費 "
            f"{yen(facts.misc_business_revenue - trades.misc_business)}",
            "所得税法35条",
            doubts(law, "home_worker_minimum_cost") if facts.home_worker else "",
        )


def _others(done: Computation) -> Iterator[Line]:
    facts, incomes, law = done.facts, done.incomes, done.law
    if facts.misc_other_revenue:
        yield Line(
            SECTION,
            "雑所得（その他）",
            incomes.misc_other,
            f"{yen(facts.misc_other_revenue)} － {yen(facts.misc_other_expenses)}",
            "所得税法35条",
        )
    if facts.other_total_income:
        yield Line(
            SECTION,
            "その他の総合課税の所得",
            facts.other_total_income,
            yen(facts.other_total_income),
            "地方税法32条・313条",
        )
    if incomes.dividends:
        yield Line(
            SECTION,
            "配当所得（総合課税）",
            incomes.dividends,
            f"配当 － 負債の利子 {yen(facts.dividends_interest_paid)}",
            "所得税法24条",
        )
    if facts.occasional_revenue:
        yield Line(
            SECTION,
            "一時所得（2分の1にする前）",
            incomes.occasional,
            f"{yen(facts.occasional_revenue)} － {yen(facts.occasional_expenses)} － 特別控除 "
            f"{yen(law.occasional_special_deduction)}",
            basis("occasional_special_deduction"),
        )
    for name, label in (("short", "短期"), ("long", "長期")):
        revenue = getattr(facts, f"transfer_{name}_revenue")
        if revenue:
            yield Line(
                SECTION,
                f"総合譲渡所得（{label}、特別控除の後）",
                getattr(incomes, f"transfer_{name}"),
                f"{yen(revenue)} － {yen(getattr(facts, f'transfer_{name}_expenses'))} － 特別控除",
                basis("transfer_special_deduction"),
                "長期は2分の1を総所得金額に入れます。" if name == "long" else "",
            )
    for kind, amount in incomes.separate.items():
        if amount:
            land = kind in LAND_KINDS
            yield Line(
                SECTION,
                separate_name(kind),
                amount,
                f"特別控除を引く前の {yen(amount)}" if land else yen(amount),
                "地方税法附則33条の2～35条の4の2",
                "合計所得金額には特別控除を引く前の額が入ります。" if land else "",
            )
    if facts.forestry or facts.forestry_loss:
        yield _forestry(incomes, facts)


def _forestry(incomes: Incomes, facts: Facts) -> Line:
    """山林所得 after 損益通算, either way."""
    own = facts.forestry - facts.forestry_loss
    note = ""
    if own < 0:
        note = f"損失 {yen(-own)} は、ほかの所得から引きます（分離課税の所得を除く）。"
    elif incomes.forestry < own:
        note = f"{yen(own)} から、ほかの所得の損失を引いています。"
    return Line(
        SECTION,
        "山林所得",
        incomes.forestry,
        yen(incomes.forestry),
        "地方税法32条・313条",
        note,
    )


def _totals(done: Computation) -> Iterator[Line]:
    incomes, facts = done.incomes, done.facts
    apart = sum(incomes.separate.values()) + incomes.forestry
    formula = f"総合課税 {yen(incomes.comprehensive)}"
    if apart:
        formula += f" ＋ 分離課税など {yen(apart)}"
    yield Line(
        SECTION,
        "合計所得金額",
        incomes.gokei,
        f"{formula} ＝ {yen(incomes.gokei)}",
        "地方税法23条1項13号・292条1項13号",
        "繰越損失と特別控除を引く前の額です。",
    )
    carried = incomes.gokei - incomes.soshotoku
    formula = f"{yen(incomes.gokei)} － 繰越損失 {yen(carried)} ＝ {yen(incomes.soshotoku)}"
    losses = (
        facts.loss_carryforward
        + facts.casualty_loss_carryforward
        + facts.stock_loss_carryforward
        + facts.futures_loss_carryforward
    )
    yield Line(
        SECTION,
        "総所得金額等",
        incomes.soshotoku,
        formula if losses else f"繰越損失がないので、合計所得金額と同じ {yen(incomes.soshotoku)}",
        "地方税法32条・313条",
    )
