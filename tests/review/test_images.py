"""Electronic documents have pictures, found by number; notes stand beside them, never in them."""

import csv
import io
import json
import re

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.states import State
from review.images import services
from review.images.models import DocumentNote
from review.sources import storage
from review.sources.models import Arrival
from tests.review import city, story
from tests.review.source_files import file_of, one_stop_row, pension_row, salary_row, take_in
from tests.review.story import NOW, SYSTEM

WIDEST = {f"c{no}": "1" for no in (23, 26, 28, 29, 31, 33, 34, 35, 50, 51, 54, 56, 57, 58, 59)}


@pytest.fixture
def documents(town):
    take_in(file_of(salary_row(), salary_row("kato", **WIDEST)))
    take_in(file_of(pension_row()), "pension_report")
    take_in(file_of(one_stop_row()), "one_stop")
    return list(SourceDocument.objects.order_by("kind", "source"))


@pytest.mark.req("ASM-20")
def test_key_file_names_every_electronic_document_and_its_page(documents, tmp_path, capsys):
    call_command("document_images", "R9", "--to", str(tmp_path), "--json")
    told = json.loads(capsys.readouterr().out)

    rows = list(csv.DictReader(io.StringIO((tmp_path / told["key_file"]).read_text("utf-8"))))
    assert [row["資料番号"] for row in rows] == [one.source for one in documents]
    assert [row["宛名番号"] for row in rows] == [one.addressee.number for one in documents]
    for row in rows:
        pages = PdfReader(tmp_path / row["ファイル"]).pages
        assert len(pages) == len(documents)
        text = pages[int(row["ページ"]) - 1].extract_text()
        assert row["資料番号"] in text.replace("\n", "")
        assert row["宛名番号"] in text
        # Every item stands under its name, none under the program's.
        assert re.findall("[a-z]+[_.][a-z]+", text) == []
        assert city.SATO.personal_number not in text
        assert city.KATO.personal_number not in text
    assert (told["documents"], told["files"]) == (4, 1)


@pytest.mark.req("ASM-20")
def test_same_documents_give_the_same_files(documents, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        services.write_files("R9", folder, by=SYSTEM, now=NOW)

    names = sorted(path.name for path in first.iterdir())
    assert names == ["shiryo-R9-000001.pdf", "shiryokey-R9.csv"]
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


@pytest.mark.req("ASM-20")
def test_document_is_found_by_its_number_or_its_persons_and_shown_as_a_picture(documents, sign_in):
    suzuki = sign_in("suzuki")
    salary = SourceDocument.objects.get(kind="salary_report", addressee__number="100000001")
    for number in (salary.source, city.NUMBERS["sato"]):
        page = suzuki.post("/images/", {"number": number}).content.decode()
        assert f"/images/{salary.pk}/" in page
    picture = suzuki.get(f"/images/{salary.pk}/picture.jpg")

    assert picture.content[:3] == b"\xff\xd8\xff"
    looks = AuditEvent.objects.filter(action="addressee.viewed", actor="K1001")
    assert looks.count() == 3


@pytest.mark.req("ASM-20", "SHK-08")
def test_note_is_put_and_taken_off_and_the_original_stays(documents, sign_in):
    suzuki = sign_in("suzuki")
    shown = SourceDocument.objects.get(kind="pension_report")
    before = shown.content, [storage.open_original(one).read() for one in Arrival.objects.all()]
    suzuki.post(f"/images/{shown.pk}/note/", {"text": "支払者に照会中"})
    note = DocumentNote.objects.get()
    with_note = suzuki.get(f"/images/{shown.pk}/").content.decode()
    suzuki.post(f"/images/notes/{note.pk}/remove/")

    note.refresh_from_db()
    shown.refresh_from_db()
    assert "支払者に照会中" in with_note
    assert (note.removed_by, note.made_by) == ("K1001", "K1001")
    originals = [storage.open_original(one).read() for one in Arrival.objects.all()]
    assert (shown.content, originals) == before
    acts = AuditEvent.objects.filter(action__startswith="document.note").order_by("position")
    assert [entry.action for entry in acts] == ["document.note_added", "document.note_removed"]


@pytest.mark.req("ASM-20")
def test_return_is_found_by_its_persons_number_and_leads_to_its_case(filed, staff, sign_in):
    case = story.walk(filed.queued(), State.IMPORTED, staff)
    suzuki = sign_in("suzuki")
    found = suzuki.post("/images/", {"number": city.NUMBERS["sato"]}).content.decode()
    shown = SourceDocument.objects.get()

    assert f"/images/{shown.pk}/" in found
    assert f"/cases/{case.pk}/" in suzuki.get(f"/images/{shown.pk}/").content.decode()


def test_note_holds_no_personal_number(documents, sign_in):
    shown = documents[0]
    given = {"text": f"番号は{city.SATO.personal_number}"}

    assert sign_in("suzuki").post(f"/images/{shown.pk}/note/", given).status_code == 422
    assert not DocumentNote.objects.exists()
