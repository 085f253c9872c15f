"""Requests of the person concerned: disclosure once, correction and stop recorded and respected."""

import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from datetime import date

import pypdf
import pytest
from django.db import IntegrityError, transaction

from review.addressees.models import Addressee
from review.assessment.services import assess_addressee
from review.attachments.models import Paper
from review.audit.models import AuditEvent
from review.cases import exports
from review.cases.models import Case, Export
from review.cases.states import State
from review.errors import Refusal
from review.levy.corrections import confirm_correction, propose_correction
from review.levy.models import Decision
from review.notices.due import first_notices
from review.notices.issuing import issue
from review.paper.models import PaperEntry
from review.retention.deleting import _references
from review.rights import services
from review.rights.disclosure.tables import LEFT_OUT, TABLES, WITHIN
from review.rights.models import RightsRequest
from review.sources.models import Entry, LinkProposal
from tests.papers import samples
from tests.review import city, source_files
from tests.review.small_city import resident
from tests.review.story import NOW, REASON, SYSTEM, actor, sato, walk


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(content):
    return opened(content)["disclosure.json"].decode()


def pdf_text(content):
    pdf = pypdf.PdfReader(io.BytesIO(opened(content)["disclosure.pdf"]))
    return "".join(page.extract_text() for page in pdf.pages)


def asked(by, kind="disclosure", number=city.NUMBERS["sato"]):
    return services.request(
        kind=kind,
        addressee_number=number,
        received_on=date(2027, 2, 1),
        asked="請求書 第1号: すべて",
        by=by,
        now=NOW,
    )


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value.message)


@pytest.mark.req("OPS-04")
def test_disclosure_holds_everything_of_the_person_and_is_taken_once(filed, staff, suzuki, tanaka):
    case = walk(filed.queued(), State.IMPORTED, staff)
    request = asked(suzuki)
    assert "自分が受け付けた請求は承認できません" in refusal(
        lambda: services.approve(request, by=suzuki, now=NOW)
    )
    services.approve(request, by=tanaka, now=NOW)
    assert "受け付けた本人だけ" in refusal(lambda: services.take(request, by=tanaka, now=NOW))

    page = read(services.take(request, by=suzuki, now=NOW))

    for words in (case.receipt_number, sato().name, "株式会社くまもと商店", "3200000", "年税額"):
        assert words in page
    assert city.PEOPLE["sato"].personal_number not in page
    assert city.PEOPLE["sato"].personal_number[-4:] in page
    assert "処理済み" in refusal(lambda: services.take(request, by=suzuki, now=NOW))
    actions = AuditEvent.objects.filter(subject="rights:1").values_list("action", flat=True)
    assert list(actions) == ["rights.requested", "rights.approved", "rights.taken"]


def test_disclosure_says_nothing_of_another_person(filed, suzuki, tanaka):
    other = filed.queued(filed.document("sato"), who="sato")
    Case.objects.filter(pk=other.pk).update(addressee=None)

    request = services.approve(asked(suzuki), by=tanaka, now=NOW)
    page = read(services.take(request, by=suzuki, now=NOW))

    assert other.receipt_number not in page


@pytest.mark.req("OPS-04")
def test_correction_is_recorded_with_its_outcome(town, suzuki, tanaka):
    request = services.approve(asked(suzuki, "correction"), by=tanaka, now=NOW)

    done = services.answer(request, answer="住所を訂正しました。", by=suzuki, now=NOW)

    assert (done.state, done.answer, done.answered_by) == (
        "answered",
        "住所を訂正しました。",
        "K1001",
    )
    assert "ファイルはありません" in refusal(
        lambda: services.take(
            services.approve(asked(suzuki, "correction"), by=tanaka, now=NOW), by=suzuki, now=NOW
        )
    )


