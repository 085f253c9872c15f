"""資料併合: one basis in whatever order documents come, each amount with its document."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tax
from review.assessment.inputs import inputs_of
from review.assessment.merging import merge
from review.assessment.papers import Row
from review.reconcile.rulings import Ruling
from tax import assess

AT = datetime(2027, 1, 20, tzinfo=UTC)
PAYERS = ("株式会社白川商店", "白川商店", "(有)東町", "熊本製作所")


def paper(serial, kind, content, days=0):
    at = AT + timedelta(days=days)
    return Row(UUID(int=serial), kind, f"{kind}-{serial}", content, at)


def salary(serial, payer="白川商店", revenue=3_000_000, **more):
    return paper(serial, "salary_report", {"payer": payer, "revenue": revenue, **more})


def filed(serial, kind="resident_return", days=0, **answers):
    return paper(serial, kind, {"answers": answers, "dependants": []}, days)


def merged(*papers, **options):
    return merge(papers, tax_year="R9", **options)


amounts = st.integers(0, 9_000_000)
slips = st.fixed_dictionaries(
    {"payer": st.sampled_from(PAYERS), "revenue": amounts},
    optional={"withheld_tax": amounts, "social_insurance": amounts},
)


# Built once: what draws it a thousand times over needs no second one.
CONTENTS = st.lists(
    st.one_of(
        st.tuples(st.just("salary_report"), slips),
        st.tuples(st.just("pension_report"), slips),
        st.tuples(
            st.sampled_from(["resident_return", "tax_return"]),
            st.fixed_dictionaries(
                {"answers": st.fixed_dictionaries({"salaries": st.lists(slips, max_size=2)})}
            ),
        ),
        st.tuples(st.just("one_stop"), st.fixed_dictionaries({"donated": amounts})),
        st.tuples(
            st.just("disability"),
            st.fixed_dictionaries(
                {
                    "grade": st.sampled_from(["special", "ordinary"]),
                    "valid_from": st.just("2020-01-01"),
                }
            ),
        ),
    ),
    max_size=7,
)


@st.composite
def documents(draw):
    """Documents of one person: reports, returns of both kinds, notices and register entries."""
    contents = draw(CONTENTS)
    days = draw(st.lists(st.integers(0, 3), min_size=len(contents), max_size=len(contents)))
    return [
        paper(at + 1, kind, c, d)
        for at, ((kind, c), d) in enumerate(zip(contents, days, strict=True))
    ]


@pytest.mark.req("ASM-06")
@given(documents(), st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_the_order_of_arrival(papers, chance):
    shuffled = list(papers)
    chance.shuffle(shuffled)

    one, other = merged(*papers), merged(*shuffled)

    assert (one.answers, one.origins) == (other.answers, other.origins)
    assert {(d.kind, d.key, d.declared, d.reported) for d in one.differences} == {
        (d.kind, d.key, d.declared, d.reported) for d in other.differences
    }


@pytest.mark.req("ASM-11")
@given(documents())
def test_each_merged_amount_names_a_document_that_states_it(papers):
    found, by_id = merged(*papers), {str(p.pk): p for p in papers}

    for block in ("salaries", "pensions"):
        for at, row in enumerate(found.answers.get(block) or []):
            first = by_id[found.origins[f"answers.{block}.{at}"][0]]
            stated = first.content.get("answers", {}).get(block) or [first.content]
            names = {slip["payer"] for slip in stated}
            assert row["payer"] in names


@given(documents())
def test_no_payment_that_was_reported_is_lost(papers):
    found = merged(*papers)

    mentioned = {one for ids in found.origins.values() for one in ids}
    reports = {str(p.pk) for p in papers if p.kind in ("salary_report", "pension_report")}
    assert reports <= mentioned


@pytest.mark.req("ASM-06")
def test_tax_return_counts_before_a_later_resident_return():
    tax_return = filed(1, "tax_return", medical={"method": "medical", "paid": 300_000})
    later = filed(2, days=9, medical={"method": "medical", "paid": 900_000})

    found = merged(tax_return, later)

    assert found.answers["medical"]["paid"] == 300_000
    assert found.origins["priority"] == [str(tax_return.pk)]
    assert [(d.kind, d.label) for d in found.differences] == [
        ("returns_differ", "確定申告と住民税申告の違う項目: 医療費")
    ]


def test_later_return_of_the_same_kind_counts():
    found = merged(filed(1, life={"care": 1}), filed(2, days=1, life={"care": 2}))

    assert found.answers["life"] == {"care": 2}


def test_payments_of_two_employers_are_both_income():
    found = merged(salary(1), salary(2, "東町商会", 800_000))

    assert [row["revenue"] for row in found.answers["salaries"]] == [3_000_000, 800_000]


def test_same_report_twice_is_counted_once_and_listed_until_staff_say_otherwise():
    papers = [salary(1), salary(2)]

    once = merged(*papers)
    assert once.answers["salaries"][0]["revenue"] == 3_000_000
    (doubt,) = once.differences

    ruled = {(doubt.kind, doubt.key): Ruling("declared")}
    assert merged(*papers, rulings=ruled).answers["salaries"][0]["revenue"] == 6_000_000


def test_earlier_employer_s_payment_is_not_counted_twice():
    before = salary(1, "前の店", 1_000_000)
    now = salary(2, "今の店", 4_000_000, other_payer={"payer": "前の店", "revenue": 1_000_000})

    found = merged(before, now)

    assert [row["revenue"] for row in found.answers["salaries"]] == [4_000_000]
    assert found.differences == []


def test_earlier_employer_who_says_otherwise_is_listed():
    before = salary(1, "前の店", 1_200_000)
    now = salary(2, "今の店", 4_000_000, other_payer={"payer": "前の店", "revenue": 1_000_000})

    (difference,) = merged(before, now).differences

    assert (difference.kind, difference.declared, difference.reported, difference.amount) == (
        "previous_payer",
        "1,000,000円",
        "1,200,000円",
        200_000,
    )


@pytest.mark.req("ASM-04")
def test_one_stop_counts_without_a_return_and_is_void_with_one():
    notice = paper(1, "one_stop", {"donated": 30_000})

    alone, with_return = merged(salary(2), notice), merged(salary(2), notice, filed(3))

    assert alone.answers["one_stop"] == 30_000
    assert "one_stop" not in with_return.answers
    assert with_return.origins["void"] == [str(notice.pk)]
    assert "one_stop_void" in {d.kind for d in with_return.differences}


@pytest.mark.req("ASM-15")
@pytest.mark.parametrize(
    ("period", "counts"),
    [
        ({"valid_from": "2026-12-31"}, True),
        ({"valid_from": "2027-01-01"}, False),
        ({"valid_from": "2020-01-01", "valid_until": "2026-12-30"}, False),
    ],
)
def test_certificate_counts_that_holds_on_the_last_day_of_the_year(period, counts):
    card = paper(1, "disability", {"grade": "special", **period})

    found = merged(salary(2), card)

    assert ("registers" in found.answers) == counts


@pytest.mark.req("ASM-15")
def test_public_assistance_on_the_first_of_january_frees_of_all_tax():
    aid = paper(1, "public_assistance", {"from": "2026-06-01"})

    answers = merged(salary(2, revenue=1_500_000), aid).answers

    asked = inputs_of(answers, birth_date=date(1980, 1, 2), sex="1", tax_year="R9")
    assert asked["flags"]["livelihood_protection"] is True


def test_family_of_a_report_counts_by_its_classes():
    counts = {"specific": 1, "elderly": 2, "elderly_together": 1, "under_16": 1, "disabled": 1}
    report = salary(1, counts=counts, spouse="1", spouse_income=480_000)

    answers = merged(report).answers
    asked = inputs_of(answers, birth_date=date(1980, 1, 2), sex="1", tax_year="R9")

    assert asked["spouse"] == {"age": 40, "total_income": 480_000, "disability": "general"}
    ages = [relative["age"] for relative in asked["relatives"]]
    assert ages == [20, 75, 75, 10]
    assert [r.get("cohabiting_parent", False) for r in asked["relatives"]] == [
        False,
        True,
        False,
        False,
    ]


def test_adjustment_of_a_report_counts_by_a_relative_whom_another_declares():
    """Column 142: 9,300,000 less 1,950,000, less a tenth of what is above 8,500,000."""
    reports = [salary(1, revenue=9_300_000, income_adjustment=80_000)]

    basis = merged(*reports)
    inputs = inputs_of(basis.answers, birth_date=date(1980, 1, 1), sex="1", tax_year="R9")

    assert basis.origins["answers.special_rules"] == [str(reports[0].pk)]
    assert assess(inputs, tax_year="R9").result["total_income_gokei"] == 7_270_000


def test_ruling_takes_the_reported_amount_and_names_what_was_declared_in_the_document():
    declared = filed(
        1, income_kinds=["salary"], salaries=[{"payer": "白川商店", "revenue": 2_000_000}]
    )
    report = salary(2, revenue=2_400_000)
    (difference,) = merged(declared, report).differences
    ruled = {(difference.kind, difference.key): Ruling("reported", 2_400_000)}

    found = merged(declared, report, rulings=ruled)

    assert found.answers["salaries"][0]["revenue"] == 2_400_000
    assert declared.content["answers"]["salaries"][0]["revenue"] == 2_000_000
    assert found.differences == [difference]


def test_mutual_aid_within_the_premiums_of_a_report_is_deducted_once():
    """「内 276,000 / 1,026,000」: 750,000 of 社会保険料 and 276,000 of 掛金, not 1,302,000."""
    report = salary(1, social_insurance=1_026_000, small_business_mutual=276_000)

    found = inputs_of(merged(report).answers, birth_date=date(1980, 5, 1), sex="1", tax_year="R9")

    assert (found["social_insurance"], found["small_mutual_aid"]) == (750_000, 276_000)


def test_mutual_aid_of_a_second_payer_comes_with_the_payment_that_a_return_left_out():
    first = filed(1, salaries=[{"payer": "熊本製作所", "revenue": 4_000_000}])
    second = salary(2, social_insurance=300_000, small_business_mutual=60_000)

    found = inputs_of(
        merged(first, second).answers, birth_date=date(1980, 5, 1), sex="1", tax_year="R9"
    )

    assert (found["social_insurance"], found["small_mutual_aid"]) == (240_000, 60_000)


LOAN = {
    "housing": {"possible": 210_000, "first": {"year": "05", "class": "01"}},
    "housing_loan_credit": 138_500,
    "income": 4_360_000,
    "deductions_total": 1_591_000,
}


def housing_credit(inputs):
    result = tax.assess(inputs, tax_year="R9").result
    return result["housing_credit_city"] + result["housing_credit_pref"]


def test_return_for_medical_costs_keeps_the_housing_loan_of_the_report():
    """可能額 210,000, of which income tax took 138,500: 71,500 are left for residents' tax."""
    only_medical = filed(
        1,
        income_kinds=["salary"],
        salaries=[{"payer": "白川商店", "revenue": 6_000_000}],
        medical={"method": "medical", "paid": 300_000},
    )

    found = merged(only_medical, salary(2, revenue=6_000_000, **LOAN))
    inputs = inputs_of(found.answers, birth_date=date(1980, 5, 1), sex="1", tax_year="R9")

    assert inputs["housing"] == {
        "credit": 210_000,
        "income_tax_taxable": 2_769_000,
        "income_tax_before_credit": 138_500,
        "move_in_year": 2023,
    }
    assert housing_credit(inputs) == 71_500
    assert found.origins["answers.housing"] == [str(UUID(int=2))]
    assert found.differences == []


