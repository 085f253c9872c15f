"""The tax of a report's row: what codes and counts of the national layout come to, in yen.

P has a salary of 5,000,000 and 社会保険料 of 720,000: 所得割 of 238,500 (241,000 - 調整控除
2,500) and 5,500 of 均等割 and 森林環境税.
"""

from datetime import date

import pytest

from review.reconcile.rulings import Ruling
from tests.filing.cast import child, spouse
from tests.review.city import KATO
from tests.review.reported import listed, prepared, reported, returned, tax_of
from tests.review.source_files import one_stop_row, pension_row, salary_row

SINGLE = 244_000
P = {"c17": "5000000", "c19": "3560000", "c36": "720000"}
SPOUSE = {"c23": "1"}
HOME = {"c20": "1340000", "c40": "124500", "c74": "31", "c75": "04", "c76": "01", "c77": "1"}
HOME |= {"c78": "250000", "c79": "01"}


def p(serial=1, **cells):
    return reported(salary_row(**P | cells), serial=serial)


def pension(serial=2, **cells):
    return reported(pension_row(**cells), "pension_report", serial)


def test_single_person_by_salary_alone():
    assert tax_of(p()) == SINGLE


@pytest.mark.req("ASM-06")
@pytest.mark.parametrize(
    ("code", "tax"), [("", SINGLE), ("0", SINGLE), ("2", SINGLE), ("4", SINGLE), ("1", 211_000)]
)
def test_spouse_is_deducted_where_the_code_says_that_there_is_one(code, tax):
    """配偶者控除 (地方税法34条1項10号): 330,000 yen less to tax, 33,000 yen of 所得割."""
    assert tax_of(p(c23=code)) == tax


@pytest.mark.parametrize(("code", "tax"), [("", 211_000), ("0", 211_000), ("1", 202_500)])
def test_elderly_spouse_is_one_whom_the_code_calls_so(code, tax):
    """老人控除対象配偶者: 380,000 yen, and a 調整控除 of 6,000 yen: 203,000 - 6,000 + 5,500."""
    assert tax_of(p(c23="1", c24=code)) == tax


def test_single_person_with_little_is_taxed_as_one_person():
    """760,000 - 200,000 - 430,000: 13,000 - 2,500 + 5,500. As two persons it would be nothing."""
    assert tax_of(p(c17="1500000", c19="760000", c36="200000", c23="2")) == 16_000


def test_spouse_who_earns_more_is_known_by_the_deduction_alone():
    """源泉控除対象配偶者 無, and yet 配偶者特別控除 of 330,000 for an income of 960,000."""
    assert tax_of(p(c23="2", c25="360000", c42="960000")) == 211_000


def test_spouse_code_that_nobody_knows_waits_for_staff():
    report = p(c23="7")

    assert tax_of(report) == SINGLE
    assert listed(report) == [("report_unclear", "spouse:salary_report:くまもと商店")]


@pytest.mark.parametrize(("code", "tax"), [("", 81_000), ("3", 81_000), ("1", 45_500)])
def test_spouse_of_a_pension_report_is_general_elderly_or_none(code, tax):
    """1,300,000 - 90,000 - 430,000: 78,000 - 2,500 + 5,500; a spouse: 45,000 - 5,000 + 5,500."""
    about = {"born": date(1958, 5, 1), "sex": "1"}

    assert tax_of(pension(c23="2400000", c34=code), **about) == tax


def test_elderly_spouse_of_a_pension_report():
    assert prepared(pension(c34="2")).inputs["spouse"]["age"] == 75


@pytest.mark.req("ASM-06")
@pytest.mark.parametrize(
    ("cells", "tax"),
    [
        # 住: what is left is 125,500, the ceiling 97,500.
        ({}, 146_500),
        # 住(特) of 2019: the ceiling is 136,500, all of 125,500 is taken.
        ({"c79": "11"}, 118_500),
        ({"c79": "21", "c74": "03"}, 118_500),
        # 特定取得 was for those who moved in until 2022.
        ({"c79": "11", "c74": "05"}, 146_500),
        # Income tax took all of it: nothing is left.
        ({"c40": "250000"}, SINGLE),
    ],
)
def test_housing_credit_of_a_row_leaves_what_income_tax_could_not_take(cells, tax):
    """附則5条の4の2: 可能額 250,000, credited 124,500, moved in 平成31年4月1日."""
    report = p(**HOME | cells)

    assert tax_of(report) == tax
    assert listed(report) == []


@pytest.mark.parametrize(
    ("cells", "tax"),
    [({"c74": "10"}, SINGLE), ({"c74": ""}, SINGLE), ({"c79": "51"}, 146_500)],
)
def test_housing_credit_that_cannot_be_read_waits_for_staff(cells, tax):
    """平成10年 had no such credit, and class 51 is unknown."""
    report = p(**HOME | cells)

    assert tax_of(report) == tax
    assert listed(report) == [("report_unclear", "housing:salary_report:くまもと商店")]


