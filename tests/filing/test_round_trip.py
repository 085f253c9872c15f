"""A return written and read again is the same return, whatever real people's names hold."""

import pytest
from hypothesis import given, settings
from lxml import etree

from filing import FilingError, Return, form_years, read_xml, schema, write_xml
from tests.filing.cast import answers, child, sato, sato_return, spouse
from tests.filing.strategies import REAL_NAMES, returns


@settings(max_examples=60, deadline=None)
@given(returns())
def test_return_of_r9_survives_writing_and_reading(document: Return) -> None:
    assert read_xml(write_xml(document)) == document


@settings(max_examples=30, deadline=None)
@given(returns("R8"))
def test_return_of_r8_survives_writing_and_reading(document: Return) -> None:
    assert read_xml(write_xml(document)) == document


@settings(max_examples=30, deadline=None)
@given(returns())
def test_what_is_written_is_what_the_schema_accepts(document: Return) -> None:
    root = etree.fromstring(write_xml(document))

    assert schema("R9").validate(root)


@settings(max_examples=30, deadline=None)
@given(returns())
def test_writing_again_what_was_read_gives_the_same_bytes(document: Return) -> None:
    first = write_xml(document)

    assert write_xml(read_xml(first)) == first


def test_order_of_answers_does_not_change_the_bytes() -> None:
    forward = sato_return(answers(spouse=spouse(), relatives=[child()]))
    backward = sato_return(
        {
            "relatives": [dict(reversed(child().items()))],
            "spouse": dict(reversed(spouse().items())),
            **dict(reversed(answers().items())),
        }
    )

    assert write_xml(backward) == write_xml(forward)


@pytest.mark.parametrize("name", REAL_NAMES)
def test_name_is_kept_character_by_character(name: str) -> None:
    document = sato_return(filer=sato(name=name))

    assert [*read_xml(write_xml(document)).filer.name] == [*name]


def test_answer_that_was_not_given_leaves_no_element() -> None:
    assert b"spouse" not in write_xml(sato_return())


def test_empty_list_of_kinds_means_no_income_and_is_kept() -> None:
    document = sato_return({"income_kinds": [], "no_income": {"reason": "savings"}})

    assert read_xml(write_xml(document)).answers["income_kinds"] == []


def test_none_in_the_answers_is_written_as_absent() -> None:
    document = sato_return(answers() | {"spouse": None})

    assert read_xml(write_xml(document)).answers == answers()


@pytest.mark.parametrize("year", form_years())
def test_document_is_a_single_root_without_attributes_or_ids(year: str) -> None:
    root = etree.fromstring(write_xml(sato_return(tax_year=year)))

    assert root.tag == f"{{urn:jumin:filing:{year.lower()}}}resident_tax_return"
    assert [element.attrib for element in root.iter() if element.attrib] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"salaries": [{"payer": "店", "revenue": -1}]}, "answers.salaries.0.revenue"),
        ({"salaries": [{"payer": "店", "revenue": 1.5}]}, "answers.salaries.0.revenue"),
        ({"salaries": [{"payer": "店", "revenue": True}]}, "answers.salaries.0.revenue"),
        ({"salaries": [{"payer": "店"}]}, "answers.salaries.0.revenue"),
        ({"salaries": [{"payer": " ", "revenue": 1}]}, "answers.salaries.0.payer"),
        ({"salaries": {"payer": "店"}}, "answers.salaries"),
        ({"salaries": ["店"]}, "answers.salaries.0"),
        ({"bonus": 1}, "answers.bonus"),
        ({"spouse": spouse(age=40)}, "answers.spouse.age"),
        ({"spouse": spouse(birth_date="2026-02-30")}, "answers.spouse.birth_date"),
        ({"spouse": spouse(living="moon")}, "answers.spouse.living"),
        ({"spouse": spouse(kana="サトウ\n")}, "answers.spouse.kana"),
        ({"personal": {"widow": 1}}, "answers.personal.widow"),
        ({"income_kinds": ["salary", "salary"]}, "answers.income_kinds"),
        ({"income_kinds": ["lottery"]}, "answers.income_kinds.0"),
        ({"collection": "cash"}, "answers.collection"),
        ({"relatives": [child()] * 21}, "answers.relatives"),
    ],
)
def test_answer_that_the_form_cannot_hold_is_refused_by_name(changes: dict, field: str) -> None:
    with pytest.raises(FilingError) as refusal:
        write_xml(sato_return(answers(**changes)))

    assert refusal.value.field == field


def test_year_without_a_form_is_refused() -> None:
    with pytest.raises(FilingError, match="R8・R9") as refusal:
        write_xml(sato_return(tax_year="R30"))

    assert refusal.value.field == "tax_year"
