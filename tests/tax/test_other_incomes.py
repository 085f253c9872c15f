"""公的年金・事業・一時・譲渡・分離課税の所得, and the totals built from them."""

import pytest

from tax import assess

UNDER_65 = {
    600_000: 0,
    600_001: 1,
    1_299_999: 699_999,
    1_300_000: 700_000,
    1_300_003: 700_002,
    4_099_999: 2_799_999,
    4_100_000: 2_800_000,
    4_100_009: 2_800_007,
    7_699_999: 5_859_999,
    7_700_000: 5_860_000,
    7_700_009: 5_860_008,
    9_999_999: 8_044_999,
    10_000_000: 8_045_000,
    10_000_009: 8_045_009,
    12_000_000: 10_045_000,
}
FROM_65 = {
    1_100_000: 0,
    1_100_001: 1,
    3_299_999: 2_199_999,
    3_300_000: 2_200_000,
    3_300_002: 2_200_001,
    4_099_999: 2_799_999,
    4_100_000: 2_800_000,
    4_100_009: 2_800_007,
    7_699_999: 5_859_999,
    7_700_000: 5_860_000,
    7_700_009: 5_860_008,
    9_999_999: 8_044_999,
    10_000_000: 8_045_000,
    10_000_009: 8_045_009,
}


@pytest.mark.parametrize("year", ["R7", "R8", "R9", "R10"])
@pytest.mark.parametrize(
    ("age", "pension", "income"),
    [(64, *row) for row in UNDER_65.items()] + [(65, *row) for row in FROM_65.items()],
)
def test_pension_becomes_misc_income_by_age(year, age, pension, income):
    result = assess({"age": age, "public_pension": pension}, tax_year=year).result
    assert result["pension_income"] == income


@pytest.mark.parametrize(
    ("other", "income"),
    [(10_000_000, 400_000), (10_000_001, 500_000), (20_000_000, 500_000), (20_000_001, 600_000)],
)
def test_a_high_other_income_makes_the_pension_deduction_smaller(other, income):
    inputs = {"age": 70, "public_pension": 1_500_000, "other_total_income": other}
    assert assess(inputs).result["pension_income"] == income


def test_a_home_sale_counts_in_the_other_income_before_its_special_deduction():
    sale = {"gain": 30_000_000, "special_deduction": 30_000_000}
    inputs = {"age": 70, "public_pension": 1_500_000, "land_long_term_residence": sale}
    result = assess(inputs).result
    assert result["pension_income"] == 600_000
    assert result["total_income_gokei"] == 30_600_000
    assert result["taxable_separate"]["land_long"] == 0


@pytest.mark.parametrize(
    ("business", "income"),
    [
        ({"revenue": 3_000_000, "expenses": 1_000_000}, 2_000_000),
        ({"revenue": 3_000_000, "expenses": 1_000_000, "blue_deduction": 650_000}, 1_350_000),
        ({"revenue": 1_500_000, "expenses": 1_000_000, "blue_deduction": 650_000}, 0),
        ({"revenue": 1_000_000, "expenses": 1_500_000, "blue_deduction": 650_000}, -500_000),
        ({"revenue": 5_000_000, "family_employee": 1_200_000}, 3_800_000),
        ({"revenue": 5_000_000, "white_spouse": 1}, 4_140_000),
        ({"revenue": 5_000_000, "white_others": 2}, 4_000_000),
        ({"revenue": 1_719_999, "white_spouse": 1}, 860_000),
        ({"revenue": 1_720_002, "white_spouse": 1}, 860_002),
        ({"revenue": 999_999, "white_others": 1}, 500_000),
    ],
)
def test_business_income_is_revenue_less_costs_and_family(business, income):
    assert assess({"business": business}).result["business_income"] == income


@pytest.mark.parametrize(
    ("year", "minimum"), [("R7", 550_000), ("R8", 650_000), ("R9", 690_000), ("R10", 690_000)]
)
def test_home_workers_have_a_minimum_cost(year, minimum):
    work = {"revenue": 2_000_000, "expenses": 100_000}
    result = assess({"misc_business": work, "home_worker": True}, tax_year=year).result
    assert result["total_income_gokei"] == 2_000_000 - minimum


@pytest.mark.parametrize(
    ("salary", "income"), [(0, 1_310_000), (300_000, 1_610_000), (690_000, 1_900_000)]
)
def test_the_home_workers_minimum_shrinks_by_the_salary(salary, income):
    business = {"revenue": 2_000_000, "expenses": 100_000}
    inputs = {"business": business, "home_worker": True, "salary": salary}
    assert assess(inputs).result["total_income_gokei"] == income


@pytest.mark.parametrize(
    ("inputs", "gokei"),
    [
        ({"occasional": {"revenue": 1_500_001, "expenses": 400_000}}, 300_000),
        ({"occasional": {"revenue": 500_000}}, 0),
        ({"transfer_short": {"revenue": 800_000}}, 300_000),
        ({"transfer_long": {"revenue": 800_000}}, 150_000),
        ({"transfer_short": {"revenue": 300_000}, "transfer_long": {"revenue": 600_000}}, 200_000),
        (
            {"misc_other": {"revenue": 100_000, "expenses": 300_000}, "other_total_income": 50_000},
            50_000,
        ),
        ({"general_dividends": {"shares": 300_000, "interest_paid": 100_000}}, 200_000),
    ],
)
def test_irregular_incomes_have_their_special_deductions(inputs, gokei):
    assert assess(inputs).result["total_income_gokei"] == gokei


