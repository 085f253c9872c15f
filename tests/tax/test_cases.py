"""Every golden case is met to the yen."""

import pytest

from tax.jsonl import answer_case
from tests.tax.golden import golden_cases, municipality_of

CASES = golden_cases()


@pytest.mark.parametrize("title", CASES)
def test_golden_case_is_met_to_the_yen(title):
    case = CASES[title]
    answer = answer_case({**case, "municipality": municipality_of(case)}, explain=True)
    result = answer["result"]
    assert {name: result.get(name) for name in case["expected"]} == case["expected"]
