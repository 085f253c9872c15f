"""Beside the return: what the city holds, what was filed last year, what the tax would be."""

import pytest

from review.assessment.models import SourceDocument
from review.assessment.queries import current_assessment
from review.cases.beside import last_year, tax_of
from review.cases.states import State
from review.cases.views.case import _document
from tests.review.story import NOW, SALARY, sato, sato_answers, walk


@pytest.fixture
def returned_before(town):
    """Sato's return of the year before: another wage, and a pension that is gone."""

    def keep(**changes):
        answers = sato_answers(salaries=[SALARY | {"revenue": 3_000_000}], **changes)
        return SourceDocument.objects.create(
            tax_year="R8",
            addressee=sato(),
            kind="resident_return",
            source="2026-0000001-A:1",
            content={"answers": answers, "dependants": {}, "sha256": "x"},
            received_at=NOW,
        )

    return keep


@pytest.mark.req("SHK-07")
def test_difference_to_last_year_is_named_item_by_item(filed, returned_before):
    returned_before(life={"new_general": 40_000})
    case = filed.queued()

    shown = last_year(case, case.addressee, _document(case))

    assert shown["year"] == "R8"
    assert {(c["label"], c["old"], c["new"]) for c in shown["changes"]} == {
        ("給与(1件目)の支払金額", "3,000,000円", "3,200,000円"),
        ("生命保険料の新生命保険料", "40,000円", None),
    }


def test_first_return_of_a_person_has_no_year_before(filed):
    case = filed.queued()

    assert last_year(case, case.addressee, _document(case)) == {"year": "R8", "changes": None}


@pytest.mark.req("SHK-07")
def test_tax_before_acceptance_is_what_the_import_then_computes(filed, staff):
    case = filed.queued()
    expected = tax_of(case, case.addressee, _document(case))["trial"]

    walk(case, State.IMPORTED, staff)

    computed = current_assessment(case.addressee, "R9")
    assert (expected.total, expected.explanation) == (computed.total, computed.explanation)


def test_trial_keeps_nothing(filed):
    case = filed.queued()

    tax_of(case, case.addressee, _document(case))

    assert SourceDocument.objects.count() == 0


@pytest.mark.req("SHK-01")
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "市が持っている資料"),
        ("last-year", "R8 年度の申告はありません"),
        ("tax", "受理した場合の年税額(試算)"),
        ("nonsense", "市が持っている資料"),
    ],
)
def test_right_side_shows_one_thing_at_a_time(filed, sign_in, place, words):
    case = filed.queued()

    page = sign_in("suzuki").get(f"/cases/{case.pk}/?beside={place}").content.decode()

    assert words in page
    assert page.count('aria-current="page"') >= 1


def test_signature_is_explained_in_sentences(filed, sign_in):
    case = filed.queued()

    page = sign_in("suzuki").get(f"/cases/{case.pk}/").content.decode()

    assert "署名のあと、申告書は1文字も変わっていません。" in page
    assert "の失効リストで確認)" in page