LOSS = {"revenue": 0, "expenses": 1_000_000}


@pytest.mark.parametrize(
    ("inputs", "gokei"),
    [
        ({"business": LOSS, "other_total_income": 1_500_000}, 500_000),
        (
            {
                "business": LOSS,
                "transfer_short": {"revenue": 1_200_000},
                "occasional": {"revenue": 2_500_000},
            },
            850_000,
        ),
        ({"business": LOSS, "transfer_long": {"revenue": 1_700_000}}, 100_000),
        ({"transfer_short": {"expenses": 400_000}, "occasional": {"revenue": 1_500_000}}, 300_000),
        ({"transfer_long": {"expenses": 400_000}, "other_total_income": 900_000}, 500_000),
        (
            {"transfer_short": {"expenses": 400_000}, "transfer_long": {"revenue": 1_900_000}},
            500_000,
        ),
        ({"business": LOSS, "listed_stock_gain": 700_000}, 700_000),
        ({"listed_stock_loss": 500_000, "listed_dividends_separate": 700_000}, 200_000),
        # 山林 takes what the others leave of a loss, and its own loss goes their way.
        ({"business": LOSS, "forestry": 5_000_000}, 4_000_000),
        ({"business": LOSS, "other_total_income": 1_000_000, "forestry": 900_000}, 900_000),
        ({"other_total_income": 900_000, "forestry_loss": 400_000}, 500_000),
        (
            {
                "forestry_loss": 1_000_000,
                "transfer_short": {"revenue": 900_000},
                "transfer_long": {"revenue": 900_000},
            },
            150_000,
        ),
        ({"forestry_loss": 700_000, "land_long_term": 900_000}, 900_000),
    ],
)
def test_losses_are_offset_in_the_legal_order(inputs, gokei):
    assert assess(inputs).result["total_income_gokei"] == gokei


@pytest.mark.parametrize(
    ("inputs", "soshotoku"),
    [
        ({"other_total_income": 2_000_000, "loss_carryforward": 2_500_000}, 0),
        (
            {
                "other_total_income": 1_000_000,
                "land_long_term": 3_000_000,
                "casualty_loss_carryforward": 1_500_000,
            },
            2_500_000,
        ),
        (
            {
                "other_total_income": 1_000_000,
                "land_long_term": 3_000_000,
                "loss_carryforward": 1_500_000,
            },
            3_000_000,
        ),
        # 純損失 comes first: 雑損失 finds what is left.
        (
            {
                "other_total_income": 1_000_000,
                "land_long_term": 3_000_000,
                "loss_carryforward": 800_000,
                "casualty_loss_carryforward": 700_000,
            },
            2_500_000,
        ),
        ({"forestry": 900_000, "casualty_loss_carryforward": 400_000}, 500_000),
        (
            {
                "listed_stock_gain": 900_000,
                "stock_loss_carryforward": 1_000_000,
                "other_total_income": 500_000,
            },
            500_000,
        ),
        ({"futures_gain": 900_000, "futures_loss_carryforward": 400_000}, 500_000),
        ({"forestry": 900_000, "loss_carryforward": 400_000}, 500_000),
    ],
)
def test_carried_losses_leave_gokei_and_lower_soshotokutou(inputs, soshotoku):
    result = assess(inputs).result
    assert result["total_income_soshotokutou"] == soshotoku
    assert result["total_income_gokei"] > soshotoku


@pytest.mark.parametrize(
    ("inputs", "box"),
    [
        ({"transfer_short": {"revenue": 800_000}, "occasional": {"revenue": 900_000}}, 500_000),
        ({"transfer_long": {"revenue": 900_000}, "occasional": {"revenue": 900_000}}, 400_000),
        (
            {
                "transfer_long": {"revenue": 100_000, "expenses": 500_000},
                "occasional": {"revenue": 900_000},
            },
            0,
        ),
        (
            {
                "transfer_long": {"revenue": 100_000, "expenses": 700_000},
                "occasional": {"revenue": 900_000},
            },
            -200_000,
        ),
    ],
)
def test_transfers_and_occasional_income_stand_in_one_box(inputs, box):
    assert assess(inputs).result["transfer_and_occasional_income"] == box


def test_sums_of_the_form_are_there_for_its_boxes():
    inputs = {"age": 70, "public_pension": 2_000_000, "misc_other": {"revenue": 30_000}}
    found = assess(inputs | {"other_total_income": 7_000, "medical": {"paid": 300_000}}).result
    assert found["misc_income_total"] == 900_000 + 30_000
    assert found["other_income"] == 7_000
    assert (
        found["deductions_total"] - found["deductions_before_losses"]
        == (found["medical_deduction"])
    )
