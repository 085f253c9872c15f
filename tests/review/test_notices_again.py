"""Notices once more: nobody whose use is stopped is named, on paper of an employer neither."""

import io

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.notices import issuing, orders, printing
from review.notices.models import IssuedDocument, Order
from review.rights import services as rights
from tests.review.small_city import resident, run_year
from tests.review.story import REASON, SYSTEM, actor
from tests.review.test_notice_orders import MAY, SEPTEMBER, carried_out, corrected, text_of


@pytest.fixture
def workers(db, staff):
    """Three employees of one employer."""
    people = [resident(serial) for serial in range(3)]
    for at, person in enumerate(people):
        person.salary(3_000_000 + 500_000 * at)
    run_year(staff)
    return people


def stop(person, staff):
    """Suzuki takes the request to stop the use of a person's data, Tanaka allows it."""
    given = {"kind": "stop", "received_on": MAY.date(), "asked": "利用停止"}
    asked = rights.request(
        addressee_number=person.row.number, by=actor(staff["suzuki"]), now=MAY, **given
    )
    return rights.approve(asked, by=actor(staff["tanaka"]), now=MAY)


def again(file, staff, now=MAY):
    told = {"reason": REASON, "now": now}
    made = orders.propose_reissue(file, channel="paper", by=actor(staff["suzuki"]), **told)
    orders.confirm_order(made, by=actor(staff["tanaka"]), **told)
    return printing.carry_out(made, by=SYSTEM, now=now)


def names_in(content):
    return [row[0] for row in content["tables"][0]["rows"]]


def test_employers_notice_made_again_names_nobody_who_is_stopped(workers, staff):
    (first,) = carried_out(staff, "salary")
    stop(workers[1], staff)

    (second,) = again(first, staff)

    employer, *employees = printing.documents_of(second)
    assert [d.decision.addressee for d in employees] == [workers[0].row, workers[2].row]
    assert names_in(employer.content) == ["市民 0", "市民 2"]
    assert dict(employer.content["facts"])["人数"] == "2人"
    total = sum(d.decision.total for d in employees)
    assert dict(employer.content["facts"])["特別徴収税額の合計"] == f"{total:,}円"
    content = printing.as_made(second)
    assert "市民 1" not in text_of(content)
    assert "市民 2" in text_of(content)


def test_employers_change_notice_made_again_names_nobody_who_is_stopped(workers, staff):
    carried_out(staff, "salary")
    for person in workers[:2]:
        person.document("one_stop", municipality="天草市", donated=40_000)
        corrected(person, staff)
    (first,) = carried_out(staff, "salary_change", now=SEPTEMBER)
    before = first.documents.get(kind="employer_change").content
    assert names_in(before) == ["市民 0", "市民 1"]
    stop(workers[0], staff)

    (second,) = again(first, staff, now=SEPTEMBER)

    employer, *employees = printing.documents_of(second)
    assert names_in(employer.content) == ["市民 1"]
    assert [d.decision.addressee for d in employees] == [workers[1].row]
    assert employer.content["tables"][0]["rows"][0] == before["tables"][0]["rows"][1]
    # What the employer has to pay in is the same: its slips are over all that it withholds.
    assert employer.content["slips"] == before["slips"]


def test_employers_notice_of_stopped_people_alone_is_not_made_again(workers, staff):
    (first,) = carried_out(staff, "salary")
    for person in workers:
        stop(person, staff)

    assert again(first, staff) == []
    assert Order.objects.get(kind="reissue").state == "done"


def test_single_employers_notice_with_a_stopped_name_is_refused(workers, staff, sign_in):
    (first,) = carried_out(staff, "salary")
    document = first.documents.get(kind="employer")
    stopped = stop(workers[1], staff)
    suzuki = sign_in("suzuki")

    with pytest.raises(Refusal, match="利用停止のかかった人の名前"):
        issuing.reissue(document, by=actor(staff["suzuki"]), reason=REASON, now=MAY)
    page = suzuki.post(f"/documents/{document.pk}/reissue/", follow=True)
    assert "利用停止のかかった人の名前" in page.content.decode()

    rights.answer(stopped, answer="解除", by=actor(staff["suzuki"]), now=MAY)
    _row, pdf = issuing.reissue(document, by=actor(staff["suzuki"]), reason=REASON, now=MAY)
    assert "市民 1" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.req("LOG-01")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE notices_order SET made = 99",
        "UPDATE notices_printfile SET received = 99",
        "UPDATE notices_issueddocument SET content = '{}'",
        "DELETE FROM notices_issueddocument",
    ],
)
def test_no_order_file_or_document_changes_without_an_entry(workers, staff, change):
    carried_out(staff, "salary")
    entries = AuditEvent.objects.count()

    def alone():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('review.audited', '', true)")
            cursor.execute(change)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match="only together with an audit entry"):
        alone()

    assert AuditEvent.objects.count() == entries
    assert IssuedDocument.objects.count() == 4
