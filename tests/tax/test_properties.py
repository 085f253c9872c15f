"""What holds for every resident, however odd."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tax import assess
from tax.columns import assess_columns, columns_of
from tests.tax.places import place
from tests.tax.strategies import INCOME, RESIDENTS, YEARS

few = settings(max_examples=150, deadline=None, derandomize=True)


@few
@given(RESIDENTS, YEARS)
def test_instalments_add_up_to_the_tax(inputs, year):
    result = assess(inputs, tax_year=year).result
    due = result["total"] - result["withheld_to_per_capita"]
    ordinary, salary = result["ordinary"], result["salary_withholding"]
    assert ordinary["1"] + 3 * ordinary["2-4"] == due
    assert salary["june"] + 11 * salary["other_months"] == due
    assert ordinary["1"] >= ordinary["2-4"] >= 0


@few
@given(RESIDENTS, YEARS)
def test_no_credit_makes_a_levy_negative(inputs, year):
    result = assess(inputs, tax_year=year).result
    assert 0 <= result["income_levy_city"] <= result["city_raw"]
    assert 0 <= result["income_levy_pref"] <= result["pref_raw"]
    assert all(value >= 0 for name, value in result.items() if name.endswith(("_city", "_pref")))


@few
@given(RESIDENTS, YEARS)
def test_city_and_prefecture_make_the_whole(inputs, year):
    result = assess(inputs, tax_year=year).result
    assert result["income_levy_total"] == result["income_levy_city"] + result["income_levy_pref"]
    whole = result["city_tax_with_per_capita"] + result["pref_tax_with_per_capita"]
    assert result["total"] == whole + result["forest_tax"]


@few
@given(RESIDENTS, YEARS)
def test_a_designated_city_changes_the_split_and_not_the_raw_levy(inputs, year):
    designated = place(city_rate="8", pref_rate="2", designated=True)
    there = assess(inputs, tax_year=year, municipality=designated).result
    here = assess(inputs, tax_year=year, municipality=place()).result
    assert there["city_raw"] + there["pref_raw"] == here["city_raw"] + here["pref_raw"]


@few
@given(RESIDENTS, YEARS, st.integers(1, 5_000))
def test_more_salary_never_lowers_income(inputs, year, more):
    # Home workers' minimum cost shrinks as the salary grows, so it may move the total either way.
    inputs = {**inputs, "home_worker": False}
    raised = {**inputs, "salary": inputs.get("salary", 0) + more}
    before = assess(inputs, tax_year=year).result
    after = assess(raised, tax_year=year).result
    assert after["employment_income"] >= before["employment_income"]
    if "public_pension" not in inputs and after["income_adjustment_children"] == 0:
        assert after["total_income_gokei"] >= before["total_income_gokei"]


@few
@given(INCOME, YEARS, st.integers(1, 5_000))
def test_more_salary_alone_never_lowers_the_tax_by_more_than_rounding(salary, year, more):
    before = assess({"salary": salary}, tax_year=year).result["total"]
    after = assess({"salary": salary + more}, tax_year=year).result["total"]
    assert after >= before - 100


@few
@given(RESIDENTS, YEARS)
def test_a_claimed_premium_never_raises_the_income_levy(inputs, year):
    done = assess({**inputs, "social_insurance": 300_000}, tax_year=year)
    assert done.what_if(social_insurance=None) >= -300


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(RESIDENTS, min_size=1, max_size=8), YEARS)
def test_columns_answer_as_one_by_one(people, year):
    answers = assess_columns(columns_of(people, tax_year=year), tax_year=year)
    one_by_one = [assess(inputs, tax_year=year).result for inputs in people]
    for name in (
        "total_income_gokei",
        "total_income_soshotokutou",
        "deductions_total",
        "taxable",
        "personal_diff",
        "income_levy_city",
        "income_levy_pref",
        "per_capita_city",
        "forest_tax",
        "total",
        "borderline_reduction",
        "income_levy_exempt",
        "per_capita_exempt",
    ):
        assert answers[name].tolist() == [result[name] for result in one_by_one], name
    assert answers["ordinary_first"].tolist() == [done["ordinary"]["1"] for done in one_by_one]


@few
@given(RESIDENTS, YEARS)
def test_every_resident_can_be_explained(inputs, year):
    done = assess(inputs, tax_year=year)
    lines = {line.label: line.amount for line in done.explanation}
    assert lines["年税額"] == done.result["total"]
    assert lines["合計所得金額"] == done.result["total_income_gokei"]
    assert lines["所得控除の合計"] == done.result["deductions_total"]
    assert all(line.formula and line.basis for line in done.explanation)


def test_answers_are_plain_numbers():
    result = assess({"salary": 5_000_000, "relatives": [{"age": 3}]}).result
    assert not any(isinstance(value, np.generic) for value in result.values())