@pytest.mark.req("OPS-04")
def test_stop_of_use_is_respected_until_another_lifts_it(filed, staff, suzuki, tanaka):
    case = walk(filed.queued(), State.IMPORTED, staff)
    stop = services.approve(asked(suzuki, "stop"), by=tanaka, now=NOW)

    assert "利用停止がかかっています" in refusal(
        lambda: assess_addressee(sato(), "R9", by=SYSTEM, now=NOW)
    )
    assert case.receipt_number not in exported(suzuki, tanaka)
    assert "もう利用停止" in refusal(
        lambda: services.approve(asked(suzuki, "stop"), by=tanaka, now=NOW)
    )
    assert "自分が承認した利用停止" in refusal(
        lambda: services.answer(stop, answer="解除", by=tanaka, now=NOW)
    )
    services.answer(stop, answer="決定の取消し", by=suzuki, now=NOW)

    assess_addressee(sato(), "R9", by=SYSTEM, now=NOW)
    assert case.receipt_number in exported(suzuki, tanaka)


def exported(suzuki, tanaka):
    options = {"reason": REASON, "now": NOW}
    one = exports.request(query="", format_="csv", why="点検", by=suzuki, **options)
    exports.approve(one, by=tanaka, **options)
    _name, content = exports.take(
        Export.objects.get(pk=one.pk), Case.objects.all(), by=suzuki, **options
    )
    return content.decode()


