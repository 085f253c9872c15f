"""Salary beside a pension: who takes which part of the tax (地方税法321条の3, 321条の7の2).

By hand, of everybody here but the last: salary 4,000,000 (income 2,760,000, beside the pension
100,000 less), pension 2,000,000 under 65 on 31 December (1,225,000), deductions 1,120,000 (430,000,
600,000 and 90,000 of 社会保険料). 調整控除 is 2,000 and 500 each time, 均等割・森林環境税 5,500.

    both     2,765,000 → 219,200 + 54,800 = 274,000
    salary   1,640,000 → 129,200 + 32,300 = 161,500
    pension    105,000 →   6,400 +  1,600 =   8,000
"""

from datetime import date

import pytest

from review.levy.models import Decision
from tests.review.small_city import resident, run_year

NOT_YET_65 = date(1962, 4, 3)
JUST_65 = date(1962, 4, 2)


def declared(salary, pension):
    """Return both payments as the payers report them, so that nothing is left to decide."""
    insurance, withheld = salary * 15 // 100, salary // 40
    wages = {"payer": "白川商事", "revenue": salary}
    wages |= {"withheld_tax": withheld, "social_insurance": insurance}
    slip = {"payer": "日本年金機構", "revenue": pension, "social_insurance": 90_000}
    return {
        "income_kinds": ["salary", "pension"],
        "salaries": [wages],
        "pensions": [slip | {"withheld_tax": 0}],
    }


def collected(staff, *, born, choice="", salary=4_000_000, pension=2_000_000, care=0):
    """Return the terms of one person by way of collecting."""
    person = resident(1, born=born)
    person.salary(salary)
    person.pension(pension)
    if care:
        person.document("insurance", "care", scheme="care", paid=care, special_collection=care)
    if choice:
        person.filed(declared(salary, pension) | {"collection": choice})
    run_year(staff)
    rows = Decision.objects.get().assessment.collections.all()
    return {row.method: row.amounts for row in rows}


@pytest.mark.req("ASM-08")
def test_before_65_the_pension_is_other_income_which_one_may_pay_by_hand(db, staff):
    terms = collected(staff, born=NOT_YET_65, choice="ordinary")

    # 161,500 + 5,500 from the salary; 279,500 - 167,000 by hand.
    assert terms == {
        "salary": [14_100, *[13_900] * 11],
        "ordinary": [28_500, 28_000, 28_000, 28_000],
    }


def test_before_65_the_salary_takes_the_pensions_tax_where_nothing_else_is_chosen(db, staff):
    terms = collected(staff, born=NOT_YET_65, choice="salary")

    assert terms == {"salary": [24_300, *[23_200] * 11]}


@pytest.mark.req("ASM-08")
@pytest.mark.parametrize("choice", ["", "ordinary", "salary"])
def test_from_65_on_the_salary_never_takes_the_pensions_tax(db, staff, choice):
    """No 介護保険料 is withheld, so the pension does not take it either: it is paid by hand."""
    terms = collected(staff, born=JUST_65, choice=choice)

    assert terms == {
        "salary": [22_900, *[22_600] * 11],
        "ordinary": [2_000, 2_000, 2_000, 2_000],
    }


def test_per_capita_tax_is_the_salarys_where_salary_and_pension_both_withhold(db, staff):
    terms = collected(staff, born=JUST_65, care=70_000)

    assert terms == {
        "salary": [22_900, *[22_600] * 11],
        "pension": [0, 0, 0, 1_400, 1_300, 1_300],
        "ordinary": [2_000, 2_000, 0, 0],
    }


def test_salary_that_takes_per_capita_tax_alone_takes_it_in_june(db, staff):
    """Salary 600,000 is no income; pension 1,900,000 - 610,000 → 101,200 + 25,300 = 126,500."""
    born = date(1950, 4, 1)

    terms = collected(staff, born=born, salary=600_000, pension=3_000_000)

    assert terms == {
        "salary": [5_500, *[0] * 11],
        "ordinary": [33_500, 31_000, 31_000, 31_000],
    }
