"""The mark of a stop of use (利用停止) where staff link rows to people and type in papers."""

from datetime import date

import pytest

from review.paper.models import PaperEntry
from review.rights import services as rights
from review.sources import linking
from tests.review.source_files import file_of, pension_row, take_in
from tests.review.story import NOW, REASON, actor
from tests.review.test_paper_pages import type_in, typist  # noqa: F401

MARK = "利用停止中"


def stop(person, staff):
    asked = rights.request(
        kind="stop",
        addressee_number=person.number,
        received_on=date(2027, 2, 1),
        asked="利用停止",
        by=actor(staff["suzuki"]),
        now=NOW,
    )
    rights.approve(asked, by=actor(staff["tanaka"]), now=NOW)


@pytest.mark.req("OPS-04")
def test_row_that_may_be_of_a_stopped_person_says_so_before_and_after_the_choice(
    town, staff, sign_in
):
    take_in(file_of(pension_row(width=49)), "pension_report")
    row = linking.unlinked().get()
    client, url = sign_in("tanaka"), f"/sources/rows/{row.pk}/"

    def marks():
        return client.get(url).content.decode().count(MARK)

    assert marks() == 0
    stop(town["kato"], staff)
    among_candidates = marks()
    proposal = linking.propose(row, town["kato"], by=actor(staff["suzuki"]), reason=REASON, now=NOW)
    proposed = marks()
    linking.confirm(proposal, by=actor(staff["tanaka"]), reason=REASON, now=NOW)

    assert (among_candidates, proposed, marks()) == (1, 2, 1)


@pytest.mark.req("OPS-04")
def test_paper_of_a_stopped_person_says_so_to_who_checks_and_who_corrects(
    town,
    staff,
    typist,  # noqa: F811
    sign_in,
):
    type_in(typist)
    entry = PaperEntry.objects.get()
    checker, url = sign_in("tanaka"), f"/paper/{entry.pk}/"
    assert MARK not in checker.get(url).content.decode()

    stop(town["sato"], staff)

    assert MARK in checker.get(url).content.decode()
    assert MARK in typist.get(url).content.decode()
    checker.post(f"{url}send_back/", {"send_back-seen": 1, "send_back-comment": "違います"})
    assert MARK in typist.get(f"{url}edit/").content.decode()
