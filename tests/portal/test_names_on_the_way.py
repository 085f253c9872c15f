"""A name goes from the form into the XML and the PDF as it was typed; review has the other half.

The same names are read from a signed document in tests/review/test_names_on_the_way.py.
"""

import pytest
from django.utils.html import escape

import filing
from portal.copies.pdf import pdf_of, printed_on
from portal.models import Submission
from tests.names import NAMES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", NAMES)
def test_name_is_the_same_on_pages_in_xml_and_in_the_pdf(sato, name):
    sato.signs_up().begins().reads_card().answers_basics().earns(payer=name)
    page = sato.client.get("/return/R9/check/").content.decode()
    sato.has_nothing_special()

    pk = sato.files()

    submission = Submission.objects.get()
    document = filing.read_xml(sato.client.get(f"/filings/{pk}/copy.xml").content)
    printed = [row["text"] for block in printed_on(submission)["blocks"] for row in block["rows"]]
    assert escape(name) in page
    assert document.answers["salaries"][0]["payer"] == name
    assert name in printed
    assert pdf_of(submission).startswith(b"%PDF")
    assert escape(name) in sato.client.get(f"/filings/{pk}/copy/").content.decode()