def test_loan_that_the_return_claims_stands_before_that_of_the_report():
    """Income tax took 60,000 of 100,000: 40,000 are left, and 5% of 1,200,000 allow them."""
    loan = {"credit": 100_000, "move_in_year": 2019, "specified": True}
    loan |= {"income_tax_taxable": 1_200_000, "income_tax_before_credit": 60_000}
    claimed = filed(
        1,
        income_kinds=["salary"],
        salaries=[{"payer": "白川商店", "revenue": 6_000_000}],
        housing=loan,
    )

    found = merged(claimed, salary(2, revenue=6_000_000, **LOAN))
    inputs = inputs_of(found.answers, birth_date=date(1980, 5, 1), sex="1", tax_year="R9")

    assert housing_credit(inputs) == 40_000


def test_income_tax_return_is_not_mended_from_the_report():
    found = merged(filed(1, "tax_return"), salary(2, new_life=80_000, **LOAN))

    assert "housing" not in found.answers
    assert [d.kind for d in found.differences] == ["not_declared"]


def test_deductions_of_the_report_that_a_return_lacks_are_listed_with_their_amounts():
    report = salary(
        2,
        new_life=80_000,
        earthquake_insurance_deduction=20_000,
        spouse=1,
        counts={"elderly": 1, "elderly_together": 1, "under_16": 1, "disabled": 1},
    )
    filer = filed(1, salaries=[{"payer": "白川商店", "revenue": 3_000_000}])

    found = merged(filer, report)

    assert [(d.kind, d.key, d.reported, d.amount) for d in found.differences] == [
        ("not_claimed", "deduction:life", "80,000円", 80_000),
        ("not_claimed", "deduction:earthquake", "20,000円", 20_000),
        ("not_claimed", "deduction:family", "配偶者、扶養親族など 2人", None),
    ]
    assert {"life", "earthquake", "family"}.isdisjoint(found.answers)