@pytest.mark.req("ASM-06")
@pytest.mark.parametrize(("specified", "tax"), [(False, 146_500), (True, 118_500), (None, 146_500)])
def test_housing_credit_of_a_return_from_the_portal_is_computed(specified, tax):
    salary = {"payer": "くまもと商店", "revenue": 5_000_000, "withheld_tax": 0}
    loan = {"credit": 250_000, "move_in_year": 2019, "specified": specified}
    loan |= {"income_tax_taxable": 2_220_000, "income_tax_before_credit": 124_500}
    answers = {
        "income_kinds": ["salary"],
        "salaries": [salary | {"social_insurance": 720_000}],
        "housing": {name: value for name, value in loan.items() if value is not None},
    }

    assert tax_of(returned(answers)) == tax


@pytest.mark.parametrize(("kind", "withholds"), [("", True), ("1", True), ("2", False)])
def test_employer_whom_the_person_left_withholds_nothing(kind, withholds):
    """中途就・退職 (地方税法321条の4): 2 is who left, 1 who began."""
    report = p(c60=kind, c61="08", c62="09", c63="30")

    assert bool(prepared(report).employer) == withholds


@pytest.mark.req("ASM-06")
def test_family_of_the_pension_report_stands_beside_a_second_salary():
    """乙欄 of 800,000, and 1,300,000 - 150,000 - 430,000 - 330,000: 39,000 - 5,000 + 5,500."""
    second = reported(salary_row("kato", c17="800000", c36="", c50="1", c23="2"))
    main = pension(c23="2400000", c39="150000", c34="1")
    about = {"born": date(1958, 5, 1), "sex": "1"}

    assert tax_of(second, main, **about) == 39_500
    assert listed(second, main, **about) == []


def test_two_reports_with_other_families_are_for_staff_who_may_take_either():
    mine, theirs = p(c23="1"), pension(c23="0", c34="3", c36="1")

    assert listed(mine, theirs) == [("families_differ", "families")]
    assert prepared(mine, theirs).inputs["spouse"]["age"] == 40
    denied = {("families_differ", "families"): Ruling("reported")}
    inputs = prepared(mine, theirs, rulings=denied).inputs
    assert ("spouse" in inputs, [r["age"] for r in inputs["relatives"]]) == (False, [30])


def test_pension_report_that_has_no_box_for_a_class_says_nothing_else():
    """同居老親等 and 特定親族 stand on a 給報 alone."""
    mine, theirs = p(c28="1", c29="1"), pension(c34="3", c35="1")

    assert listed(mine, theirs) == []


def test_family_of_who_left_counts_after_that_of_the_later_employer():
    before = p(2, c5="前の店", c17="6000000", c23="2", c31="1", c60="2")

    assert tax_of(p(c23="1"), before) == tax_of(p(c23="1"), p(2, c5="前の店", c17="6000000"))
    assert listed(p(c23="1"), before) == []


@pytest.mark.parametrize("cells", [{"c50": "1", "c23": "1"}, {"c23": "3"}, {"c32": "1"}])
def test_family_that_a_second_employer_counts_waits_for_staff(cells):
    report = p(**cells)

    assert tax_of(report) == SINGLE
    assert listed(report) == [("report_unclear", "second:salary_report:くまもと商店")]


@pytest.mark.req("ASM-06")
def test_disabled_person_is_never_the_spouse_who_earns_too_much():
    """34条1項6号: the child is; 2,080,000 - 260,000 = 1,820,000: 182,000 - 3,000 + 5,500."""
    report = p(c25="360000", c42="960000", c91="1", c35="1")

    assert tax_of(report) == 184_500
    assert listed(report) == []


def test_disabled_spouse_of_who_earns_too_much_for_a_spouse_s_deduction():
    """同一生計配偶者: 10,550,000 - 150,000 - 1,400,000 - 430,000 - 530,000 = 8,040,000."""
    report = p(c17="12500000", c19="10400000", c36="1400000", c33="1", c34="1")

    assert tax_of(report) == 807_000
    assert listed(report) == []


def test_disabled_person_may_be_one_whom_the_office_added():
    """The report's count has nobody to stand for; the spouse whom the office added is disabled."""
    added = Ruling("added", 0, 40, role="spouse", born=date(1984, 12, 24))

    inputs = prepared(p(c35="1"), rulings={("dependant_act", "f" * 64): added}).inputs

    assert inputs["spouse"]["disability"] == "general"


