"""The pages of the files: hand in, look, release, error lists, and the work list."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

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
from review.transfers import receipts
from tests.review import story
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


@pytest.mark.req("ACC-12")
@pytest.mark.parametrize(
    ("role", "procedure", "answer"),
    [
        ("clerk", "", 302),
        ("clerk", "tax-documents", 302),
        ("clerk", "resident-tax-return", 403),
        ("confirmer", "", 403),
        ("supervisor", "", 403),
        ("entry", "", 403),
        ("contractor", "", 403),
        ("number", "", 403),
        ("reader", "transfer-01", 403),
        ("auditor", "", 403),
        ("admin", "", 403),
    ],
)
def test_only_who_is_permitted_takes_files_from_eltax_in(town, role, procedure, answer):
    member = story.engage("K2000", "試 験子", [])
    story.grant(member, role, procedure=procedure)
    client = story.signed_in(member)

    assert hand_in(client, file_of(salary_row())).status_code == answer
    shown = client.get("/sources/new/").status_code
    assert shown == (200 if answer == 302 else 403)
    assert Arrival.objects.count() == (1 if answer == 302 else 0)


@pytest.mark.req("ACC-12")
def test_who_is_not_permitted_releases_no_file_either(town, sign_in):
    hand_in(sign_in("suzuki"), file_of(salary_row()))
    arrival = Arrival.objects.get()
    member = story.engage("K2000", "試 験子", [])
    story.grant(member, "clerk", procedure="resident-tax-return")
    client = story.signed_in(member)

    assert client.post(f"/sources/{arrival.pk}/do/release/").status_code == 403
    page = client.get("/sources/").content.decode()
    assert "ファイルを受け付ける" not in page


def slip_of(content, **changes):
    said = {
        "system": "国民健康保険システム",
        "at": "2026-11-20T09:00:00+09:00",
        "sha256": hashlib.sha256(content).hexdigest(),
        "count": 1,
    }
    said = {name: value for name, value in (said | changes).items() if value is not None}
    return SimpleUploadedFile("slip.json", json.dumps(said, ensure_ascii=False).encode())


@pytest.mark.req("LOG-08")
def test_file_of_another_office_keeps_the_senders_time_and_digest_beside_ours(town, sign_in):
    content = assistance_file()
    client = sign_in("suzuki")

    hand_in(client, content, kind="public_assistance", sent=slip_of(content))

    (row,) = receipts.report()
    assert (row.system, row.problems) == ("国民健康保険システム", [])
    assert row.sent_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert row.sent_sha256 == row.received_sha256 == hashlib.sha256(content).hexdigest()
    assert row.received_at == Arrival.objects.get().taken_at


@pytest.mark.req("LOG-08")
def test_file_that_is_not_what_the_sender_sent_is_named_and_not_imported(town, sign_in):
    content = assistance_file()
    client = sign_in("suzuki")
    hand_in(client, content, kind="public_assistance", sent=slip_of(content, sha256="0" * 64))
    arrival = Arrival.objects.get()

    page = client.post(f"/sources/{arrival.pk}/do/release/", follow=True).content.decode()

    assert "送信側の票とハッシュ値が違います" in page
    assert Arrival.objects.get().state == "preview"
    assert "ハッシュ値が違います" in client.get("/transfers/report/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": "abc"}, "小文字の16進数64桁"),
        ({"at": "2027-01-20"}, "時差つきの日時"),
        ({"at": None}, "時差つきの日時"),
        ({"count": -1}, "0以上の整数"),
        ({"count": True}, "0以上の整数"),
        ({"system": ""}, "システムの名前"),
    ],
)
def test_slip_that_cannot_be_read_is_refused_by_item(town, sign_in, changes, words):
    content = assistance_file()

    slip = slip_of(content, **changes)
    response = hand_in(sign_in("suzuki"), content, kind="public_assistance", sent=slip)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Arrival.objects.exists()


def assistance_file():
    return "1,R9\r\n".encode("cp932")
