"""A city with planted errors: who is in it, and the list of what a check must find there.

Everybody who is not on the list is clean: variants of names and of payers, characters outside the
usual sets, moves, deaths and shared addresses must not be found.
"""

from datetime import date, timedelta

from tests.review.small_city import Resident, relative_of, resident

CLEAN = 40
LEFT = {"kind": "2", "year": "08", "month": "06", "day": "30"}
HEALTH = {"kind": "national_health", "amount": 200_000}


def plant() -> set[tuple[str, str]]:
    """Enter the city; return (宛名番号, kind of disagreement) of every planted error."""
    _clean_people()
    return {
        *_payments(),
        *_dependants(),
        *_registers(),
        *_returns(),
    }


def _named(person: Resident, name: str) -> Resident:
    person.row.take_name(name)
    person.row.save()
    return person


def _clean_people() -> None:
    """People whom nothing is wrong with, though a careless check would take them for wrong."""
    names = ("髙橋 一", "高橋 一", "𠮷田 花", "吉田 花", "渡邉 葛\U000e0100", "斎藤 実", "齋藤 実")
    for at in range(CLEAN):
        born = date(1950 + at, 1 + at % 12, 2)
        person = _named(resident(at, born=born), names[at % len(names)])
        person.salary(2_000_000 + 50_000 * at, payer=f"店舗{at % 6}")
    # The same payer under another spelling, declared to the yen.
    same = resident(100)
    same.salary(3_000_000, payer="株式会社 白川商店")
    slip = {"revenue": 3_000_000, "withheld_tax": 75_000, "social_insurance": 450_000}
    same.filed({"income_kinds": ["salary"], "salaries": [{"payer": "（株）白川商店", **slip}]})
    # Two employers, the first inside the second's report as 前職分.
    two = resident(101)
    two.salary(1_000_000, payer="前の店", mid_year=LEFT)
    two.salary(4_000_000, payer="今の店", other_payer={"payer": "前の店", "revenue": 1_000_000})
    # A child with a little income, a twin of the same birth date in another household.
    for serial in (102, 104):
        child = resident(serial + 1, born=date(2012, 3, 3))
        parent = resident(serial)
        parent.salary()
        parent.filed({"relatives": [relative_of(child)]} | _salary_as_reported(), [child.key])
    # Whoever died after 1 January or moved away on 2 January is taxed like anybody else.
    resident(106, died_on=date(2027, 1, 2)).salary()
    resident(107, moved_out_on=date(2027, 1, 2)).salary()
    # 65 on the day, premiums declared to the yen, a certificate as declared.
    exact = resident(108, born=date(1961, 4, 1))
    exact.pension()
    exact.document("insurance", "i-108", scheme="national_health", paid=200_000)
    exact.document("disability", "d-108", grade="ordinary", valid_from="2019-01-01")
    pension = {"payer": "日本年金機構", "revenue": 1_800_000, "social_insurance": 90_000}
    answers = {"income_kinds": ["pension"], "pensions": [pension], "social_insurance": [HEALTH]}
    exact.filed(answers | {"personal": {"disability": "general"}})


def _salary_as_reported() -> dict[str, object]:
    slip = {"revenue": 4_000_000, "withheld_tax": 100_000, "social_insurance": 600_000}
    return {"income_kinds": ["salary"], "salaries": [{"payer": "白川商事", **slip}]}


