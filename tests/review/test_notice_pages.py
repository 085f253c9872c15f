"""The pages of notices: orders, files, employers, returned mail, and who may take 個人番号."""

from datetime import timedelta

import pytest

from review.addressees.models import Business
from review.audit.models import AuditEvent
from review.notices import counting, tasks
from review.notices.deadlines import deadlines, undecided
from review.notices.models import IssuedDocument, Order, PrintFile, ReturnedMail
from tests.review import handing
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import NOW

ADDRESS = "熊本市中央区手取1番1号"


@pytest.fixture
def workers(db, staff):
    people = [resident(serial) for serial in range(3)]
    for person in people[:2]:
        person.salary()
    people[2].salary(flags=["ordinary_collection"])
    run_year(staff)
    return people


def ordered(sign_in, **given):
    """Suzuki proposes on the page, Tanaka confirms there, the worker makes the files."""
    sign_in("suzuki").post("/notices/propose/", {"tax_year": "R9", "channel": "paper"} | given)
    order = Order.objects.latest("pk")
    sign_in("tanaka").post(f"/notices/orders/{order.pk}/confirm/")
    tasks.work()
    order.refresh_from_db()
    return order


@pytest.mark.req("NOT-13")
@pytest.mark.req("NOT-12")
def test_notices_are_ordered_confirmed_taken_and_handed_over(workers, staff, sign_in):
    suzuki = sign_in("suzuki")
    page = suzuki.get("/notices/").content.decode()
    assert "特別徴収税額通知書" in page
    assert "2027年5月31日" in page

    suzuki.post("/notices/propose/", {"kind": "ordinary", "tax_year": "R9", "channel": "paper"})
    own = Order.objects.get()
    suzuki.post(f"/notices/orders/{own.pk}/confirm/")
    own.refresh_from_db()
    assert own.state == "proposed"
    sign_in("tanaka").post(f"/notices/orders/{own.pk}/confirm/")
    tasks.work()
    file = PrintFile.objects.get()

    suzuki = sign_in("suzuki")
    refused = suzuki.post(f"/notices/files/{file.pk}/take/", follow=True).content.decode()
    assert "公開鍵がありません" in refused
    handing.enter(staff)
    name, content, slip = handing.downloaded(suzuki.post(f"/notices/files/{file.pk}/take/"))
    inside = handing.unzipped(content)
    assert (name, slip["count"]) == (f"{file.name}.zip", 1)
    assert inside[file.name][:5] == b"%PDF-"
    index = inside[f"{file.name}.csv"].decode("utf-8-sig")
    assert index.splitlines()[0].startswith("発行番号")
    suzuki.post(f"/notices/files/{file.pk}/handed/", {"to": "印刷会社", "received": "1"})
    page = suzuki.get("/notices/").content.decode()
    assert "印刷会社" in page
    assert file.sha256 in page


@pytest.mark.req("NOT-07")
def test_file_with_numbers_goes_only_to_whoever_may_see_them(workers, staff, sign_in):
    handing.enter(staff, handing.ELTAX)
    ordered(sign_in, kind="salary", channel="eltax")
    file = PrintFile.objects.get()

    refused = sign_in("suzuki").post(f"/notices/files/{file.pk}/numbers/")
    not_here = sign_in("suzuki").post(f"/notices/files/{file.pk}/take/")
    ono = sign_in("ono")
    taken = ono.post(f"/notices/files/{file.pk}/numbers/")

    assert (refused.status_code, not_here.status_code) == (403, 404)
    number = workers[0].personal_number.encode()
    _name, content, _slip = handing.downloaded(taken)
    assert number in content
    assert number not in taken.content
    assert file.name in ono.get("/notices/").content.decode()
    logged = AuditEvent.objects.filter(action="notices.taken").get()
    assert (logged.actor, logged.detail["count"]) == ("K1008", 3)


@pytest.mark.req("ASM-12")
@pytest.mark.req("NOT-01")
def test_employer_is_found_by_its_number_with_employees_and_tax(workers, sign_in):
    Business.objects.create(
        number="B1",
        name="白川商事",
        name_key="",
        address=ADDRESS,
        corporate_number="7123456789012",
        designated_number="00012345",
        entered_at=NOW,
        entered_by="K1001",
    )
    suzuki = sign_in("suzuki")

    page = suzuki.get("/notices/employers/R9/?q=00012345")
    (row,) = page.context["rows"]
    shown = suzuki.get(f"/notices/employers/R9/{row.at}/")

    assert (row.people, row.waiting) == (2, 2)
    assert shown.context["total"] == row.total
    assert ADDRESS in shown.content.decode()
    looked = AuditEvent.objects.filter(action="addressee.viewed", actor="K1001")
    assert looked.count() == 2
    ordered(sign_in, kind="salary", employer=str(row.at))
    notice = IssuedDocument.objects.get(kind="employer")
    assert notice.content["address"] == ADDRESS
    suzuki = sign_in("suzuki")
    again = suzuki.get(f"/notices/employers/R9/{row.at}/").content.decode()
    assert f'<th scope="row">{notice.number}</th>' in again
    assert suzuki.get("/notices/employers/R9/999999/").status_code == 404


@pytest.mark.req("NOT-11")
def test_returned_mail_is_looked_into_and_counted_by_year(workers, sign_in):
    ordered(sign_in, kind="ordinary")
    document = IssuedDocument.objects.get()
    suzuki = sign_in("suzuki")
    came = {"number": document.number, "why": "あて所に尋ねあたらない"}

    suzuki.post("/notices/returned/", came | {"returned_on": "2027-06-20"})
    twice = suzuki.post("/notices/returned/", came | {"returned_on": "2027-06-21"}, follow=True)
    mail = ReturnedMail.objects.get()
    assert "すでに登録されています" in twice.content.decode()
    ended = {"outcome": "public", "finding": "実態調査: 居住なし"}
    end = f"/notices/returned/{mail.pk}/end/"
    early = suzuki.post(end, ended | {"ended_on": "2027-06-19"}, follow=True)
    assert "返戻日より前" in early.content.decode()
    suzuki.post(end, ended | {"ended_on": "2027-07-05"})

    mail.refresh_from_db()
    assert (mail.outcome, str(mail.ended_on)) == ("public", "2027-07-05")
    years = suzuki.get("/notices/returned/").context["years"]
    assert years == [{"tax_year": "R9", "counts": [0, 0, 1, 0], "all": 1}]
    actions = AuditEvent.objects.filter(action__startswith="mail.").order_by("position")
    assert [e.action for e in actions] == ["mail.returned", "mail.return_ended"]
    assert {e.addressee_number for e in actions} == {workers[2].row.number}


def test_kept_counts_say_when_they_were_counted_and_are_renewed(workers, sign_in):
    suzuki = sign_in("suzuki")
    live = suzuki.get("/notices/").content.decode()
    assert "に数えたものです" not in live
    at = DECIDED + timedelta(days=1)

    assert counting.count_aged(now=at) == ["R9"]
    assert counting.count_aged(now=at + timedelta(minutes=9)) == []
    page = suzuki.get("/notices/").content.decode()
    kept = {one.kind: one.waiting for one in counting.waiting("R9", now=at).deadlines}

    assert "に数えたものです" in page
    assert "2027/5/11 12:00" in page
    assert kept == {one.kind: one.waiting for one in deadlines("R9", now=at)}
    assert counting.waiting("R9", now=at).undecided == undecided("R9")
    assert counting.count_aged(now=at + timedelta(minutes=10)) == ["R9"]
