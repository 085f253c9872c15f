"""別添2: every item of the privacy assessment is held somewhere that exists, or has a reason."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

import tax
from filing import load_form
from review.annex2.mapping import items, names_of, table
from review.sources.layouts import layout_for
from tests.review.small_city import resident, run_year

EVERY = list(items())


@pytest.mark.req("ASM-17")
def test_every_item_is_held_or_explained_and_none_twice():
    held = table("held.toml")
    explained = [n for ranges in held["not_held"].values() for one in ranges for n in numbers(one)]

    assert (len(names_of("resident_tax")), len(names_of("collection"))) == (213, 839)
    assert len(EVERY) == 213 + 839
    assert set(held["resident_tax"]) == {str(n) for n in range(1, 214)}
    assert sorted(explained + [int(n) for n in held["collection"]]) == list(range(1, 840))
    assert all(item.name and item.where for item in EVERY)


def numbers(one):
    first, _dash, last = one.partition("-")
    return range(int(first), int(last or first) + 1)


@pytest.mark.req("ASM-17")
def test_every_reason_is_used_and_none_is_missing():
    held = table("held.toml")
    used = {entry["why"] for entry in held["resident_tax"].values() if "why" in entry}

    assert used | set(held["not_held"]) == set(held["why"])


@pytest.mark.req("ASM-17")
def test_fields_exist_in_the_live_models():
    lost = []
    for item in EVERY:
        if item.how == "field":
            label, _dot, name = item.where.rpartition(".")
            try:
                apps.get_model(label)._meta.get_field(name)
            except (LookupError, FieldDoesNotExist):
                lost.append(item)
    assert lost == []


@pytest.mark.req("ASM-17")
def test_columns_of_reports_and_items_of_the_return_exist():
    form = load_form("R9")
    answers = {group.code for group in form.groups}
    answers |= {f"{group.code}.{item.code}" for group in form.groups for item in group.items}
    for item in EVERY:
        if item.how == "report":
            kind, place = item.where.split()
            assert place in {column.to for column in layout_for(kind, "R9").columns}, item
        elif item.how == "answer":
            assert item.where in answers, item


@pytest.mark.req("ASM-17")
def test_figures_are_those_of_a_computed_tax(db, staff):
    person = resident(1)
    person.salary()
    run_year(staff)
    assessment = person.row.decisions.get().assessment
    figures = tax.assess(assessment.inputs, tax_year="R9").result

    missing = {item.where for item in EVERY if item.how == "result"} - set(figures)
    assert missing == set()
