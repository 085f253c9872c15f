"""Every list takes the same number of queries for one row, for three and for fifty."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from review.addressees.models import Addressee
from review.audit.services import record, record_by
from review.cases.models import Case, Export
from review.reconcile.models import Disagreement
from review.retention.models import Hold
from review.rights.models import RightsRequest
from review.staff.models import StaffMember
from review.transfers.models import HandOver, LinkFile, UseRequest
from tests.review import city
from tests.review.story import NOW, SYSTEM, engage, grant, sato

ROWS = (1, 3, 50)


def cases(filed, number):
    filed.queued(at=NOW + timedelta(seconds=number))


def cases_of_a_person(filed, number):
    case = filed.queued(at=NOW + timedelta(seconds=number))
    Case.objects.filter(pk=case.pk).update(addressee=sato())


def exports(filed, number):
    member = StaffMember.objects.get(number="K1001")
    Export.objects.create(
        format="csv", reason=f"用途{number}", requested_by=member, requested_at=NOW
    )


def people(filed, number):
    # A search that finds one person leads to their page: there is always one more.
    for serial in (number, 999) if number == 0 else (number,):
        enter(serial)


def enter(serial):
    person = Addressee(
        number=f"2{serial:08d}",
        kana="ナカムラ",
        birth_date=date(1980, 1, 1),
        sex="1",
        address="熊本市中央区1",
        address_jan1="",
    )
    person.take_name("中村 一")
    person.save(force_insert=True)


def disagreements(filed, number):
    Disagreement.objects.create(
        tax_year="R9",
        addressee=sato(),
        kind="amount",
        key=f"k{number}",
        label=f"支払者{number}",
        found_at=NOW,
    )


def holds(filed, number):
    Hold.objects.create(
        kind="appeal",
        addressee_number=city.NUMBERS["sato"],
        reason=f"第{number}号",
        set_by="K1001",
        set_at=NOW,
    )


def requests(filed, number):
    RightsRequest.objects.create(
        number=number + 1,
        kind="disclosure",
        addressee=sato(),
        received_on=date(2027, 2, 1),
        asked="すべて",
        requested_by="K1001",
        requested_at=NOW,
    )


def members(filed, number):
    member = StaffMember.objects.create_user(
        f"K3{number:03d}", "x" * 20, name=f"職員{number}", department="市民税課", roles=[]
    )
    grant(member, "clerk")


def log_entries(filed, number):
    with transaction.atomic():
        about = {"addressee_number": city.NUMBERS["sato"], "four_attributes": {"name": "佐藤"}}
        record_by(SYSTEM, "test.seen", reason="試験", now=NOW, **about)


def applications(filed, number):
    row = UseRequest.objects.create(
        number=number + 1,
        target="transfer-01",
        route="linkage",
        basis="条例",
        purpose="支給",
        conditions="なし",
        items=["taxed"],
        starts_on=date(2026, 4, 1),
        ends_on=date(2030, 3, 31),
        applicant="課",
        state="approved",
        requested_by="K1001",
        requested_at=NOW,
        decided_by="K1002",
        decided_at=NOW,
        decision="第1号",
    )
    LinkFile.objects.create(
        request=row,
        target=row.target,
        tax_year="R9",
        run="initial",
        version=number + 1,
        items=row.items,
        state="handed_over",
        name=f"{number}.csv",
        sha256="0" * 64,
        ordered_by="K1001",
        ordered_at=NOW,
        ordered_for="試験",
        sent_at=NOW,
    )


def hand_overs(filed, number):
    HandOver.objects.create(
        number=number + 1,
        contractor="受託者",
        contents="原票",
        medium="箱",
        count=1,
        receipt=f"預-{number}",
        received_by="天草",
        handed_on=date(2027, 2, 1),
        due_on=date(2027, 3, 31),
        handed_by="K1001",
        entered_at=NOW,
    )


def orders(filed, number):
    if number == 0:
        engage("K2001", "小川 直樹", ["contractor"])
    with transaction.atomic():
        given = {"actor": "K2001", "department": "受託者", "terminal": "10.0.0.9", "now": NOW}
        record(action="login", reason="ログイン", **given)
        record(action="maintenance.operated", reason="作業", **given)


LISTS = {
    "log": ("ito", "/audit/", {}, log_entries),
    "maintenance": ("ito", "/audit/maintenance/", {}, orders),
    "transfers": ("tanaka", "/transfers/", {}, applications),
    "transfer target": ("tanaka", "/transfers/to/transfer-01/", {}, applications),
    "transfer report": ("tanaka", "/transfers/report/", {}, applications),
    "hand-overs": ("tanaka", "/transfers/hand-overs/", {}, hand_overs),
    "queue": ("suzuki", "/cases/", {}, cases),
    "today": ("suzuki", "/", {}, cases),
    "search": ("suzuki", "/cases/search/", {"text": "佐藤"}, cases_of_a_person),
    "person": ("suzuki", "/people/{sato}/", {}, cases_of_a_person),
    "people": ("suzuki", "/people/", {"name": "中村 一", "birth_date": "1980-01-01"}, people),
    "exports": ("tanaka", "/exports/", {}, exports),
    "disagreements": ("suzuki", "/disagreements/", {}, disagreements),
    "holds": ("tanaka", "/retention/", {}, holds),
    "rights": ("tanaka", "/rights/", {}, requests),
    "staff": ("mori", "/staff/", {}, members),
    "access table": ("mori", "/staff/table/", {}, members),
}


@pytest.mark.parametrize("name", LISTS)
def test_list_takes_the_same_queries_however_many_rows(filed, sign_in, name):
    who, address, posted, grow = LISTS[name]
    client = sign_in(who)
    address = address.format(sato=sato().pk)
    queries, grown = [], 0
    for rows in ROWS:
        while grown < rows:
            grow(filed, grown)
            grown += 1
        # The first look at a page warms what is cached for the process.
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                page = client.post(address, posted) if posted else client.get(address)
        assert page.status_code == 200, (name, page.status_code)
        queries.append(len(captured))

    assert queries == [queries[0]] * len(ROWS)
