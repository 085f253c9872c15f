"""所得控除の説明."""

from __future__ import annotations

from collections.abc import Iterator

from tax.deductions.insurance import life_class
from tax.deductions.losses import medical_floor
from tax.engine import Computation
from tax.explain.line import Line, yen
from tax.explain.words import abroad_doubt, basis, doubts, listed
from tax.facts import ABROAD_UNDOCUMENTED, DIVORCED, Relative
from tax.family import judge_relative

SECTION = "所得控除"
# 所得税法85条, 地方税法34条・314条の2: neither text was read.
_DIED = "【要確認】その年に亡くなった人は、亡くなった日の状況で判定します（判定の時期の条番号）。"
_NO_PAPERS = "国外居住の書類（親族関係書類・送金関係書類）がないので、控除も人数もありません。"


def deduction_lines(done: Computation) -> Iterator[Line]:
    """Each deduction that is not zero, in the order of the return, then the total."""
    yield from _losses(done)
    yield from _premiums(done)
    yield from _status(done)
    yield from _spouse(done)
    yield from _relatives(done)
    gokei, basic = done.incomes.gokei, done.deductions.personal.basic
    yield Line(
        SECTION,
        "基礎控除",
        basic,
        f"合計所得金額 {yen(gokei)} の欄: {yen(basic)}",
        basis("basic_deduction"),
    )
    total = done.deductions.total
    yield Line(SECTION, "所得控除の合計", total, yen(total), "地方税法34条・314条の2")


def _losses(done: Computation) -> Iterator[Line]:
    facts, law, soshotoku = done.facts, done.law, done.incomes.soshotoku
    if done.deductions.casualty:
        yield Line(
            SECTION,
            "雑損控除",
            done.deductions.casualty,
            yen(done.deductions.casualty),
            basis("casualty_deduction"),
        )
    if facts.medical_paid:
        floor = medical_floor(soshotoku, law)
        yield Line(
            SECTION,
            "医療費控除",
            done.deductions.medical,
            f"{yen(facts.medical_paid)} － 補填 {yen(facts.medical_reimbursed)} － {yen(floor)}"
            f" ＝ {yen(done.deductions.medical)}",
            basis("medical_deduction"),
            f"差し引く額は、10万円と総所得金額等 {yen(soshotoku)} の5％の少ない方です。",
        )
    if facts.self_medication:
        rule = law.self_medication
        yield Line(
            SECTION,
            "医療費控除（セルフメディケーション税制）",
            done.deductions.medical,
            f"{yen(facts.self_medication)} － {yen(rule.floor)}（上限 {yen(rule.ceiling)}）"
            f" ＝ {yen(done.deductions.medical)}",
            basis("self_medication"),
        )


def _premiums(done: Computation) -> Iterator[Line]:
    facts, deductions, law = done.facts, done.deductions, done.law
    if deductions.social_insurance:
        yield Line(
            SECTION,
            "社会保険料控除",
            deductions.social_insurance,
            f"支払った全額 {yen(deductions.social_insurance)}",
            "地方税法34条1項3号・314条の2第1項3号",
        )
    if deductions.small_mutual_aid:
        yield Line(
            SECTION,
            "小規模企業共済等掛金控除",
            deductions.small_mutual_aid,
            f"支払った全額 {yen(deductions.small_mutual_aid)}",
            "地方税法34条1項4号・314条の2第1項4号",
        )
    if deductions.life:
        parts = [
            ("一般", life_class(facts.life_new_general, facts.life_old_general, law)),
            ("介護医療", law.life_insurance_new(facts.life_care)),
            ("個人年金", life_class(facts.life_new_pension, facts.life_old_pension, law)),
        ]
        limit = law.life_insurance_limits.total
        yield Line(
            SECTION,
            "生命保険料控除",
            deductions.life,
            f"{listed(parts)}（上限 {yen(limit)}）＝ {yen(deductions.life)}",
            basis("life_insurance_new"),
            "新旧の両方がある区分は、新だけ・旧だけ・合計（上限28,000円）の最も多い額です。",
        )
    if deductions.earthquake:
        parts = [
            ("地震保険料分", law.earthquake_insurance(facts.earthquake)),
            ("旧長期分", law.old_long_insurance(facts.old_long_insurance)),
        ]
        yield Line(
            SECTION,
            "地震保険料控除",
            deductions.earthquake,
            f"{listed(parts)}（上限 {yen(law.earthquake_limit)}）＝ {yen(deductions.earthquake)}",
            basis("earthquake_insurance"),
            doubts(law, "earthquake_insurance") if facts.earthquake % 2 else "",
        )


