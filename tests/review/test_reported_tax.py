"""The tax of a report's row: what each code and count of the national layout comes to, in yen.

P has a salary of 5,000,000 and 社会保険料 of 720,000: 所得割 238,500 (241,000 - 調整控除 2,500) and 5,500 of
均等割 and 森林環境税.
"""

from datetime import date

import pytest

from tests.review.reported import listed, prepared, reported, tax_of
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
