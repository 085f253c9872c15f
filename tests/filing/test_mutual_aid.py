"""小規模企業共済等掛金 (iDeCo and others): deducted once, whether the slip has them or not."""

from typing import Any

import tax
from filing import tax_inputs, validate
from tests.filing.cast import SALARY, answers, sato_return

# 「内 276,000 / 1,026,000」: the lower row is the total (所得税法施行規則93条, 源泉徴収票の手引).
TWO_ROWS = {"revenue": 6_000_000, "social_insurance": 1_026_000, "mutual_aid": 276_000}


def slip(**boxes: Any) -> dict[str, Any]:
    return {**SALARY, **boxes}


def figures(**blocks: Any) -> dict[str, Any]:
    inputs = tax_inputs(sato_return(answers(**blocks)))
    return tax.assess(inputs, tax_year="R9", municipality="熊本市").result


def problems(**blocks: Any) -> list[tuple[str, str, str]]:
    found = validate(sato_return(answers(**blocks)))
    return [(problem.field, problem.rule, problem.level) for problem in found]


def test_upper_row_of_a_slip_is_mutual_aid_and_no_more_than_a_part_of_the_lower_one() -> None:
    """社会保険料控除 1,026,000 - 276,000 = 750,000; 小規模企業共済等掛金控除 276,000."""
    result = figures(salaries=[slip(**TWO_ROWS)])

    assert result["social_insurance_deduction"] == 750_000
    assert result["small_mutual_aid_deduction"] == 276_000
    # 基礎控除 430,000 + 750,000 + 276,000.
    assert result["deductions_total"] == 1_456_000


def test_tax_is_the_same_whether_the_upper_row_is_copied_or_not() -> None:
    whole = figures(salaries=[slip(revenue=6_000_000, social_insurance=1_026_000)])

    assert figures(salaries=[slip(**TWO_ROWS)])["total"] == whole["total"]


def test_what_was_paid_besides_the_slip_is_added_and_lowers_the_tax_by_its_tenth() -> None:
    """10% of 276,000 are 27,600 yen: so much was lost for each slip that counted twice."""
    once = figures(salaries=[slip(**TWO_ROWS)])
    more = figures(salaries=[slip(**TWO_ROWS)], mutual_aid={"small_enterprise": 276_000})

    assert more["small_mutual_aid_deduction"] == 552_000
    assert once["total"] - more["total"] == 27_600


def test_upper_row_above_the_lower_one_is_refused_and_never_deducted_beyond_it() -> None:
    """The two rows taken for each other."""
    swapped = {"revenue": 6_000_000, "social_insurance": 276_000, "mutual_aid": 1_026_000}

    assert problems(salaries=[slip(**swapped)]) == [
        ("answers.salaries.0.mutual_aid", "exceeds_insurance", "error")
    ]
    assert figures(salaries=[slip(**swapped)])["deductions_total"] == 706_000


def test_contributions_beside_a_slip_are_asked_about_whether_it_has_them() -> None:
    paid = {"ideco": 276_000, "small_enterprise": 0}

    assert problems(salaries=[slip()], mutual_aid=paid) == [
        ("answers.mutual_aid.ideco", "twice", "warning")
    ]


def test_contributions_of_who_has_no_slip_with_premiums_are_not_asked_about() -> None:
    pay = slip(social_insurance=0)

    assert problems(salaries=[pay], mutual_aid={"small_enterprise": 840_000}) == []