def test_what_the_return_claims_itself_is_not_listed():
    report = salary(2, new_life=80_000, spouse=1)
    own = {"salaries": [{"payer": "白川商店", "revenue": 3_000_000}]}

    found = merged(filed(1, life={"care": 40_000}, spouse={"total_income": 0}, **own), report)

    assert found.differences == []


@pytest.mark.parametrize(("outcome", "taken"), [("reported", True), ("declared", False)])
def test_staff_decide_whether_a_deduction_of_the_report_counts(outcome, taken):
    papers = [
        filed(1, salaries=[{"payer": "白川商店", "revenue": 3_000_000}]),
        salary(2, new_life=80_000, spouse=1),
    ]
    rulings = {(d.kind, d.key): Ruling(outcome) for d in merged(*papers).differences}

    found = merged(*papers, rulings=rulings)

    assert ("life" in found.answers, "family" in found.answers) == (taken, taken)
    assert found.answers.get("life") == ({"new_general": 80_000} if taken else None)


def test_return_that_names_no_kinds_of_income_keeps_all_of_them_beside_an_undeclared_payment():
    """先物 3,000,000 and a salary of 600,000 (no income): (3,000,000 - 430,000) x 5 % + 5,500."""
    declared = filed(
        1, kind="tax_return", futures=[{"payer": "取引所", "revenue": 3_000_000, "expenses": 0}]
    )

    found = merged(declared, salary(2, payer="熊本製作所", revenue=600_000))
    inputs = inputs_of(found.answers, birth_date=date(1954, 1, 1), sex="1", tax_year="R9")

    assert assess(inputs, tax_year="R9").result["total"] == 134_000


def test_own_circumstances_that_only_a_report_tells_are_listed():
    declared = filed(1, salaries=[{"payer": "白川商店", "revenue": 2_000_000}])

    found = merged(declared, salary(2, revenue=2_000_000, flags=["single_parent"]))

    assert [d.key for d in found.differences if d.kind == "not_claimed"] == ["deduction:personal"]
