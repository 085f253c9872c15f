"""Every key of a document that somebody reads is one that an import makes.

A key that only a test writes is a deduction that nobody gets: so it was with the year in which
people moved into a house, and with the day on which they left an employer.
"""

import random
import re
from pathlib import Path

import pytest

from bench.assessment.city import contents_of
from bench.tax.city import synthetic_city
from review.assessment import codes, families, inputs, preparing
from review.assessment.papers import REPORTS, Row
from review.sources.layouts import layout_for, layouts
from tests.filing.cast import child, spouse
from tests.review import golden_city
from tests.review.reported import AT, content_of, prepared, returned

REVIEW = Path(preparing.__file__).parents[1]
#: Of a return: `import_return` and 国税連携 (national.py) make these, and each kind of answers.
RETURNS = {"answers", "dependants", "filed_on", "sha256"}
#: What no import makes and only staff type. Nothing: what they decide lies in rulings and acts.
TYPED: set[str] = set()
#: content.get("x"), content["x"] and code_of(content, "x").
ASKED = re.compile(r"(?:\bcontent(?:\.get\(|\[)|\bcode_of\([a-z_.]*content, )\"([a-z_0-9]+)\"")
_SAMPLES = {
    "text": "白川",
    "half": "1",
    "flag": "1",
    "day": "2026-01-01",
    "personal_number": "123456789018",
    "personal_numbers": "123456789018",
    "payer_number": "7123456789012",
    "pension_number": "1234567890",
}
_OWN = {
    "year": "08",
    "municipality": "431001",
    "birth.year": "50",
    "birth.era": "1",
    "division": "0",
}


class Watched(dict):
    """A content that writes down which keys were asked of it, whether it has them or not."""

    def __init__(self, content, asked, before=""):
        super().__init__(content)
        self.asked, self.before = asked, before

    def get(self, name, default=None):
        self.asked.add(f"{self.before}{name}")
        return self._watched(name, super().get(name, default))

    def __getitem__(self, name):
        self.asked.add(f"{self.before}{name}")
        return self._watched(name, super().__getitem__(name))

    def _watched(self, name, value):
        if isinstance(value, dict):
            return Watched(value, self.asked, f"{self.before}{name}.")
        if isinstance(value, list):
            return [self._watched(name, each) for each in value]
        return value


def cell(column, form):
    if column.type == "form":
        return form
    return _OWN.get(column.to) or _SAMPLES.get(column.type) or column.codes[:1] or "1"


def full(kind):
    """Return the content of a row in which every cell is filled."""
    layout = layout_for(kind, "R9")
    return content_of([cell(column, layout.form) for column in layout.columns], kind)


def paths(content, before=""):
    for name, value in content.items():
        yield f"{before}{name}"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from paths(each, f"{before}{name}.")


KINDS = sorted(layout.kind for layout in layouts() if layout.format == "csv")
MADE = {kind: set(paths(full(kind))) for kind in KINDS}


def asked_of(*contents):
    """Return which keys a year's computation asks of documents with these contents."""
    asked = {kind: set() for kind, _content in contents}
    papers = [
        Row(at, kind, f"{kind}-{at}", Watched(content, asked[kind]), AT)
        for at, (kind, content) in enumerate(contents)
    ]
    prepared(*papers)
    return asked


@pytest.mark.req("ASM-06")
@pytest.mark.parametrize("kind", KINDS)
def test_key_that_the_computation_asks_of_a_document_is_one_that_its_import_makes(kind):
    """Asked of whole rows, of rows that state nothing, and of such as take other turns."""
    whole, bare = full(kind), {"payer": "白川"}
    turns = [
        {"spouse": "3"},
        {"spouse_deduction": 30_000},
        {"housing_loan_credit": 0},
        {"flags": []},
    ]
    others = [[(kind, whole | turn)] for turn in turns]

    asked = set()
    for contents in ([(kind, whole)], [(kind, bare)], [(kind, whole), (kind, bare)], *others):
        asked |= asked_of(*contents)[kind]

    # Both kinds of report are read alike, though one has fewer columns.
    made = set().union(*(MADE[one] for one in REPORTS)) if kind in REPORTS else MADE[kind]
    assert asked - TYPED <= made | RETURNS


@pytest.mark.parametrize("kind", ["tax_return", "resident_return"])
def test_key_that_the_computation_asks_of_a_return_is_one_that_its_import_makes(kind):
    told = returned({"income_kinds": [], "spouse": spouse(), "relatives": [child()]}).content

    asked = asked_of((kind, told), ("salary_report", full("salary_report")))[kind]

    # `keys_of` asks a return and a report alike, of which the one has no list of its family.
    assert {name for name in asked if "." not in name} <= RETURNS | {"family"}
    assert {"answers", "dependants"} <= asked


def test_key_that_a_module_names_is_one_that_some_import_makes():
    """By the text of the code: what `content` is asked for, wherever in this zone."""
    named = {}
    for path in sorted(REVIEW.rglob("*.py")):
        found = ASKED.findall(path.read_text(encoding="utf-8"))
        if path.parent.name in ("assessment", "reconcile", "levy", "images"):
            named |= dict.fromkeys(found, path.name)

    made = set().union(*MADE.values()) | RETURNS | TYPED
    assert {name: where for name, where in named.items() if name not in made} == {}
    assert {"revenue", "spouse", "housing", "scheme"} <= set(named)


def test_flag_and_count_that_the_computation_knows_is_a_column_of_a_layout():
    places = {column.to for layout in layouts() for column in layout.columns}

    flags = {*inputs.OWN_FLAGS, *preparing.STAYS_OUT}
    assert {f"flags.{name}" for name in flags} <= places
    assert {f"counts.{name}" for name in (*families.CLASSES, *families.DISABLED)} <= places


def test_code_that_the_computation_knows_has_a_meaning_that_staff_read():
    means = {
        (layout.kind, column.to): column.means for layout in layouts() for column in layout.columns
    }

    homes = means["salary_report", "housing.first.class"]
    assert {int(code) for code in homes} == {*codes.PLAIN_HOMES, *codes.SPECIFIED_HOMES}
    assert {int(c) for c, word in homes.items() if "特" in word} == codes.SPECIFIED_HOMES
    spouses = means["salary_report", "spouse"]
    assert spouses[str(codes.SPOUSE)] == "主たる給与 有"
    assert spouses[str(codes.SECOND_SPOUSE)] == "従たる給与 有"
    assert means["pension_report", "spouse"] == {"1": "一般", "2": "老人", "3": "無"}
    assert codes.PENSION_SPOUSES == {1: False, 2: True}
    assert means["salary_report", "mid_year.kind"][str(codes.LEFT)] == "中途退職"


def test_documents_of_the_golden_city_are_such_as_an_import_makes():
    drawn = [
        entry
        for serial in range(400)
        for entry in golden_city._contents(random.Random(serial), 16 + serial % 75)
    ]

    for kind, content in drawn:
        if kind != "resident_return":
            assert set(paths(content)) <= MADE[kind], kind


def test_documents_of_the_measured_city_are_such_as_an_import_makes():
    for _serial, _at, kind, content in contents_of(synthetic_city(300)):
        if kind != "resident_return":
            assert set(paths(content)) <= MADE[kind], kind
