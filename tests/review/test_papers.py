"""Papers inside: kept untouched, scanned again, seen as pictures only, and gone with their case."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image

from demo.scanner import OWN_WORDS, TEST_VIRUS
from exchange.errors import Refused
from exchange.models import OutboxMessage
from papers import TOPICS
from review.attachments.models import Paper
from review.attachments.queries import content_of
from review.attachments.scanning import scan_waiting
from review.audit.models import AuditEvent
from review.cases import bulk, worklist
from review.cases.intake import receive_submission
from review.cases.models import Case
from review.cases.states import State
from review.retention import erasing, runs
from review.retention.models import Erasure
from tests.papers import samples
from tests.review.story import NOW, actor, grant, walk

LATER = NOW + timedelta(minutes=3)
PDF, PHOTOGRAPH = samples.pdf(2), samples.photograph()
TWO = [("papers/01.pdf", PDF, "票.pdf", 2), ("papers/02.jpg", PHOTOGRAPH, "手帳.jpg", 1)]
VIRUS = [("papers/01.pdf", b"%PDF-1.4\n" + OWN_WORDS, "票.pdf", 1)]


@pytest.fixture
def case(filed, scanner):
    found = filed.queued(papers=TWO)
    scan_waiting(now=LATER)
    return found


def page(case, number=1, query=""):
    return f"/cases/{case.pk}/papers/{number}/page.jpg{query}"


@pytest.mark.req("SHK-08")
def test_papers_arrive_untouched_under_their_digests(case):
    papers = list(Paper.objects.all())

    assert [(p.number, p.name, p.pages, p.turn) for p in papers] == [
        *((1, "票.pdf", 2, 0), (2, "手帳.jpg", 1, 90))
    ]
    assert [content_of(paper) for paper in papers] == [PDF, PHOTOGRAPH]
    assert b"%PDF" not in bytes(case.original.sealed)
    assert "手帳".encode() not in bytes(papers[1].sealed_name)


def test_same_package_twice_is_one_set_of_papers(filed):
    delivery = filed.delivery(papers=TWO)

    receive_submission(delivery, now=NOW)
    receive_submission(delivery, now=NOW + timedelta(minutes=5))

    assert Paper.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"sha256": "0" * 64}, "papers_differ"),
        ({"kind": "jpeg"}, "papers_differ"),
        ({"file": "papers/09.pdf"}, "malformed_papers"),
        ({"pages": 0}, "malformed_papers"),
        ({"turn": 45}, "malformed_papers"),
        ({"scan": {"outcome": "waiting", "at": NOW.isoformat()}}, "paper_not_scanned"),
        ({"scan": None}, "malformed_papers"),
    ],
)
def test_paper_that_is_not_what_is_said_of_it_is_refused(filed, said, code):
    delivery = filed.delivery(papers=TWO[:1], said=said)

    with pytest.raises(Refused, match=code):
        receive_submission(delivery, now=NOW)

    assert (Case.objects.count(), Paper.objects.count()) == (0, 0)


def test_file_that_nothing_is_said_of_is_refused(filed, monkeypatch):
    monkeypatch.setattr("tests.review.story.said_of", lambda *_a, **_k: {})
    with pytest.raises(Refused, match="malformed_papers"):
        receive_submission(filed.delivery(papers=TWO), now=NOW)


@pytest.mark.req("REL-10")
@pytest.mark.parametrize("content", [TEST_VIRUS, OWN_WORDS], ids=["eicar", "own"])
def test_infected_paper_is_shut_away_flagged_and_opened_by_nobody(
    filed, scanner, sign_in, staff, content
):
    case = filed.queued(papers=[("papers/01.pdf", b"%PDF-1.4\n" + content, "票.pdf", 1)])
    scan_waiting(now=LATER)

    client = sign_in("suzuki")
    viewer = client.get(f"/cases/{case.pk}/papers/1/").content.decode()
    assert Paper.objects.get().scan == "infected"
    assert client.get(page(case)).status_code == 404
    assert "隔離しました" in viewer
    assert "page.jpg" not in viewer
    assert "隔離(ウイルスを検出)" in client.get(f"/cases/{case.pk}/").content.decode()
    assert AuditEvent.objects.filter(action="case.paper_infected").count() == 1
    assert worklist.counts(staff["suzuki"], LATER)["papers"] == 1


def test_nobody_opens_a_paper_before_it_was_scanned_here(filed, sign_in, settings, clamd, staff):
    case = filed.queued(papers=TWO)
    scanned = scan_waiting(now=LATER)
    client = sign_in("suzuki")

    before = client.get(page(case)).status_code
    told = client.get(f"/cases/{case.pk}/papers/1/").content.decode()
    settings.SCANNER_ADDRESS = clamd.address
    again = scan_waiting(now=LATER + timedelta(minutes=2))

    assert (scanned, before, again) == (0, 404, 2)
    assert "まだウイルス検査ができていません" in told
    assert "ウイルスが見つかったという意味ではありません" in told
    assert client.get(page(case)).status_code == 200


@pytest.mark.req("SHK-07")
def test_pages_are_pictures_beside_the_return_and_each_look_is_written_down(case, sign_in):
    client = sign_in("suzuki")

    viewer = client.get(f"/cases/{case.pk}/papers/1/?page=2&turn=90&near=2").content.decode()
    answer = client.get(page(case, 1, "?page=2&turn=90&near=2"))

    assert "株式会社くまもと商店" in viewer
    assert "page=2&amp;turn=90&amp;near=2" in viewer
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == ("JPEG", (2200, 1555))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    look = AuditEvent.objects.get(action="case.paper_viewed")
    assert (look.actor, look.subject, look.detail) == (
        *("K1001", case.subject),
        {"paper": 1, "page": 2},
    )


@pytest.mark.req("SHK-07")
def test_each_part_held_against_a_paper_records_who_did_it_and_how(case, sign_in, staff):
    case = walk(case, State.IN_REVIEW, staff)
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    part = {"tick-seen": case.revision, "tick-item": "answers.salaries.0"}
    viewer = f"/cases/{case.pk}/papers/1/"
    assert "添付書類と照合した" in suzuki.get(viewer).content.decode()
    url = f"/cases/{case.pk}/do/tick/"

    back = suzuki.post(url, part | {"tick-method": "attachment", "tick-paper": 1})
    suzuki.post(url, part | {"tick-method": "attachment"})
    tanaka.post(url, part | {"tick-method": "asked"})

    assert back.headers["Location"] == viewer
    kept = case.ticks.order_by("id").values_list("item", "method", "by__number")
    assert list(kept) == [
        ("answers.salaries.0", "attachment", "K1001"),
        ("answers.salaries.0", "asked", "K1002"),
    ]
    page = tanaka.get(f"/cases/{case.pk}/").content.decode()
    block = page.split("給与 1")[1].split("</section>")[0]
    assert ("鈴木 一郎" in block, "田中 良子" in block) == (True, True)
    assert ("照合の記録" in page, "case.ticked" in page) == (True, False)
    logged = AuditEvent.objects.filter(action="case.ticked").order_by("position")
    assert list(logged.values_list("actor", flat=True)) == ["K1001", "K1002"]


@pytest.mark.req("SHK-07")
def test_tick_of_a_part_that_is_not_there_or_on_an_old_page_is_refused(case, sign_in, staff):
    case = walk(case, State.IN_REVIEW, staff)
    client = sign_in("suzuki")
    url = f"/cases/{case.pk}/do/tick/"
    part = {"tick-item": "answers.salaries.0", "tick-method": "attachment"}

    old = part | {"tick-seen": case.revision - 1}
    nowhere = part | {"tick-seen": case.revision, "tick-item": "answers.salaries.7"}
    client.post(url, old)
    assert client.post(url, nowhere).status_code == 422

    assert not case.ticks.exists()


def test_paper_lies_as_the_resident_turned_it(case, sign_in):
    answer = sign_in("suzuki").get(page(case, 2))

    assert Image.open(io.BytesIO(answer.content)).size == (80, 120)


@pytest.mark.parametrize("query", ["?page=3", "?page=0", "?turn=45", "?near=9", "?page=x"])
def test_page_that_is_not_there_is_not_found(case, sign_in, query):
    assert sign_in("suzuki").get(page(case, 1, query)).status_code == 404


def test_original_bytes_are_never_sent(case, sign_in):
    client = sign_in("suzuki")
    pages = [f"/cases/{case.pk}/", f"/cases/{case.pk}/papers/1/", page(case)]

    assert not any(b"%PDF" in client.get(url).content for url in pages)


@pytest.mark.parametrize("name", ["ito", "mori", "ono", "yamada"])
def test_paper_opens_for_nobody_who_does_not_work_on_cases(case, sign_in, name):
    client = sign_in(name)

    assert client.get(page(case)).status_code == 403
    assert client.get(f"/cases/{case.pk}/papers/1/").status_code == 403


def test_paper_of_a_procedure_outside_ones_rights_is_refused(case, sign_in, staff):
    grant(staff["yamada"], "clerk", procedure="something-else")
    client = sign_in("yamada")

    got = [client.get(url).status_code for url in (page(case), f"/cases/{case.pk}/papers/1/")]

    assert got == [403, 403]


def test_version_two_shows_the_earlier_papers_too(filed, scanner, sign_in):
    document = filed.document()
    first = filed.queued(document, papers=TWO[:1])
    second = filed.queued(replace(document, version=2), at=NOW + timedelta(days=1), papers=TWO[1:])
    scan_waiting(now=NOW + timedelta(days=2))

    shown = sign_in("suzuki").get(f"/cases/{second.pk}/").content.decode()

    assert f"/cases/{second.pk}/papers/1/" in shown
    assert f"/cases/{first.pk}/papers/1/" in shown


def test_case_with_a_shut_paper_is_not_confirmed_in_bulk(filed, scanner, staff):
    case = walk(filed.queued(papers=VIRUS), State.AWAITING_CONFIRMATION, staff)
    scan_waiting(now=LATER)

    line = bulk.preview_confirmation([case], by=actor(staff["tanaka"]))[0]

    assert line.refusal == "開けない添付書類があります。1件ずつ確認してください。"


def test_verdict_changed_past_the_application_is_refused(filed, scanner):
    filed.queued(papers=VIRUS)
    scan_waiting(now=LATER)

    with connection.cursor() as cursor:
        # The whole test is one transaction: forget that something was audited in it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT set_config('review.audited', '', true)")

    with pytest.raises(DatabaseError, match="audit entry"), transaction.atomic():
        Paper.objects.update(scan="clean")


@pytest.mark.req("RET-02")
def test_papers_are_erased_with_their_case_and_found_nowhere(filed, scanner, staff, settings):
    settings.RETENTION_WAITING_DAYS = 7
    walk(filed.queued(papers=TWO), State.IMPORTED, staff)
    scan_waiting(now=LATER)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    listed = runs.propose(date(2035, 4, 1), by=actor(staff["suzuki"]), now=NOW)
    approved = runs.approve(listed, by=actor(staff["tanaka"]), now=NOW)

    erasing.carry_out(approved, by=actor(staff["tanaka"]), now=NOW + timedelta(days=8))

    certificate = Erasure.objects.get(procedure="resident-tax-return")
    assert (certificate.rows["attachments.Paper"], Paper.objects.count()) == (2, 0)
    assert certificate.proof["found"] == []


def test_every_topic_has_words():
    assert all(TOPICS.values())
