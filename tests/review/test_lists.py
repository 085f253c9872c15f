"""Every list takes the same number of queries for one row, for three and for fifty."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from review.addressees.models import Addressee
from review.cases.models import Case, Export
from review.reconcile.models import Disagreement
from review.retention.models import Hold
from review.rights.models import RightsRequest
from review.staff.models import StaffMember
from tests.review import city
from tests.review.story import NOW, grant, sato

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


LISTS = {
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
