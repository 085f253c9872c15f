"""The queue: filters in the address, keyset pages, the same few queries however many rows."""

from datetime import timedelta

import pytest

from review.cases import queries
from review.cases.models import Case
from review.cases.states import State
from tests.review.story import NOW, walk


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_takes_the_same_queries_for_one_and_three_rows(
    filed, staff, sign_in, rows, django_assert_num_queries
):
    for number in range(rows):
        walk(filed.queued(at=NOW + timedelta(seconds=number)), State.IN_REVIEW, staff)
    client = sign_in("suzuki")
    client.get("/cases/")

    with django_assert_num_queries(9):
        response = client.get("/cases/")

    assert len(response.context["page"].cases) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_today_takes_the_same_queries_for_one_and_three_cases(
    filed, sign_in, rows, django_assert_num_queries
):
    for number in range(rows):
        filed.queued(at=NOW + timedelta(seconds=number))
    client = sign_in("suzuki")

    with django_assert_num_queries(7):
        response = client.get("/")

    counts = {tile["label"]: tile["count"] for tile in response.context["tiles"]}
    assert counts["審査待ち"] == rows


@pytest.mark.req("SHK-01")
def test_filters_in_the_address_narrow_the_queue(filed, staff, sign_in):
    waiting = filed.queued()
    mine = walk(filed.queued(at=NOW + timedelta(minutes=1)), State.IN_REVIEW, staff)
    client = sign_in("suzuki")

    def numbers(query):
        page = client.get(f"/cases/?{query}").context["page"]
        return [case.receipt_number for case in page.cases]

    assert numbers("view=mine") == [mine.receipt_number]
    assert numbers("state=queued&tax_year=R9") == [waiting.receipt_number]
    assert numbers("tax_year=R8") == [waiting.receipt_number, mine.receipt_number]
    assert numbers(f"receipt_number={mine.receipt_number.lower()}") == [mine.receipt_number]


def test_queue_pages_by_keyset_without_loss_or_repetition(filed, sign_in, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    cases = [filed.arrive(at=NOW + timedelta(seconds=n)) for n in range(5)]
    client = sign_in("suzuki")

    seen, after = [], ""
    for _ in range(3):
        page = client.get("/cases/", {"after": after}).context["page"]
        seen += [case.pk for case in page.cases]
        after = page.following

    assert (seen, after) == ([case.pk for case in cases], "")


def test_nonsense_place_starts_at_the_first_page(filed, sign_in):
    case = filed.arrive()

    page = sign_in("suzuki").get("/cases/", {"after": "nonsense"}).context["page"]

    assert [row.pk for row in page.cases] == [case.pk]


def test_empty_queue_says_so(sign_in):
    response = sign_in("suzuki").get("/cases/?view=overdue")

    assert "この条件の申請はありません。" in response.content.decode()


@pytest.mark.req("LOG-01")
def test_queue_shows_no_name_and_needs_no_reason(filed, sign_in):
    case = filed.queued()

    page = sign_in("suzuki", reason=False).get("/cases/").content.decode()

    assert case.receipt_number in page
    assert case.addressee.name not in page


def test_stuck_case_is_counted(filed, staff, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path)
    filed.queued()

    assert queries.counts(staff["suzuki"], NOW)["stuck"] == 1
    assert Case.objects.get().trouble == "REVOCATION_UNAVAILABLE"