def _payments() -> set[tuple[str, str]]:
    under, hidden, missing, twice, previous = (resident(200 + n) for n in range(5))
    under.salary()
    slip = {"payer": "白川商事", "revenue": 3_200_000, "withheld_tax": 100_000}
    under.filed({"income_kinds": ["salary"], "salaries": [slip | {"social_insurance": 600_000}]})
    hidden.salary()
    hidden.salary(700_000, payer="夜の店")
    hidden.filed(_salary_as_reported())
    missing.filed(_salary_as_reported())
    twice.salary(payer="白川商事")
    twice.document(
        "salary_report", "again", payer="(株)白川商事", revenue=4_000_000, withheld_tax=100_000,
        social_insurance=600_000,
    )  # fmt: skip
    previous.salary(1_300_000, payer="前の店", mid_year=LEFT)
    previous.salary(
        4_000_000, payer="今の店", other_payer={"payer": "前の店", "revenue": 1_000_000}
    )
    return {
        (under.row.number, "amount"),
        (hidden.row.number, "not_declared"),
        (missing.row.number, "not_reported"),
        (twice.row.number, "report_twice"),
        (previous.row.number, "previous_payer"),
    }


def _dependants() -> set[tuple[str, str]]:
    parents = [resident(300 + n) for n in range(7)]
    for parent in (*parents[:4], *parents[5:]):
        parent.salary()
    shared = resident(310, born=date(2009, 2, 2))
    for parent in parents[:2]:
        parent.filed({"relatives": [relative_of(shared)]} | _salary_as_reported(), [shared.key])
    student = resident(311, born=date(2005, 6, 6))
    student.salary(1_900_000, payer="学生の店")
    parents[2].filed(
        {"relatives": [relative_of(student, income=200_000)]} | _salary_as_reported(), [student.key]
    )
    older = resident(312, born=date(2011, 1, 1) + timedelta(days=1))
    parents[3].filed(
        {"relatives": [relative_of(older, born="2010-01-02")]} | _salary_as_reported(), [older.key]
    )
    infant = resident(313, born=date(2020, 1, 1))
    parents[4].document(
        "salary_report", "family", payer="別の店", revenue=3_900_000,
        counts={"other": 1}, family=[{"role": "dependant", "key": infant.key}],
    )  # fmt: skip
    # Who died before the income year counts no more; who died in it does.
    long_dead = resident(314, born=date(1950, 3, 3), died_on=date(2025, 12, 31))
    late = resident(315, born=date(1950, 3, 3), died_on=date(2026, 1, 1))
    for parent, lost in zip(parents[5:], (long_dead, late), strict=True):
        parent.filed({"relatives": [relative_of(lost)]} | _salary_as_reported(), [lost.key])
    return {
        (parents[0].row.number, "dependant_twice"),
        (parents[1].row.number, "dependant_twice"),
        (parents[2].row.number, "dependant_income"),
        (parents[3].row.number, "dependant_age"),
        (parents[4].row.number, "dependant_age"),
        (parents[5].row.number, "dependant_age"),
    }


def _registers() -> set[tuple[str, str]]:
    over, uninsured, disabled, aided, married = (resident(400 + n) for n in range(5))
    over.document("insurance", "i-400", scheme="national_health", paid=150_000)
    over.filed({"social_insurance": [HEALTH]})
    uninsured.filed({"social_insurance": [HEALTH]})
    disabled.document("disability", "d-402", grade="ordinary", valid_from="2019-01-01")
    disabled.filed({"personal": {"disability": "special"}})
    aided.document("public_assistance", "p-403", **{"from": "2026-04-01"})
    aided.salary(2_600_000)
    married.filed({"personal": {"disability": "general"}})
    return {
        (over.row.number, "insurance_over"),
        (uninsured.row.number, "insurance_over"),
        (disabled.row.number, "disability"),
        (aided.row.number, "assistance"),
        (married.row.number, "disability"),
    }


def _returns() -> set[tuple[str, str]]:
    both, gift = resident(500), resident(501)
    both.document("tax_return", "t-500", answers={"life": {"care": 40_000}}, dependants=[])
    both.filed({"life": {"care": 80_000}})
    gift.document("one_stop", "o-501", municipality_code="432156", donated=30_000)
    gift.filed({"life": {"care": 20_000}})
    return {(both.row.number, "returns_differ"), (gift.row.number, "one_stop_void")}
