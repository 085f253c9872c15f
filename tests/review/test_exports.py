"""Lists leave the system only with two people, without names and numbers, and only once."""

import csv
import io

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.cases import exports
from review.cases.models import Case, Export
from review.errors import Refusal
from tests.review.story import NOW, REASON, actor


@pytest.fixture
def asked(filed, sign_in):
    filed.queued()
    sign_in("suzuki").post(
        "/exports/", {"format": "csv", "why": "進み具合の報告", "query": "state=queued"}
    )
    return Export.objects.get()


@pytest.mark.req("ACC-14", "ACC-15")
def test_export_is_asked_for_allowed_by_another_and_taken_once(asked, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    early = suzuki.post(f"/exports/{asked.pk}/take/")
    tanaka.post(f"/exports/{asked.pk}/approve/")
    file = suzuki.post(f"/exports/{asked.pk}/take/")
    again = suzuki.post(f"/exports/{asked.pk}/take/")

    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    case = Case.objects.get()
    assert (early.status_code, again.status_code) == (302, 302)
    assert rows[0] == list(exports.HEAD)
    assert [row[0] for row in rows[1:]] == [case.receipt_number]
    actions = AuditEvent.objects.filter(action__startswith="export.").order_by("position")
    assert [entry.action for entry in actions] == [
        "export.requested",
        "export.approved",
        "export.taken",
    ]


@pytest.mark.req("ACC-09")
def test_export_holds_neither_name_nor_personal_number(asked, sign_in):
    sign_in("tanaka").post(f"/exports/{asked.pk}/approve/")

    file = sign_in("suzuki").post(f"/exports/{asked.pk}/take/").content.decode("utf-8-sig")

    assert "佐藤" not in file
    assert "123456789018" not in file


def test_nobody_allows_an_own_export(asked, staff):
    with pytest.raises(Refusal, match="自分が申請した出力"):
        exports.approve(asked, by=actor(staff["suzuki"]), reason=REASON, now=NOW)


def test_database_refuses_an_own_approval_too(asked, staff):
    with pytest.raises(IntegrityError, match="export_approved_by_another"), transaction.atomic():
        Export.objects.update(approved_by=staff["suzuki"], approved_at=NOW)


def test_only_the_person_who_asked_takes_the_file(asked, sign_in):
    tanaka = sign_in("tanaka")
    tanaka.post(f"/exports/{asked.pk}/approve/")

    assert tanaka.post(f"/exports/{asked.pk}/take/").status_code == 302
    assert Export.objects.get().taken_at is None


def test_cells_never_become_formulas(asked, staff):
    Case.objects.update(procedure='=HYPERLINK("x")')
    Export.objects.update(approved_by=staff["tanaka"], approved_at=NOW, format="xlsx")
    rows = Case.objects.select_related("addressee", "assigned_to")
    _name, content = exports.take(asked, rows, by=actor(staff["suzuki"]), reason=REASON, now=NOW)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cell = sheet["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("x")')
    assert exports._harmless("=1+1") == "'=1+1"