def test_database_refuses_a_request_decided_by_who_wrote_it_down(town, suzuki):
    request = asked(suzuki)

    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(approved_by="K1001", approved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(state="approved")


def test_pages_walk_a_disclosure_through(town, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    form = {
        "kind": "disclosure",
        "addressee_number": city.NUMBERS["sato"],
        "received_on": "2027-02-01",
        "asked": "第1号",
    }

    unknown = suzuki.post("/rights/", form | {"addressee_number": "999"})
    suzuki.post("/rights/", form)
    tanaka.post("/rights/1/approve/")
    file = suzuki.post("/rights/1/file/take/")
    again = suzuki.post("/rights/1/file/take/", follow=True)

    assert unknown.status_code == 422
    assert "番号を確認してください" in unknown.content.decode()
    assert file["Content-Disposition"] == 'attachment; filename="disclosure-1.zip"'
    assert "保有個人情報の開示" in pdf_text(file.content)
    assert "いま「処理済み」です" in again.content.decode()


def test_refusal_of_a_request_needs_its_reason(town, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    form = {
        "kind": "stop",
        "addressee_number": city.NUMBERS["sato"],
        "received_on": "2027-02-01",
        "asked": "第2号",
    }
    suzuki.post("/rights/", form)

    empty = tanaka.post("/rights/1/refuse/", {"answer": ""})
    tanaka.post("/rights/1/refuse/", {"answer": "適法に取得しているため"})

    assert empty.status_code == 422
    assert RightsRequest.objects.get().state == "refused"


@pytest.mark.req("OPS-04")
def test_pdf_and_json_say_the_same_and_the_papers_lie_beside(filed, staff, suzuki, tanaka, clamd):
    slip = samples.pdf(1)
    case = filed.queued(papers=[("papers/01.pdf", slip)])
    Paper.objects.update(scan="clean", scanned_at=NOW, scan_due_at=None)
    request = services.approve(asked(suzuki), by=tanaka, now=NOW)

    content = services.take(request, by=suzuki, now=NOW)

    files = opened(content)
    assert files[f"papers/{case.receipt_number}-1-1.pdf"] == slip
    said = json.loads(files["disclosure.json"])
    shown = re.sub(r"\s|\u200b", "", pdf_text(content))
    facts = [f for s in said["sections"] for r in s["records"] for f in r["facts"]]
    assert len(facts) > 30
    for _name, value in facts:
        assert re.sub(r"\s", "", value) in shown, value
    assert RightsRequest.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_a_paper_that_was_not_scanned_is_named_and_not_handed_out(filed, suzuki, tanaka):
    case = filed.queued(papers=[("papers/01.pdf", samples.pdf(1))])
    request = services.approve(asked(suzuki), by=tanaka, now=NOW)

    files = opened(services.take(request, by=suzuki, now=NOW))

    assert not [name for name in files if name.startswith("papers/")]
    (missing,) = json.loads(files["disclosure.json"])["missing"]
    assert missing.startswith(f"papers/{case.receipt_number}-1-1.pdf")


def naming(model, seen):
    """Return every model that a person's rows lead to, by the references that erasing follows."""
    for child, _field in _references(model):
        if child not in seen:
            seen.add(child)
            naming(child, seen)
    return {one._meta.label for one in seen}


@pytest.mark.req("OPS-04")
def test_every_table_that_leads_to_a_person_is_shown_or_left_out_with_a_reason(db):
    shown = {table.model._meta.label for table in TABLES}

    assert naming(Addressee, set()) - shown - WITHIN.keys() - LEFT_OUT.keys() == set()
    assert not (WITHIN.keys() | shown) & LEFT_OUT.keys()


@pytest.mark.req("OPS-04")
def test_nothing_is_shown_twice_but_to_the_two_whom_it_is_about():
    counted = Counter(table.model._meta.label for table in TABLES)

    assert {label for label, times in counted.items() if times > 1} == {"letters.Letter"}


@pytest.mark.req("OPS-04")
def test_stop_of_use_stands_wherever_staff_decide(filed, staff, sign_in, suzuki, tanaka):
    case = walk(filed.queued(), State.IMPORTED, staff)
    pages = (f"/cases/{case.pk}/", f"/people/{sato().pk}/", f"/people/{sato().pk}/R9/")
    client = sign_in("suzuki")
    assert not [url for url in pages if "利用停止中" in client.get(url).content.decode()]

    services.approve(asked(suzuki, "stop"), by=tanaka, now=NOW)

    for url in pages:
        page = client.get(url).content.decode()
        assert "利用停止中" in page, url
        assert "請求1(" in page, url


@pytest.mark.req("OPS-04")
def test_stop_of_use_stands_in_the_lists_of_rows_and_paper_entries(filed, staff, sign_in, tanaka):
    case = filed.queued()
    source_files.take_in(source_files.file_of(source_files.salary_row(c95="100000000005")))
    row = Entry.objects.filter(addressee=None).first()
    about = {"addressee": case.addressee, "score": 1, "proposed_by": "K1001", "proposed_at": NOW}
    LinkProposal.objects.create(entry=row, **about)
    PaperEntry.objects.create(
        channel="counter", tax_year="R9", received_on=NOW.date(), identity={}, sealed=b"",
        corrects=case, entered_by=staff["suzuki"], entered_at=NOW,
    )  # fmt: skip
    pages = ("/sources/unlinked/", "/paper/")
    client = sign_in("suzuki")
    marks = [client.get(url).content.decode().count("利用停止中") for url in pages]

    services.approve(asked(actor(staff["suzuki"]), "stop"), by=tanaka, now=NOW)

    assert marks == [0, 0]
    assert [client.get(url).content.decode().count("利用停止中") for url in pages] == [1, 1]


@pytest.mark.req("OPS-04")
def test_nothing_is_decided_issued_or_printed_while_a_stop_is_in_force(
    db, staff, sign_in, suzuki, tanaka
):
    worker = resident(1)
    worker.document("pension_report", payer="日本年金機構", revenue=3_000_000)
    later = {"reason": REASON, "now": NOW}
    about = {"cause": "late_return", "remark": "期限後"}
    decision = propose_correction(worker.row, "R9", **about, by=suzuki, **later)
    number = worker.row.number
    stop = services.approve(asked(suzuki, "stop", number), by=tanaka, now=NOW)

    assert "利用停止" in refusal(lambda: confirm_correction(decision, by=tanaka, **later))
    Decision.objects.update(
        state="decided", confirmed_by="K1002", decided_on=NOW.date(), month=date(2027, 2, 1)
    )
    decision.refresh_from_db()
    assert "利用停止" in refusal(lambda: issue(decision, "certificate", by=suzuki, **later))
    assert first_notices("R9").count() == 0

    services.answer(stop, answer="取消し", by=suzuki, now=NOW)
    assert first_notices("R9").count() == 1
    assert "取消し" in sign_in("suzuki").get(f"/people/{worker.row.pk}/").content.decode()