def test_disabled_person_whom_the_family_has_not_waits_for_staff():
    report = p(c35="2", c91="1")

    assert tax_of(report) == tax_of(p(c35="1", c91="1"))
    assert listed(report) == [("report_unclear", "disabled:salary_report:くまもと商店")]


@pytest.mark.req("ASM-06")
@pytest.mark.parametrize(
    ("people", "deduction", "tax"),
    [
        ("1", "630000", 199_000),
        ("1", "510000", 199_000),
        ("1", "410000", 203_000),
        ("1", "110000", 233_000),
        ("1", "30000", 241_000),
        # 630,000 and 30,000, and no other way: 480,000.
        ("2", "660000", 196_000),
        ("2", "1260000", 154_000),
    ],
)
def test_specific_relative_is_deducted_as_much_as_the_row_says(people, deduction, tax):
    """特定親族特別控除 (34条1項11号の2): the income tax's step says the income, and so the own."""
    report = p(c144=people, c146=deduction)

    assert tax_of(report) == tax
    assert listed(report) == []


@pytest.mark.parametrize(("people", "deduction"), [("1", ""), ("1", "50000"), ("2", "620000")])
def test_specific_relative_of_unclear_income_waits_for_staff(people, deduction):
    report = p(c144=people, c146=deduction)

    assert listed(report) == [("report_unclear", "specific:salary_report:くまもと商店")]


def gifts(codes):
    return [
        reported(one_stop_row(c4=code, c12="10000", c14=f"N-{at}"), "one_stop", 20 + at)
        for at, code in enumerate(codes)
    ]


FIVE = ["131016", "131024", "131032", "131041", "131059"]


@pytest.mark.req("ASM-04")
@pytest.mark.parametrize(
    ("codes", "tax"), [(FIVE, 195_800), ([*FIVE, "13101"], 187_600), ([*FIVE, "131067"], SINGLE)]
)
def test_one_stop_of_more_than_five_municipalities_is_void(codes, tax):
    """附則7条: two gifts to one municipality are one; the sixth municipality voids all.

    Of 50,000 yen 48,000 come back; city and prefecture each round in the person's favour.
    """
    assert tax_of(p(), *gifts(codes)) == tax


def test_one_stop_that_is_void_is_listed_until_staff_find_five():
    papers = [p(), *gifts([*FIVE, "131067"])]

    assert listed(*papers) == [("one_stop_over", "one_stop")]
    assert len(prepared(*papers).merged.origins["void"]) == 6
    found = {("one_stop_over", "one_stop"): Ruling("declared")}
    assert tax_of(*papers, rulings=found) == 187_600


@pytest.mark.req("ASM-10")
@pytest.mark.parametrize(
    ("income", "tax"), [(0, 211_000), (1_200_000, 228_000), (1_400_000, SINGLE)]
)
def test_spouse_found_with_an_income_keeps_what_the_law_leaves(income, tax):
    """34条1項10号の2: 160,000 yen for 1,200,000; a denial would take all of it."""
    report = p(c23="1", c99=KATO.personal_number)
    (key,) = report.content["dependants"]

    assert tax_of(report, rulings={("dependant_income", key): Ruling("income", income, 40)}) == tax
    # Denied by the office, and added again with the true income.
    assert (
        tax_of(report, rulings={("dependant_act", key): Ruling("added", income, 40, role="spouse")})
        == tax
    )


@pytest.mark.req("ASM-10")
@pytest.mark.parametrize(
    ("income", "tax"), [(0, 190_000), (700_000, 199_000), (1_230_000, 241_000)]
)
def test_student_found_with_an_income_is_a_specific_relative(income, tax):
    """34条1項11号の2: 450,000 up to 950,000 of income, 30,000 at the end."""
    report = p(c26="1", c103=KATO.personal_number)
    (key,) = report.content["dependants"]

    ruled = {("dependant_income", key): Ruling("income", income, 20)}
    assert tax_of(report, rulings=ruled) == tax
    (claim,) = prepared(report, rulings=ruled).claims
    assert (claim.person_key, claim.total_income) == (key, income)


@pytest.mark.req("ASM-10")
def test_child_is_denied_though_another_ruling_took_the_spouse_before():
    """寡婦 beside a spouse: the office says 寡婦, and the keys still begin with the spouse's."""
    answers = {"income_kinds": [], "personal": {"widow": True}}
    family = {"spouse": spouse(), "relatives": [child()]}
    told = returned(answers | family)
    told.content["dependants"] = ["a" * 64, "b" * 64]
    ruled = {("contradiction", "flags.widow"): Ruling("declared")}

    kept = prepared(told, rulings=ruled).inputs
    denied = prepared(
        told, rulings=ruled | {("dependant_act", "b" * 64): Ruling("reported")}
    ).inputs

    assert ("spouse" in kept, len(kept["relatives"])) == (False, 1)
    assert not denied.get("relatives")
