"""Whatever the answers are, checks answer with sentences and writing refuses by name."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from filing import (
    FilingError,
    Return,
    diff,
    label_of,
    load_form,
    read_xml,
    redact,
    tax_inputs,
    validate,
    write_xml,
)
from tests.filing.cast import sato_return
from tests.filing.strategies import returns

FORM = load_form("R9")
ITEM_CODES = sorted({item.code for group in FORM.groups for item in group.items})
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("2020-02-30")
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*ITEM_CODES, "unknown"]), inner, max_size=4),
    ),
    max_leaves=8,
)
ANY_ANSWERS = st.dictionaries(
    st.sampled_from([*(group.code for group in FORM.groups), "unknown"]), VALUES, max_size=5
)


@settings(max_examples=100, deadline=None)
@given(ANY_ANSWERS)
def test_checks_answer_any_answers_with_sentences(answers: dict[str, Any]) -> None:
    problems = validate(sato_return(answers))

    assert [p.message for p in problems if not p.message.endswith("。")] == []
    assert {p.level for p in problems} <= {"error", "warning"}


@settings(max_examples=100, deadline=None)
@given(ANY_ANSWERS)
def test_any_answers_are_written_whole_or_refused(answers: dict[str, Any]) -> None:
    document = sato_return(answers)
    with suppress(FilingError):
        assert redact(read_xml(write_xml(document))).filer == redact(document).filer


@settings(max_examples=60, deadline=None)
@given(returns())
def test_every_problem_is_at_a_field_that_has_a_label(document: Return) -> None:
    fields = {problem.field for problem in validate(document)}

    assert [field for field in fields if not label_of("R9", field)] == []


@settings(max_examples=40, deadline=None)
@given(returns(), returns())
def test_every_difference_has_a_label_and_two_sides(old: Return, new: Return) -> None:
    changes = diff(old, new)

    assert [change for change in changes if change.old == change.new or not change.label] == []


@settings(max_examples=50, deadline=None)
@given(returns())
def test_a_return_does_not_differ_from_itself(document: Return) -> None:
    assert diff(document, read_xml(write_xml(document))) == []


@settings(max_examples=50, deadline=None)
@given(returns())
def test_every_return_has_inputs_of_whole_yen(document: Return) -> None:
    inputs = tax_inputs(document)

    amounts = [inputs.get(key, 0) for key in ("salary", "public_pension", "social_insurance")]
    assert [amount for amount in amounts if type(amount) is not int or amount < 0] == []
