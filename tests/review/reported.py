"""Documents as an import makes them, from the cells of a file, and the tax that follows."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

from filing import read_xml, redact_answers, write_xml
from review.assessment.papers import Row
from review.assessment.preparing import Person, prepare
from review.levy.computing import compute_many
from review.sources.checking import Checker
from review.sources.layouts import layout_for
from review.sources.rows import RowMaker
from tests.filing.cast import sato_return

AT = datetime(2027, 1, 20, tzinfo=UTC)
CITY = ("431001", "431028")


def content_of(cells, kind, tax_year="R9"):
    """Return the content that the import makes of a row."""
    layout = layout_for(kind, tax_year)
    checked = Checker(layout).check(cells)
    assert not checked.problems
    return json.loads(RowMaker(layout, tax_year, CITY).make(checked.values).content)


def reported(cells, kind="salary_report", serial=1):
    """Return a document of a row, as the merging reads it."""
    return Row(UUID(int=serial), kind, f"{kind}-{serial}", content_of(cells, kind), AT)


def returned(answers, serial=9, kind="resident_return"):
    """Return a return as its import reads it: from the XML that the portal signed."""
    told = redact_answers(read_xml(write_xml(sato_return(answers))).answers)
    content = {"answers": told, "dependants": []}
    return Row(UUID(int=serial), kind, f"return-{serial}", content, AT)


def prepared(*papers, born=date(1985, 4, 1), sex="2", rulings=None):
    person = Person(UUID(int=99), "000000099", born, sex)
    return prepare(person, list(papers), tax_year="R9", rulings=rulings)


def tax_of(*papers, **about):
    """Return the tax of R9 that these documents come to."""
    (computed,) = compute_many([prepared(*papers, **about)], "R9")
    assert not computed.trouble
    return computed.result["total"]


def listed(*papers, **about):
    """Return what goes on the check list, by kind and key."""
    return [(d.kind, d.key) for d in prepared(*papers, **about).merged.differences]
