"""給与所得: every joint of the statutory table, both sides, in every year it changed."""

import pytest

from tax import assess

OLD = {
    550_999: 0,
    551_000: 1_000,
    1_618_999: 1_068_999,
    1_619_000: 1_069_000,
    1_619_999: 1_069_000,
    1_620_000: 1_070_000,
    1_621_999: 1_070_000,
    1_622_000: 1_072_000,
    1_623_999: 1_072_000,
    1_624_000: 1_074_000,
    1_627_999: 1_074_000,
    1_628_000: 1_076_800,
    1_631_999: 1_076_800,
    1_632_000: 1_079_200,
    1_799_999: 1_177_600,
    1_800_000: 1_180_000,
    1_804_000: 1_182_800,
}
R8 = {
    650_999: 0,
    651_000: 1_000,
    1_899_999: 1_249_999,
    1_900_000: 1_250_000,
    1_903_999: 1_250_000,
    1_904_000: 1_252_800,
}
R9 = {
    740_999: 0,
    741_000: 1_000,
    2_190_999: 1_450_999,
    2_191_000: 1_451_000,
    2_192_999: 1_451_000,
    2_193_000: 1_453_000,
    2_195_999: 1_453_000,
    2_196_000: 1_456_000,
    2_199_999: 1_456_000,
    2_200_000: 1_460_000,
    2_203_999: 1_460_000,
    2_204_000: 1_462_800,
}
ALL = {
    2_620_000: 1_754_000,
    2_624_000: 1_756_800,
    2_627_999: 1_756_800,
    3_599_999: 2_437_200,
    3_600_000: 2_440_000,
    3_603_999: 2_440_000,
    3_604_000: 2_443_200,
    6_599_999: 4_836_800,
    6_600_000: 4_840_000,
    6_600_001: 4_840_000,
    6_600_011: 4_840_009,
    8_499_999: 6_549_999,
    8_500_000: 6_550_000,
    8_500_001: 6_550_001,
    20_000_000: 18_050_000,
}
TABLES = {"R3": OLD, "R5": OLD, "R7": OLD, "R8": R8, "R9": R9, "R10": R9}
ROWS = [
    (year, salary, income)
    for year, table in TABLES.items()
    for salary, income in (table | ALL).items()
]


@pytest.mark.parametrize(("year", "salary", "income"), ROWS)
def test_salary_becomes_employment_income_by_the_table(year, salary, income):
    assert assess({"salary": salary}, tax_year=year).result["employment_income"] == income


def test_salaries_of_several_employers_are_added_up_first():
    assert assess({"salary": [900_000, 900_000]}).result["employment_income"] == 1_060_000


@pytest.mark.parametrize(
    ("spent", "income"),
    [
        # 給与所得控除額 of 5,000,000: 1,440,000; half of it is 720,000.
        ({"costs": 720_000}, 3_560_000),
        ({"costs": 720_001}, 3_559_999),
        ({"costs": 500_000, "work_needs": 400_000}, 3_380_000),
        ({"costs": 200_000, "work_needs": 650_000}, 3_430_000),
        ({"costs": 200_000, "work_needs": 650_001}, 3_430_000),
        ({"costs": 9_000_000}, 0),
    ],
)
def test_specific_costs_above_half_of_the_deduction_come_off(spent, income):
    found = assess({"salary": 5_000_000, "specific_costs": spent}).result
    assert found["employment_income"] == income


def test_odd_half_of_the_deduction_is_rounded_up_and_said_to_be_uncertain():
    # 6,600,001 has 給与所得 4,840,000 and so an odd deduction of 1,760,001.
    done = assess({"salary": 6_600_001, "specific_costs": {"costs": 900_000}})
    line = next(line for line in done.explanation if line.label == "特定支出控除")
    assert (line.amount, line.note.startswith("【要確認】")) == (900_000 - 880_001, True)


def test_specific_expenses_come_off_the_employment_income():
    inputs = {"salary": 5_000_000, "specific_expenses": 60_000}
    assert assess(inputs).result["employment_income"] == 3_500_000
    assert assess({"salary": 800_000, "specific_expenses": 60_001}).result["employment_income"] == 0


CHILD = [{"age": 22}]


@pytest.mark.parametrize(
    ("inputs", "adjustment"),
    [
        ({"salary": 8_500_000, "relatives": CHILD}, 0),
        ({"salary": 8_500_001, "relatives": CHILD}, 1),
        ({"salary": 8_500_011, "relatives": CHILD}, 2),
        ({"salary": 9_999_999, "relatives": CHILD}, 150_000),
        ({"salary": 10_000_000, "relatives": CHILD}, 150_000),
        ({"salary": 10_000_010, "relatives": CHILD}, 150_000),
        ({"salary": 9_000_000, "relatives": [{"age": 23}]}, 0),
        ({"salary": 9_000_000, "relatives": [{"age": 3}]}, 50_000),
        ({"salary": 9_000_000, "relatives": [{"age": 21, "total_income": 620_001}]}, 0),
        ({"salary": 9_000_000, "flags": {"disability": "special"}}, 50_000),
        ({"salary": 9_000_000, "flags": {"disability": "general"}}, 0),
        ({"salary": 9_000_000, "spouse": {"disability": "special"}}, 50_000),
        ({"salary": 9_000_000, "spouse": {"disability": "general"}}, 0),
        ({"salary": 9_000_000, "spouse": {"disability": "special", "total_income": 620_001}}, 0),
        ({"salary": 9_000_000, "relatives": [{"age": 60, "disability": "special_co"}]}, 50_000),
        ({"salary": 9_000_000, "child_under_23_elsewhere": True}, 50_000),
        ({"salary": 9_300_000, "special_disabled_elsewhere": True}, 80_000),
        ({"salary": 8_500_000, "special_disabled_elsewhere": True}, 0),
        ({"salary": 9_000_000, "relatives": [{"age": 9, "abroad": "undocumented"}]}, 50_000),
        ({"salary": 9_000_000, "relatives": [{"age": 9, "excluded": True}]}, 0),
        (
            {
                "salary": 9_000_000,
                "spouse": {"disability": "special", "abroad": "undocumented"},
            },
            50_000,
        ),
        ({"salary": 9_000_000}, 0),
    ],
)
def test_children_adjustment_needs_a_high_salary_and_such_a_family(inputs, adjustment):
    assert assess(inputs).result["income_adjustment_children"] == adjustment


@pytest.mark.parametrize(
    ("salary", "pension", "adjustment"),
    [
        (740_000, 1_900_000, 0),
        (741_000, 1_110_000, 0),
        (790_000, 1_150_000, 0),
        (790_000, 1_150_001, 1),
        (840_000, 1_200_000, 100_000),
        (839_999, 1_200_000, 99_999),
        (2_000_000, 3_000_000, 100_000),
        (2_000_000, 1_100_000, 0),
    ],
)
def test_pension_adjustment_needs_both_incomes(salary, pension, adjustment):
    result = assess({"age": 66, "salary": salary, "public_pension": pension}).result
    assert result["income_adjustment_pension"] == adjustment


def test_children_adjustment_comes_before_the_pension_adjustment():
    inputs = {"salary": 8_800_000, "public_pension": 1_200_000, "age": 66, "relatives": CHILD}
    result = assess(inputs).result
    assert result["employment_income_after_adjustment"] == 6_850_000 - 30_000 - 100_000
    assert result["total_income_gokei"] == 6_820_000
