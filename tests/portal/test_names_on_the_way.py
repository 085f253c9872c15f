"""Names go from the form into the XML, the PDF and the office's case as they were typed.

The same names are read from a signed document in tests/review/test_names_on_the_way.py, the filer's
own comes from a card in tests/e2e/test_names.py.
"""

import pytest
from django.utils.html import escape

from portal.models import Draft
from portal.services.drafts import situation_of
from tests.names import NAMES
from tests.portal.alike import at_the_office, lines_printed, lines_to_print, of_document
from tests.portal.checked import rows_in
from tests.portal.office import return_received
from tests.portal.placed import shown_and_filed
from tests.portal.walker import NUMBERS

pytestmark = pytest.mark.django_db
# A variant's selector, a character of one's own (PUA), and voiced marks that stand apart (NFD).
MOTHER = "葛\U000e0100城 \ue000か\u3099く子"
HER_KANA = "カツラキ\u3099 カ\u3099クコ"
HER_HOME = "熊本県熊本市北区葛\U000e0100原\ue001町1番"
SPOUSE = "辻\U000e0101 か\u3099く太"


@pytest.mark.usefixtures("scanner")
def test_everybodys_name_is_the_same_for_checking_in_xml_in_the_pdf_and_on_the_case(sato, keys):
    sato.signs_up().begins_for(name=MOTHER)
    sato.tells_of_principal(person={"kana": HER_KANA}, address={"address": HER_HOME})
    sato.reads_card().answers("basic/phone", phone="090-1234-5678")
    sato.earns(payer=NAMES[1]).answers_page_by_page("spouse/has", "relatives/has")
    tells_of_spouse(sato, SPOUSE)
    for name, number in zip(NAMES, NUMBERS, strict=False):
        tells_of_child(sato, name, number)
    sato.answers("personal/disability", disability="none")
    page = sato.client.get(f"/return/{sato.year}/check/").content.decode()
    asked = situation_of(Draft.objects.get())

    pk = sato.files()

    signed = return_received(keys)
    assert (signed.filer.name, signed.filer.kana) == (MOTHER, HER_KANA)
    assert (signed.filer.address, signed.address_jan1) == (HER_HOME, HER_HOME)
    assert signed.answers["salaries"][0]["payer"] == NAMES[1]
    assert signed.answers["spouse"]["name"] == SPOUSE
    assert [child["name"] for child in signed.answers["relatives"]] == NAMES
    shown, typed = shown_and_filed(rows_in(page), asked, signed)
    assert shown == typed
    assert at_the_office(signed) == of_document(signed)
    lines, pdf = lines_to_print(signed), sato.client.get(f"/filings/{pk}/copy.pdf").content
    assert lines_printed(pdf, lines) == lines
    kept = sato.client.get(f"/filings/{pk}/copy/").content.decode()
    for name in (MOTHER, HER_KANA, HER_HOME, SPOUSE, *NAMES):
        assert escape(name) in kept


def tells_of_spouse(person, name):
    person.answers("spouse/has", has="yes")
    person.answers("spouse/person", name=name, kana="", birth_date="1955-04-08")
    person.answers("spouse/income", salary_revenue="", pension_revenue="", other_income="")
    person.answers("spouse/living", living="together")
    person.answers("spouse/disability", disability="none")
    person.answers("spouse/number", personal_number=NUMBERS[-1])


def tells_of_child(person, name, number):
    person.answers("relatives/has", has="yes")
    following = person.answers(
        "relatives/new/person", name=name, kana="", relation="child", birth_date="2015-05-05"
    )
    for answer in (
        {"living": "together"},
        {"disability": "none"},
        {"personal_number": number},
    ):
        page = following.removeprefix(f"/return/{person.year}/").rstrip("/")
        following = person.answers(page, **answer)
