"""What belongs to other municipalities goes there: confirmed by another, once; kept here."""

import csv
import hashlib
import io
import zipfile
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from lxml import etree
from pypdf import PdfReader

from filing import write_xml
from review.audit.models import AuditEvent
from review.cases import actions
from review.cases.models import Case, Original
from review.cases.states import State
from review.errors import Refusal
from review.forwarding import decisions, queries, services
from review.forwarding.models import ForwardedItem, Forwarding, ForwardingDecision
from review.forwarding.places import municipality_in
from review.sources import linking, storage
from review.sources.models import Entry
from tests.review import city, handing, source_files, story
from tests.review.story import NOW, REASON, actor
from tests.review.test_sources_formats import national

FUKUOKA = "福岡県福岡市"


@pytest.fixture
def elsewhere(filed, staff):
    """Sato lived in Fukuoka on 1 January; Suzuki has her return."""
    case = filed.queued(filed.document(address_jan1=f"{FUKUOKA}博多区1番"))
    return story.walk(case, State.IN_REVIEW, staff)


@pytest.fixture
def proposed(elsewhere, told):
    """Suzuki proposed to forward it."""
    seen = {"municipality": FUKUOKA, "seen": elsewhere.revision}
    return decisions.propose_case(elsewhere, **seen, **told["clerk"])


@pytest.fixture
def moved(elsewhere, proposed, told):
    """Tanaka decided that it goes to Fukuoka."""
    decisions.decide(proposed, **told["second"])
    return Case.objects.get(pk=elsewhere.pk)


@pytest.fixture
def told(staff):
    """What each act is told: Suzuki proposes and makes, Tanaka decides and confirms, Ono sends."""
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

    made = services.make_of_decided(FUKUOKA, **told["clerk"])
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
    sent = Case.objects.get(pk=moved.pk)
    assert (moved.state, sent.state, sent.forwarded_to) == ("in_review", "forwarded", FUKUOKA)
    entry = AuditEvent.objects.get(action="case.sent_on")
    assert entry.addressee_number == city.NUMBERS["sato"]


@pytest.mark.req("SHK-05")
def test_neither_who_proposed_nor_who_put_together_confirms(moved, told):
    made = services.make_of_decided(FUKUOKA, **told["second"])
    for who in ("clerk", "second"):
        with pytest.raises(Refusal, match="ほかの職員が確認"):
            services.confirm(made, **told[who])
    with pytest.raises(IntegrityError, match="forwarding_confirmed_by"), transaction.atomic():
        Forwarding.objects.update(confirmed_by=made.made_by, confirmed_at=NOW)
    with pytest.raises(Refusal, match="確認待ち"):
        services.send(made, **told["sender"])


def test_it_is_sent_once_by_somebody_who_may_see_numbers(moved, told):
    made = services.make_of_decided(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])
    with pytest.raises(Refusal, match="個人番号の閲覧の権限"):
        services.send(made, **told["clerk"])
    services.send(made, **told["sender"])
    with pytest.raises(Refusal, match="回送済み"):
        services.send(made, **told["sender"])
    with pytest.raises(Refusal, match="回送を待つ資料はありません"):
        services.make_of_decided(FUKUOKA, **told["clerk"])


def test_without_a_key_it_goes_on_paper_or_not_at_all(moved, told, staff):
    handing.enter(staff, handing.FUKUOKA, key=False)
    made = services.make_of_decided(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])

    with pytest.raises(Refusal, match="公開鍵が登録されていません"):
        services.send(made, **told["sender"])
    name, content = services.send(made, on_paper=True, **told["sender"])

    assert name == f"kaisou-{made.number:08d}.zip"
    assert "kaisousho.pdf" in opened(content)
    entry = AuditEvent.objects.get(action="forwarding.sent")
    assert (entry.detail["route"], "key" in entry.detail) == ("post", False)


def test_what_was_given_up_waits_again(moved, told):
    services.drop(services.make_of_decided(FUKUOKA, **told["clerk"]), **told["clerk"])

    assert services.make_of_decided(FUKUOKA, **told["clerk"]).count == 1


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
    made = services.make_of_decided(FUKUOKA, **told["clerk"])
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


@pytest.mark.req("SHK-05", "EXT-07")
def test_a_decision_takes_two_people_and_is_made_once(elsewhere, proposed, told):
    seen = {"municipality": FUKUOKA, "seen": Case.objects.get(pk=elsewhere.pk).revision}
    with pytest.raises(Refusal, match="自分が起案した"):
        decisions.decide(proposed, **told["clerk"])
    with pytest.raises(Refusal, match="すでに起案されています"):
        decisions.propose_case(elsewhere, **seen, **told["clerk"])
    assert queries.waiting_by_municipality() == []
    decisions.decide(proposed, **told["second"])
    with pytest.raises(Refusal, match="すでに決定"):
        decisions.drop(proposed, **told["second"])
    with pytest.raises(IntegrityError, match="one_of_a_case"), transaction.atomic():
        ForwardingDecision.objects.create(case=elsewhere, proposed_by="x", proposed_at=NOW)


