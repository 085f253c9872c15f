"""What belongs to other municipalities goes there: confirmed by another, once; kept here."""

import csv
import hashlib
import io
import zipfile
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from review.audit.models import AuditEvent
from review.cases import actions
from review.cases.models import Original
from review.cases.states import State
from review.errors import Refusal
from review.forwarding import queries, services
from review.forwarding.models import ForwardedItem, Forwarding
from review.sources import storage
from tests.review import city, handing, source_files, story
from tests.review.story import NOW, REASON, actor

FUKUOKA = "福岡県福岡市"


@pytest.fixture
def moved(filed, staff):
    """Sato lived in Fukuoka on 1 January; Suzuki decided to forward her return."""
    case = filed.queued(filed.document(address_jan1=f"{FUKUOKA}博多区1番"))
    case = story.walk(case, State.IN_REVIEW, staff)
    return actions.forward(
        case,
        municipality=FUKUOKA,
        by=actor(staff["suzuki"]),
        reason=REASON,
        now=NOW,
        seen=case.revision,
    )


@pytest.fixture
def told(staff):
    """What each act is told beside the thing itself: Suzuki makes, Tanaka confirms, Ono sends."""
    story.grant(staff["ono"], "clerk")
    handing.enter(staff, handing.FUKUOKA)
    cast = {"clerk": staff["suzuki"], "second": staff["tanaka"], "sender": staff["ono"]}
    return {key: {"by": actor(one), "reason": REASON, "now": NOW} for key, one in cast.items()}


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def listed(files):
    return list(csv.DictReader(io.StringIO(files["ichiran.csv"].decode())))


@pytest.mark.req("ASM-05", "SHK-08")
def test_return_goes_to_its_municipality_with_cover_and_list_and_the_original_stays(moved, told):
    original = Original.objects.get()
    before = original.package_bytes()
    assert queries.waiting_by_municipality() == [(FUKUOKA, 1)]

    made = services.make_of_cases(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])
    bundle, content = services.send(made, **told["sender"])

    name, inside, slip = handing.opened(opened(content))
    assert bundle == f"{name}.handover.zip"
    assert (slip["count"], slip["recipient"]) == (1, FUKUOKA)
    files = opened(inside)
    (line,) = listed(files)
    package = original.package()
    assert files[line["ファイル"]] == package.files["return.xml"]
    assert line["SHA-256"] == hashlib.sha256(package.files["return.xml"]).hexdigest()
    assert line["資料番号"] == f"{moved.receipt_number}:1"
    cover = PdfReader(io.BytesIO(files["kaisousho.pdf"])).pages[0].extract_text()
    assert FUKUOKA in cover
    assert city.SATO.personal_number not in cover
    assert name == f"kaisou-{made.number:08d}.zip"
    assert Original.objects.get().package_bytes() == before
    assert queries.waiting_by_municipality() == []
    entry = AuditEvent.objects.get(action="case.sent_on")
    assert entry.addressee_number == city.NUMBERS["sato"]


@pytest.mark.req("SHK-05")
def test_neither_who_decided_nor_who_put_together_confirms(moved, told):
    made = services.make_of_cases(FUKUOKA, **told["second"])
    for who in ("clerk", "second"):
        with pytest.raises(Refusal, match="ほかの職員が確認"):
            services.confirm(made, **told[who])
    with pytest.raises(IntegrityError, match="forwarding_confirmed_by"), transaction.atomic():
        Forwarding.objects.update(confirmed_by=made.made_by, confirmed_at=NOW)
    with pytest.raises(Refusal, match="確認待ち"):
        services.send(made, **told["sender"])


def test_it_is_sent_once_by_somebody_who_may_see_numbers(moved, told):
    made = services.make_of_cases(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])
    with pytest.raises(Refusal, match="個人番号の閲覧の権限"):
        services.send(made, **told["clerk"])
    services.send(made, **told["sender"])
    with pytest.raises(Refusal, match="回送済み"):
        services.send(made, **told["sender"])
    with pytest.raises(Refusal, match="回送を待つ申告はありません"):
        services.make_of_cases(FUKUOKA, **told["clerk"])


def test_without_a_key_it_goes_on_paper_or_not_at_all(moved, told, staff):
    handing.enter(staff, handing.FUKUOKA, key=False)
    made = services.make_of_cases(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])

    with pytest.raises(Refusal, match="公開鍵が登録されていません"):
        services.send(made, **told["sender"])
    name, content = services.send(made, on_paper=True, **told["sender"])

    assert name == f"kaisou-{made.number:08d}.zip"
    assert "kaisousho.pdf" in opened(content)
    entry = AuditEvent.objects.get(action="forwarding.sent")
    assert (entry.detail["route"], "key" in entry.detail) == ("post", False)


def test_what_was_given_up_waits_again(moved, told):
    services.drop(services.make_of_cases(FUKUOKA, **told["clerk"]), **told["clerk"])

    assert services.make_of_cases(FUKUOKA, **told["clerk"]).count == 1


@pytest.mark.req("ASM-05")
def test_lines_of_a_payers_file_go_by_municipality_as_they_came(town, told):
    rows = [
        source_files.salary_row(),
        source_files.salary_row("kato", c139="401307", c138="E-1"),
        source_files.salary_row("kato", c139="401307", c138="E-2"),
        source_files.salary_row("kato", c139="432024", c138="E-3"),
    ]
    arrival = source_files.take_in(source_files.file_of(*rows))
    kept = storage.open_original(arrival).read()
    assert [(one.arrival, one.lines) for one in queries.waiting_files()] == [(arrival, 3)]

    first, second = services.make_of_file(arrival, **told["clerk"])
    services.confirm(first, **told["second"])
    _name, content = services.send(first, **told["sender"])

    assert (first.municipality, first.count) == ("市区町村コード 401307", 2)
    assert (second.municipality, second.count) == ("市区町村コード 432024", 1)
    files = opened(handing.opened(opened(content))[1])
    lines = listed(files)
    sent = list(csv.reader(io.StringIO(files[lines[0]["ファイル"]].decode(arrival.encoding))))
    assert sent == [[str(cell) for cell in row] for row in rows[1:3]]
    assert [line["資料番号"].partition(":")[2] for line in lines] == ["2", "3"]
    assert storage.open_original(arrival).read() == kept
    assert queries.waiting_files() == []
    with pytest.raises(Refusal, match="回送を待つ行はありません"):
        services.make_of_file(arrival, **told["clerk"])


def test_one_document_goes_out_once_says_the_database_too(moved, told):
    made = services.make_of_cases(FUKUOKA, **told["clerk"])
    with pytest.raises(IntegrityError, match="forwarded_case_once"), transaction.atomic():
        ForwardedItem.objects.create(forwarding=made, case=moved)


@pytest.mark.req("ASM-05")
def test_pages_list_what_waits_and_count_what_was_sent(moved, staff, sign_in):
    story.grant(staff["ono"], "clerk", starts_on=date(2026, 4, 1))
    handing.enter(staff, handing.FUKUOKA)
    waiting = sign_in("suzuki").get("/forwarding/").content.decode()
    sign_in("suzuki").post("/forwarding/make/", {"municipality": FUKUOKA})
    made = Forwarding.objects.get()
    sign_in("tanaka").post(f"/forwarding/{made.number}/confirm/")
    ono = sign_in("ono")
    file = ono.post(f"/forwarding/{made.number}/send/")
    page = ono.get("/forwarding/").content.decode()

    assert FUKUOKA in waiting
    assert "ichiran.csv" in opened(handing.downloaded(file)[1])
    assert "回送済み 1回、資料 1件" in page
    assert "佐藤" not in page
