"""The pages of the files: hand in, look, release, error lists, and the work list."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.sources.models import Arrival, Entry, LinkProposal
from review.sources.tasks import import_waiting
from tests.review.source_files import file_of, pension_row, salary_row, take_in
from tests.review.story import NOW


def hand_in(client, content, **more):
    about = {
        "kind": "salary_report",
        "tax_year": "R9",
        "received_on": "2027-01-20",
        "file": SimpleUploadedFile("kyuho.csv", content),
    }
    return client.post("/sources/new/", about | more)


@pytest.mark.req("REC-04")
def test_file_is_handed_in_looked_at_and_imported(town, sign_in):
    client = sign_in("suzuki")
    response = hand_in(client, file_of(salary_row(), salary_row("kato", c14="")))
    arrival = Arrival.objects.get()
    assert response.headers["Location"] == f"/sources/{arrival.pk}/"

    before = client.get(f"/sources/{arrival.pk}/").content.decode()
    assert "誤りのある行は1行です。まだ何も取り込んでいません。" in before
    client.post(f"/sources/{arrival.pk}/do/release/")
    assert import_waiting() == 1
    after = client.get(f"/sources/{arrival.pk}/").content.decode()

    assert "E0001" in after
    assert "支払を受ける者－氏名" in after
    assert "想定の様式" in after
    assert SourceDocument.objects.count() == 1


def test_same_file_handed_in_again_leads_to_the_first(town, sign_in):
    client = sign_in("suzuki")
    content = file_of(salary_row())
    first = hand_in(client, content)
    second = hand_in(client, content)

    assert first.headers["Location"] == second.headers["Location"]
    assert Arrival.objects.count() == 1


def test_empty_form_says_what_is_missing(town, sign_in):
    response = sign_in("suzuki").post("/sources/new/", {"kind": "salary_report"})

    assert response.status_code == 422


def test_year_without_a_layout_is_refused(town, sign_in):
    response = hand_in(sign_in("suzuki"), file_of(salary_row()), tax_year="R20")

    assert response.status_code == 422
    assert "この年度の様式が登録されていません" in response.content.decode()


@pytest.mark.req("REC-04")
def test_error_list_comes_as_csv_and_pdf_and_is_written_down(town, sign_in):
    arrival = take_in(file_of(salary_row("kato", c17="x", c5="")))
    client = sign_in("suzuki")

    listed = client.get(f"/sources/{arrival.pk}/errors/csv/").content.decode("utf-8-sig")
    printed = client.get(f"/sources/{arrival.pk}/errors/pdf/")

    assert listed.splitlines()[1] == ("kyuho.csv,1,17,支払金額,E0002,半角数字で入れてください。")
    assert (printed.headers["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    taken = AuditEvent.objects.filter(action="source.errors_taken").order_by("position")
    assert [event.detail["form"] for event in taken] == ["csv", "pdf"]


@pytest.mark.req("REC-05")
def test_work_list_leads_to_the_candidates_and_empties(town, sign_in):
    take_in(file_of(pension_row(width=49)), "pension_report")
    entry = Entry.objects.get()
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    listed = suzuki.get("/sources/unlinked/").content.decode()
    assert f"/sources/rows/{entry.pk}/" in listed
    assert "加藤" not in listed

    shown = suzuki.get(f"/sources/rows/{entry.pk}/").content.decode()
    assert "氏名・フリガナ・生年月日・住所" in shown
    suzuki.post(f"/sources/rows/{entry.pk}/propose/", {"number": "100000002"})
    proposal = LinkProposal.objects.get()
    suzuki.post(f"/sources/links/{proposal.pk}/confirm/")
    assert SourceDocument.objects.count() == 0
    tanaka.post(f"/sources/links/{proposal.pk}/confirm/")

    assert SourceDocument.objects.get().addressee == town["kato"]
    assert "宛名番号未設定の資料はありません" in suzuki.get("/sources/unlinked/").content.decode()
    seen = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"source.entry_viewed", "addressee.viewed", "source.link_proposed"} <= seen


def test_number_on_a_row_s_page_is_masked(town, sign_in):
    take_in(file_of(salary_row("sato", c95="100000000005")))
    page = sign_in("suzuki").get(f"/sources/rows/{Entry.objects.get().pk}/").content.decode()

    assert "********0005" in page
    assert "100000000005" not in page


def test_lists_ask_the_database_equally_often(town, sign_in):
    client = sign_in("suzuki")

    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    take_in(file_of(pension_row(width=49)), "pension_report")
    few = [queries("/sources/"), queries("/sources/unlinked/")]
    for day in range(3):
        rows = pension_row("sato", 49, c47=f"P{day}"), pension_row("kato", 49, c47=f"P{day}")
        take_in(file_of(*rows), "pension_report", now=NOW + timedelta(days=day))
    assert [queries("/sources/"), queries("/sources/unlinked/")] == few


def test_command_imports_and_tells_its_totals(town, tmp_path, capsys):
    path = tmp_path / "kyuho.csv"
    path.write_bytes(file_of(salary_row()))

    call_command("import_sources", "salary_report", str(path), "--tax-year", "R9")
    call_command("import_sources", "salary_report", str(path), "--tax-year", "R9", "--json")

    assert SourceDocument.objects.count() == 1
    assert '"linked": 1' in capsys.readouterr().out


def test_command_refuses_what_differs_from_its_slip(town, tmp_path):
    path = tmp_path / "kyuho.csv"
    path.write_bytes(file_of(salary_row()))

    with pytest.raises(SystemExit) as ended:
        call_command("import_sources", "salary_report", str(path), "--tax-year=R9", "--rows=2")
    assert ended.value.code == 1
    with pytest.raises(CommandError):
        call_command("import_sources", "salary_report", str(path), "--tax-year=R20")