@pytest.mark.req("EXT-07")
def test_a_decision_is_taken_back_until_its_return_has_left(moved, proposed, told):
    made = services.make_of_decided(FUKUOKA, **told["clerk"])
    with pytest.raises(Refusal, match="先にその回送を取りやめて"):
        decisions.retract(proposed, **told["clerk"])
    services.drop(made, **told["clerk"])

    decisions.retract(proposed, **told["clerk"])

    assert queries.waiting_by_municipality() == []
    assert Case.objects.get(pk=moved.pk).state == State.IN_REVIEW
    seen = {"municipality": "熊本県八代市", "seen": Case.objects.get(pk=moved.pk).revision}
    again = decisions.propose_case(moved, **seen, **told["clerk"])
    decisions.decide(again, **told["second"])
    made = services.make_of_decided("熊本県八代市", **told["clerk"])
    services.confirm(made, **told["second"])
    services.send(made, on_paper=True, **told["sender"])
    with pytest.raises(Refusal, match="すでに回送しました"):
        decisions.retract(again, **told["clerk"])


def test_a_return_that_was_withdrawn_meanwhile_does_not_go(moved, staff, told):
    made = services.make_of_decided(FUKUOKA, **told["clerk"])
    services.confirm(made, **told["second"])
    actions.withdraw(moved, seen=moved.revision, **told["clerk"])

    with pytest.raises(Refusal, match=moved.receipt_number):
        services.send(made, **told["sender"])

    made.refresh_from_db()
    assert made.state == Forwarding.State.CONFIRMED


@pytest.mark.req("EXT-07", "ASM-05")
def test_a_row_of_nobody_here_is_forwarded_and_leaves_the_work_list(town, told):
    stranger = source_files.salary_row("kato", c14="山田 遠子", c95="", c137="ヤマダ トオコ")
    arrival = source_files.take_in(source_files.file_of(stranger))
    entry = Entry.objects.get()
    made = decisions.propose_entry(entry, municipality=FUKUOKA, **told["clerk"])
    assert linking.unlinked().count() == 1

    decisions.decide(made, **told["second"])

    assert linking.unlinked().count() == 0
    with pytest.raises(Refusal, match="回送を決めた資料"):
        linking.propose(entry, town["kato"], **told["clerk"])
    forwarding = services.make_of_decided(FUKUOKA, **told["clerk"])
    services.confirm(forwarding, **told["second"])
    _name, content = services.send(forwarding, on_paper=True, **told["sender"])
    (line,) = listed(opened(content))
    assert line["資料番号"] == f"{arrival.sha256[:12]}:1"


def test_a_row_that_was_cancelled_meanwhile_is_not_forwarded(town, told):
    stranger = source_files.salary_row("kato", c14="山田 遠子", c95="", c137="ヤマダ トオコ")
    source_files.take_in(source_files.file_of(stranger))
    entry = Entry.objects.get()
    made = decisions.propose_entry(entry, municipality=FUKUOKA, **told["clerk"])
    cancelled = [*stranger]
    cancelled[9] = "3"
    source_files.take_in(source_files.file_of(cancelled))

    with pytest.raises(Refusal, match="訂正または取消された"):
        decisions.decide(made, **told["second"])
    with pytest.raises(Refusal, match="訂正または取消された"):
        decisions.propose_entry(entry, municipality=FUKUOKA, **told["clerk"])


@pytest.mark.req("EXT-07")
def test_national_returns_of_other_municipalities_go_as_they_came(filed, told):
    """One return of Kumamoto counts, two of Fukuoka and one of Yatsushiro are sent on."""
    addresses = [f"{FUKUOKA}博多区1番", "熊本県八代市松江城町1", f"{FUKUOKA}東区2"]
    returns = [filed.document(), *(filed.document("kato", address_jan1=one) for one in addresses)]
    content = national(*(("0", write_xml(one)) for one in returns))
    arrival = source_files.take_in(content, "tax_return")
    assert (arrival.counts["good"], arrival.counts["bad"]) == (1, 3)
    assert [(one.arrival, one.lines) for one in queries.waiting_files()] == [(arrival, 3)]

    fukuoka, yatsushiro = sorted(
        services.make_of_file(arrival, **told["clerk"]), key=lambda one: -one.count
    )
    services.confirm(fukuoka, **told["second"])
    _name, content = services.send(fukuoka, on_paper=True, **told["sender"])

    assert (fukuoka.municipality, fukuoka.count) == (FUKUOKA, 2)
    assert (yatsushiro.municipality, yatsushiro.count) == ("熊本県八代市", 1)
    files = opened(content)
    first, second = listed(files)
    assert (first["資料の種類"], first["資料番号"].partition(":")[2]) == ("確定申告書", "2")
    sent = etree.fromstring(files[second["ファイル"]])
    came = etree.fromstring(storage.open_original(arrival).read())
    assert sent.get("様式") == came.get("様式")
    assert [etree.tostring(one, with_tail=False) for one in sent] == [
        etree.tostring(came[place], with_tail=False) for place in (1, 3)
    ]
    assert queries.waiting_files() == []


@pytest.mark.parametrize(
    ("address", "municipality"),
    [
        ("福岡県福岡市博多区1番", "福岡県福岡市"),
        ("熊本県玉名郡南関町関町1", "熊本県玉名郡南関町"),
        ("東京都新宿区市谷本村町5", "東京都新宿区"),
        ("三重県四日市市諏訪町1", "三重県四日市市"),
        ("千葉県市川市八幡1", "千葉県市川市"),
        ("福島県郡山市朝日1", "福島県郡山市"),
        ("神奈川県横浜市中区1", "神奈川県横浜市"),
        ("鹿児島県鹿児島市1", "鹿児島県鹿児島市"),
        ("東京都町田市森野2", "東京都町田市"),
        ("Fukuoka", ""),
    ],
)
def test_municipality_is_read_from_an_address(address, municipality):
    assert municipality_in(address) == municipality
