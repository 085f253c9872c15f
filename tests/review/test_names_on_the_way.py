"""A name in a signed return is read, kept and shown inside as it was typed in the portal."""

import pytest
from django.utils.html import escape

import filing
from review.cases.states import State
from tests.names import NAMES
from tests.review.story import SALARY, sato_answers, walk


@pytest.mark.parametrize("name", NAMES)
def test_name_is_the_same_in_the_original_and_on_the_case(filed, staff, sign_in, name):
    answers = sato_answers(salaries=[{**SALARY, "payer": name}])
    case = walk(filed.queued(filed.document(answers=answers)), State.IN_REVIEW, staff)

    page = sign_in("suzuki").get(f"/cases/{case.pk}/").content.decode()

    kept = filing.read_xml(case.original.package().files["return.xml"])
    assert kept.answers["salaries"][0]["payer"] == name
    assert escape(name) in page