def _status(done: Computation) -> Iterator[Line]:
    personal, law, gokei = done.deductions.personal, done.law, done.incomes.gokei
    if personal.disability:
        yield Line(
            SECTION,
            "障害者控除",
            personal.disability,
            "本人・同一生計配偶者・扶養親族（16歳未満を含む）の合計",
            basis("disability_deduction"),
        )
    within = gokei <= law.single_parent_income_limit
    if done.facts.widow:
        no_dependant = within and not personal.is_widow
        yield Line(
            SECTION,
            "寡婦控除",
            personal.widow,
            _limit(gokei, law.single_parent_income_limit),
            basis("widow_deduction"),
            "扶養親族がいないので、離婚による寡婦控除はありません。"
            if no_dependant
            else abroad_doubt(done.facts) * (done.facts.widow == DIVORCED),
        )
    if done.facts.single_parent:
        no_child = within and not personal.is_single_parent
        yield Line(
            SECTION,
            "ひとり親控除",
            personal.single_parent,
            _limit(gokei, law.single_parent_income_limit),
            basis("single_parent_deduction"),
            ("要件に合う子がいないので、受けられません。" if no_child else abroad_doubt(done.facts))
            + doubts(law, "single_parent_child_income_limit"),
        )
    if done.facts.working_student:
        yield Line(
            SECTION,
            "勤労学生控除",
            personal.student,
            _limit(gokei, law.working_student_income_limit),
            basis("working_student_deduction"),
            "勤労によらない所得が10万円を超えると受けられません。",
        )


def _limit(gokei: int, limit: int) -> str:
    relation = "以下" if gokei <= limit else "超"
    return f"合計所得金額 {yen(gokei)}（{yen(limit)}{relation}）"


def _spouse(done: Computation) -> Iterator[Line]:
    facts, personal, law = done.facts, done.deductions.personal, done.law
    if not facts.has_spouse:
        return
    limit = law.dependant_income_limit
    own = f"本人の合計所得金額 {yen(done.incomes.gokei)}"
    formula = f"配偶者の合計所得金額 {yen(facts.spouse_income)}、{own}"
    if facts.spouse_family_employee:
        yield Line(
            SECTION,
            "配偶者控除",
            0,
            "専従者は控除の対象になりません",
            basis("dependant_income_limit"),
        )
    elif facts.spouse_abroad == ABROAD_UNDOCUMENTED:
        yield Line(
            SECTION,
            "配偶者控除",
            0,
            formula,
            basis("dependant_income_limit"),
            _NO_PAPERS,
        )
    elif personal.spouse_counts:
        kind = "老人" if facts.spouse_age >= law.dependant_ages.elderly_from else "一般"
        note = (
            ""
            if personal.spouse
            else "控除額は0円でも、非課税の判定と障害者控除では人数に入ります。"
        )
        yield Line(
            SECTION,
            f"配偶者控除（{kind}）",
            personal.spouse,
            formula,
            basis("spouse_deduction_general"),
            _DIED * facts.spouse_died + note,
        )
    else:
        yield Line(
            SECTION,
            "配偶者特別控除",
            personal.spouse,
            f"{formula}（{yen(limit)}超）",
            basis("spouse_special_deduction_first"),
            _DIED * facts.spouse_died,
        )


def _relatives(done: Computation) -> Iterator[Line]:
    for person in done.facts.people:
        if person.excluded:
            continue
        share = judge_relative(person, done.law)
        income = f"{person.age}歳、合計所得金額 {yen(person.total_income)}"
        if share.specific_deduction:
            yield Line(
                SECTION,
                "特定親族特別控除",
                share.specific_deduction,
                income,
                basis("specific_relative_deduction"),
                "扶養親族ではないので、非課税の判定の人数には入りません。",
            )
        elif share.counted:
            kind = _class(person, done)
            note = (
                ""
                if share.deduction
                else "控除額は0円でも、非課税の判定と障害者控除では人数に入ります。"
            )
            yield Line(
                SECTION,
                f"扶養控除（{kind}）",
                share.deduction,
                income,
                basis("dependant_deduction"),
                note,
            )
        else:
            yield Line(
                SECTION,
                "扶養控除",
                0,
                f"{income}（対象になりません）",
                basis("dependant_income_limit"),
                _NO_PAPERS if person.abroad == ABROAD_UNDOCUMENTED else "",
            )


def _class(person: Relative, done: Computation) -> str:
    ages = done.law.dependant_ages
    if person.age < ages.deductible_from:
        return "16歳未満"
    if person.age >= ages.elderly_from:
        return "同居老親等" if person.cohabiting_parent else "老人"
    return "特定" if ages.specific_from <= person.age <= ages.specific_to else "一般"
