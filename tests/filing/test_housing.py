"""住宅借入金等特別控除: what follows from the boxes of a slip."""

import pytest

from filing.housing import housing_of_slip


@pytest.mark.parametrize(
    ("possible", "credited", "before"),
    [
        (210_000, 138_500, 138_500),  # income tax was used up: exactly what was taken
        (210_000, 210_000, 210_000),  # nothing is left
        (210_000, 250_000, 210_000),  # a slip that contradicts itself leaves nothing either
        (210_000, 0, 0),
    ],
)
def test_income_tax_before_the_credit_is_what_was_taken_of_it(possible, credited, before):
    found = housing_of_slip(
        possible=possible, credited=credited, income=4_360_000, deductions=1_591_900
    )

    # 4,360,000 - 1,591,900 = 2,768,100, cut to whole 1,000.
    assert found == {
        "credit": possible,
        "income_tax_taxable": 2_768_000,
        "income_tax_before_credit": before,
    }


def test_deductions_above_the_income_leave_no_taxable_income():
    found = housing_of_slip(possible=100_000, credited=0, income=900_000, deductions=1_000_000)

    assert found["income_tax_taxable"] == 0
