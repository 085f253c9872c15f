"""The schema and the form definition are one truth."""

import pytest

from filing import FilingError, form_years, load_form, schema
from filing.schemas.__main__ import made, main
from filing.values import TYPES


def test_what_is_made_from_the_forms_is_fresh() -> None:
    assert [path.name for path, text in made() if path.read_text(encoding="utf-8") != text] == []


def test_check_says_that_all_is_fresh() -> None:
    assert main(["--check"]) == 0


def test_schemas_and_table_are_made() -> None:
    assert [path.name for path, _ in made()] == ["r8.xsd", "r9.xsd", "filing-form.md"]


def test_unknown_option_is_a_bad_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--wipe"]) == 2
    assert capsys.readouterr().err == "usage: python -m filing.schemas [--check]\n"


def test_schema_of_a_year_without_form_is_refused() -> None:
    with pytest.raises(FilingError):
        schema("R7")


@pytest.mark.parametrize("year", form_years())
def test_every_item_has_a_known_type_and_its_own_code(year: str) -> None:
    form = load_form(year)
    for items in (form.header.items, form.filer.items, *(group.items for group in form.groups)):
        assert [item.code for item in items if item.type not in TYPES] == []
        assert len({item.code for item in items}) == len(items)


def test_years_of_forms_are_in_order() -> None:
    assert form_years() == ("R8", "R9")


def test_dependants_limit_is_that_of_each_year() -> None:
    limits = [load_form(year).limits["dependant"] for year in form_years()]

    assert limits == [580_000, 620_000]
