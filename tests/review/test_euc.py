"""Extracts (EUC): only items that the role permits, never a 個人番号, two people, written down."""

import csv
import io

import openpyxl
import pytest

from review.addressees.models import Addressee
from review.audit.models import AuditEvent
from review.cases.models import Export
from review.cases.states import State
from review.euc import datasets as euc
from review.staff.models import RoleGrant
from tests.review import city, story

PEOPLE = {"items": ["number", "name"], "format": "csv", "why": "通知の準備", "ward": ""}


@pytest.fixture
def taken(staff, sign_in):
    """Ask as Suzuki, allow as Tanaka, take as Suzuki; return the response."""

    def go(code, **asked):
        sign_in("suzuki").post(f"/exports/euc/{code}/", asked)
        export = Export.objects.latest("pk")
        sign_in("tanaka").post(f"/exports/{export.pk}/approve/")
        return sign_in("suzuki").post(f"/exports/{export.pk}/take/")

    return go


def read(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.req("ASM-19", "ACC-14")
def test_extract_has_the_items_chosen_and_is_written_down(town, taken):
    rows = read(taken("people", **PEOPLE))

    assert rows == [
        ["宛名番号", "氏名"],
        [city.NUMBERS["sato"], city.SATO.name],
        [city.NUMBERS["kato"], city.KATO.name],
    ]
    entries = AuditEvent.objects.filter(action__startswith="export.").order_by("position")
    assert [(e.action, e.actor) for e in entries] == [
        ("export.requested", "K1001"),
        ("export.approved", "K1002"),
        ("export.taken", "K1001"),
    ]
    assert entries.last().detail == {
        "dataset": "people",
        "items": ["number", "name"],
        "query": "",
        "format": "csv",
        "rows": 2,
    }


@pytest.mark.req("ASM-19")
def test_excel_has_the_same(town, taken):
    sheet = openpyxl.load_workbook(
        io.BytesIO(taken("people", **PEOPLE | {"format": "xlsx", "ward": "東区"}).content)
    ).active

    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["宛名番号", "氏名"],
        [city.NUMBERS["kato"], city.KATO.name],
    ]


@pytest.mark.req("ASM-19", "ACC-09")
def test_no_item_reaches_a_personal_number(filed, staff, taken):
    story.walk(filed.queued(), State.IMPORTED, staff)
    for code, dataset in euc.datasets().items():
        items = [item.code for item in dataset.items]
        asked = {"items": items, "format": "csv", "why": "点検", "tax_year": "R9", "ward": ""}
        response = taken(code, **asked)
        text = response.content.decode("utf-8-sig")
        assert text.splitlines()[0] == ",".join(item.label for item in dataset.items)
        assert city.SATO.personal_number not in text
        assert city.KATO.personal_number not in text
        paths = {item.path for item in dataset.items}
        assert not any("sealed" in path or "index" in path for path in paths)


@pytest.mark.req("ASM-19")
def test_role_sees_and_takes_only_its_own_items(town, staff, taken):
    confirmer = story.signed_in(story.engage("K5000", "確 認子", ["confirmer"]))
    page = confirmer.get("/exports/euc/people/").content.decode()
    refused = confirmer.post("/exports/euc/people/", PEOPLE)

    assert 'value="number"' in page
    assert 'value="name"' not in page
    assert refused.status_code == 422
    assert not Export.objects.exists()


@pytest.mark.req("ASM-19")
def test_right_that_ended_after_asking_takes_nothing(town, staff, sign_in):
    sign_in("suzuki").post("/exports/euc/people/", PEOPLE)
    export = Export.objects.get()
    sign_in("tanaka").post(f"/exports/{export.pk}/approve/")
    RoleGrant.objects.filter(member=staff["suzuki"], role="clerk").delete()
    response = sign_in("suzuki").post(f"/exports/{export.pk}/take/", follow=True)

    assert "いまの権限では出力できない" in response.content.decode()
    assert Export.objects.get().taken_at is None


@pytest.mark.req("ASM-19", "SHK-05")
def test_nobody_allows_their_own_extract_or_takes_it_unallowed(town, sign_in):
    suzuki = sign_in("suzuki")
    suzuki.post("/exports/euc/people/", PEOPLE)
    export = Export.objects.get()
    suzuki.post(f"/exports/{export.pk}/approve/")
    suzuki.post(f"/exports/{export.pk}/take/")

    export.refresh_from_db()
    assert (export.approved_at, export.taken_at) == (None, None)
    page = sign_in("tanaka").get("/exports/").content.decode()
    assert "宛名番号・氏名" in page


def test_whom_a_stop_of_use_or_the_mark_protects_is_left_out(town, staff, taken):
    Addressee.objects.filter(number=city.NUMBERS["kato"]).update(restricted=True)
    staff["suzuki"].department = "国保年金課"
    staff["suzuki"].save()

    assert [row[0] for row in read(taken("people", **PEOPLE))[1:]] == [city.NUMBERS["sato"]]


def test_too_many_rows_are_refused_and_not_cut_off(town, taken, monkeypatch):
    monkeypatch.setattr(euc, "MOST_ROWS", 1)

    assert taken("people", **PEOPLE).status_code == 302
    assert Export.objects.get().taken_at is None


def test_unknown_subject_is_no_page(sign_in):
    assert sign_in("suzuki").get("/exports/euc/staff/").status_code == 404
