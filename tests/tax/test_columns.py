"""市全体の計算: pieces, offsets, and what columns refuse."""

import numpy as np
import pytest

from bench.tax.city import synthetic_city
from tax import InputError, assess
from tax.columns import PIECE, Columns, assess_columns, assess_pieces, columns_of
from tests.tax.places import place


def test_a_city_in_pieces_is_the_city_as_a_whole():
    city = synthetic_city(PIECE + 1_000)
    answers = assess_columns(city)
    last = dict(assess_pieces(city))[PIECE].total
    assert answers["total"][PIECE:].tolist() == last.tolist()
    assert answers["total"].size == PIECE + 1_000


def test_an_empty_city_has_empty_answers():
    assert assess_columns(Columns(0, {}))["total"].size == 0


def test_residents_without_any_facts_are_exempt():
    answers = assess_columns(Columns(3, {}), outputs=("total", "per_capita_exempt"))
    assert answers["total"].tolist() == [0, 0, 0]
    assert answers["per_capita_exempt"].tolist() == [True, True, True]


def test_relatives_belong_to_the_resident_between_the_offsets():
    people = [
        {"salary": 6_000_000},
        {"salary": 6_000_000, "relatives": [{"age": 17}, {"age": 20}]},
        {"salary": 6_000_000},
        {"salary": 6_000_000, "relatives": [{"age": 75}]},
    ]
    answers = assess_columns(columns_of(people, tax_year="R9"))
    assert answers["deductions_total"].tolist() == [430_000, 1_210_000, 430_000, 810_000]
    assert answers["total"].tolist() == [assess(one).result["total"] for one in people]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        (Columns(2, {"salary": np.array([1, -1])}), "salary"),
        (Columns(2, {"salary": np.array([1.0, 2.0])}), "salary"),
        (Columns(2, {"salary": np.array([1])}), "salary"),
        (Columns(1, {"wages": np.array([1])}), "wages"),
        (Columns(1, {}, {"age": np.array([3])}, np.array([0])), "offsets"),
        (Columns(2, {}, {"age": np.array([3])}, np.array([0, 2, 1])), "offsets"),
        (Columns(1, {}, {"age": np.array([3])}, np.array([0, 2])), "relatives.age"),
        (Columns(1, {}, {"name": np.array([3])}, np.array([0, 1])), "relatives.name"),
    ],
)
def test_wrong_columns_are_refused_by_name(columns, field):
    with pytest.raises(InputError) as refused:
        assess_columns(columns)
    assert refused.value.field == field


def test_a_wrong_resident_is_named_by_number():
    with pytest.raises(InputError) as refused:
        columns_of([{"salary": 1}, {"salary": -1}], tax_year="R9")
    assert refused.value.field == "1.salary"


def test_a_city_needs_a_municipality_with_all_its_figures():
    with pytest.raises(InputError):
        assess_columns(Columns(1, {}), municipality=place(kyuchi=None))
