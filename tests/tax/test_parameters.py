"""法令値のファイル: each says what it is, where it was read, and covers its years."""

import pytest

from tax import available_years
from tax.law import DIRECTORY, law_of, parameters, read_parameter

KINDS = {"amount", "record", "steps", "schedule", "premium_schedule"}
NAMES = sorted(parameters())


def test_the_years_that_can_be_computed():
    assert available_years() == ["R3", "R4", "R5", "R7", "R8", "R9", "R10"]


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_names_its_source_and_unit(name):
    parameter = parameters()[name]
    assert parameter.kind in KINDS
    assert parameter.label
    assert parameter.unit
    assert "法" in parameter.reference
    assert any(mark in parameter.mark for mark in ("V", "P1", "P2", "P3", "K", "?"))


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_covers_every_year(name):
    assert set(available_years()) <= set(parameters()[name].values)


@pytest.mark.parametrize("name", NAMES)
def test_a_doubtful_parameter_says_what_is_doubtful(name):
    parameter = parameters()[name]
    assert ("?" in parameter.mark) == bool(parameter.doubt)


@pytest.mark.parametrize("name", NAMES)
def test_each_table_has_rising_bands(name):
    for value in parameters()[name].values.values():
        if isinstance(value, list):
            uppers = [band["upto"] for band in value[:-1]]
            assert uppers == sorted(set(uppers))
            assert "upto" not in value[-1]


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_is_a_float(name):
    def floats(value):
        children = value.values() if isinstance(value, dict) else value
        if isinstance(value, (dict, list)):
            return any(floats(child) for child in children)
        return isinstance(value, float)

    assert not any(floats(value) for value in parameters()[name].values.values())


def test_doubts_hold_for_the_years_that_they_name():
    child = parameters()["single_parent_child_income_limit"]
    assert [child.doubtful(year) for year in ("R8", "R9")] == [False, True]
    assert parameters()["earthquake_insurance"].doubtful("R7")


def test_the_file_names_are_the_only_parameters():
    assert {path.stem for path in DIRECTORY.glob("*.toml")} == set(NAMES)


def test_an_unknown_parameter_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = law_of("R9").no_such_parameter


def test_a_year_given_twice_is_a_mistake_in_the_file(tmp_path):
    path = tmp_path / "twice.toml"
    head = "label='x'\nunit='円'\nkind='amount'\nreference='法'\nmark='V'\n"
    path.write_text(head + "[values]\nR8 = 1\n'R7-R9' = 2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="R8 is given twice"):
        read_parameter(path)
