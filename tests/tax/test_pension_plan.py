"""年金特別徴収の計画: only the tax on the pension is taken from the pension."""

from tax import assess
from tax.pension_plan import pension_plan

PENSIONER = {"age": 70, "public_pension": 2_400_000, "social_insurance": 200_000}


def plan(inputs, **changes):
    options = {"age_on_1_april": 70, "care_premium_withheld": True} | changes
    return pension_plan(assess(inputs), **options)


def test_a_pension_alone_carries_the_whole_tax():
    found = plan(PENSIONER)
    # (1,300,000 - 630,000) x 10% - 2,500 + 5,500.
    assert found.pension_tax == 70_000
    assert sum(found.payments.values()) == 70_000
    assert (found.other_tax, found.other_ordinary.first) == (0, 0)


def test_the_tax_on_other_income_is_collected_otherwise():
    found = plan(PENSIONER | {"other_total_income": 1_000_000})
    assert (found.pension_tax, found.other_tax) == (70_000, 100_000)
    assert (found.other_ordinary.first, found.other_ordinary.others) == (25_000, 25_000)


def test_a_later_year_begins_with_sixths_of_the_last():
    found = plan(PENSIONER, previous_total=60_000)
    assert [found.payments[month] for month in ("april", "june", "august")] == [10_000] * 3
    assert sum(found.payments.values()) == 70_000


def test_no_plan_without_a_care_premium_or_before_65():
    assert plan(PENSIONER, care_premium_withheld=False) is None
    assert plan(PENSIONER, age_on_1_april=64) is None
