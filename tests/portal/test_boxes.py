"""Every box of the paper return is asked on a page, filled by the engine, or has a reason."""

import pytest

import tax
from filing import load_form
from filing.boxes import paper_boxes
from filing.form import form_years
from portal.interview.sections import BY_CODE

BOXES = paper_boxes()
# What is not asked by its own name: it follows from what the page asks.
FOLLOWS = {
    "address_jan1",
    "answers.medical.paid",
    "answers.medical_receipts.N.kind",
    "answers.medical_receipts.N.paid",
    "answers.personal.single_parent",
    "answers.personal.widow",
    "answers.personal.working_student",
    "answers.relatives.N.total_income",
    "answers.social_insurance.N.amount",
    "answers.spouse.total_income",
}
FIXED = {"address_jan1", "phone"}


def paths_of(form):
    """Return every item of a form as boxes.toml names it."""
    found = FIXED | {f"filer.{item.code}" for item in form.filer.items}
    for group in form.groups:
        place = f"answers.{group.code}" + (".N" if group.kind == "rows" else "")
        found |= {place} | {f"{place}.{item.code}" for item in group.items}
    return found


@pytest.mark.parametrize("box", BOXES, ids=lambda box: f"{box.sheet} {box.box}")
def test_box_has_a_page_a_result_or_a_reason(box):
    assert bool(box.page) + bool(box.result) + bool(box.reason) == 1
    if box.page:
        section, page = box.page.split("/")
        assert page in [found.code for found in BY_CODE[section].all_pages()]
        fields = [found.form.base_fields for found in BY_CODE[section].all_pages()]
        asked = any(box.item.split(".")[-1] in names for names in fields)
        assert asked or box.item in FOLLOWS


@pytest.mark.parametrize("year", form_years())
def test_boxes_name_items_of_the_form_and_figures_of_the_engine(year):
    items = {box.item for box in BOXES if box.item}
    results = {box.result for box in BOXES if box.result}

    assert items - paths_of(load_form(year)) == set()
    assert results - set(tax.assess({"salary": 1}, tax_year=year).result) == set()


@pytest.mark.parametrize("year", form_years())
def test_every_block_of_the_form_stands_in_a_box(year):
    named = {box.item.split(".")[1] for box in BOXES if box.item.startswith("answers.")}
    details = {"income_kinds", "life_certificates", "earthquake_certificates"}

    assert {group.code for group in load_form(year).groups} - named == details


@pytest.mark.parametrize("year", form_years())
def test_every_numbered_box_of_income_and_deductions_is_filled(year):
    circled = {computed.box for computed in load_form(year).computed}

    asked_elsewhere = {"㉙", "㉚"}
    assert set("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚") - circled == asked_elsewhere
