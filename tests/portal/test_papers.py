"""Papers: taken at the question, cleaned, scanned, shown to nobody else, sent with the return."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from demo.scanner import OWN_WORDS, TEST_VIRUS
from papers import MAX_FILE_BYTES
from portal.models import Draft, Event, Paper, Submission
from portal.papers import pace
from portal.papers.waiting import scan_waiting
from portal.services.retention import erase_contents, purge, warn
from tests.papers import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scanner")]
PHOTOGRAPH = samples.photograph(orientation=6)


@pytest.fixture
def filling(sato):
    return sato.signs_up().begins()


def names() -> list[str]:
    return [paper.name for paper in Paper.objects.all()]


def test_photograph_heic_and_pdf_are_taken_and_sealed(filling):
    answer = filling.attaches(
        ("票.jpg", PHOTOGRAPH), ("IMG_1.HEIC", samples.HEIC), ("証明書.pdf", samples.pdf(2))
    )

    papers = {paper.name: paper for paper in Paper.objects.all()}
    assert answer.status_code == 302
    assert {name: (p.kind, p.pages, p.scan) for name, p in papers.items()} == {
        "票.jpg": ("jpeg", 1, "clean"),
        "IMG_1.HEIC": ("jpeg", 1, "clean"),
        "証明書.pdf": ("pdf", 2, "clean"),
    }
    kept = papers["証明書.pdf"]
    assert kept.content == samples.pdf(2)
    assert kept.sha256 == hashlib.sha256(samples.pdf(2)).hexdigest()
    assert b"%PDF" not in bytes(kept.sealed)
    assert "証明書".encode() not in bytes(kept.sealed_name)
    assert b"nobody" not in papers["票.jpg"].content


def test_paper_is_added_at_the_question_together_with_the_answer(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary"])

    asked = sato.client.get("/return/R9/salaries/new/payer/").content.decode()
    chosen = SimpleUploadedFile("票.jpg", PHOTOGRAPH)
    # A browser posts the box in which nothing was chosen as an empty text.
    fields = {"payer": "くまもと商店", "photograph": chosen, "papers": ""}
    answer = sato.posts("salaries/new/payer", fields)

    assert 'capture="environment"' in asked
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/revenue/")
    assert [(p.name, p.topic) for p in Paper.objects.all()] == [("票.jpg", "salary")]


def test_refused_paper_keeps_the_answer_on_the_page(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary"])

    chosen = SimpleUploadedFile("票.exe", b"MZ")
    answer = sato.posts("salaries/new/payer", {"payer": "くまもと商店", "papers": chosen})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー:" in page
    assert 'value="くまもと商店"' in page
    assert page.count("「票.exe」は受け取れない種類のファイルです。") == 2
    assert Paper.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("写真.jpg", b"<script>alert(1)</script>", "受け取れない種類のファイルです"),
        ("写真.jpg", b"\xff\xd8\xff no picture", "を開けませんでした"),
        ("爆弾.png", samples.bomb(), "画素が多すぎます"),
        ("鍵.pdf", samples.pdf(password="x"), "パスワードがかかっています"),
        ("動く.pdf", samples.pdf_with_action("/JavaScript"), "動く仕掛け"),
        ("荷物.pdf", samples.pdf_and_zip(), "PDFの中に別のファイル"),
        ("長い.pdf", samples.pdf(51), "50ページまで"),
        ("大きい.pdf", b"%PDF-" + b"0" * MAX_FILE_BYTES, "1つのファイルは20MBまで"),
        ("空.pdf", b"", "中身がありません"),
    ],
    ids=lambda value: value[:9] if isinstance(value, str) else "",
)
def test_what_cannot_be_taken_is_named_with_the_remedy(filling, name, content, words):
    answer = filling.attaches((name, content), ("よい.pdf", samples.pdf()))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"「{name}」" in page
    assert words in page
    # What was good is kept, and the page says so.
    assert names() == ["よい.pdf"]


@pytest.mark.req("REL-10")
@pytest.mark.parametrize("content", [TEST_VIRUS, b"%PDF-1.4\n" + OWN_WORDS])
def test_infected_file_is_refused_and_nothing_of_it_is_kept(filling, content):
    answer = filling.attaches(("票.pdf", content))

    assert answer.status_code == 422
    assert "ウイルスが見つかったため" in answer.content.decode()
    assert Paper.objects.count() == 0
    assert Event.objects.filter(action="paper.infected").count() == 1


def test_name_is_shown_without_what_nobody_sees(filling):
    filling.attaches(("../../票\u202egpj\x00.exe", samples.pdf()))

    assert names() == ["票gpj.exe"]


def test_same_file_twice_is_one_paper(filling):
    filling.attaches(("a.pdf", samples.pdf()))
    answer = filling.attaches(("b.pdf", samples.pdf()))

    assert (answer.status_code, names()) == (302, ["a.pdf"])


def test_twenty_papers_and_no_more(filling):
    draft = Draft.objects.get()
    for number in range(20):
        lay(draft, b"%PDF-" + str(number).encode())

    answer = filling.attaches(("a.pdf", samples.pdf()))

    assert answer.status_code == 422
    assert "書類は全部で20個までです" in answer.content.decode()
    assert Paper.objects.count() == 20


def test_twenty_megabytes_in_all_and_no_more(filling):
    lay(Draft.objects.get(), b"%PDF-" + b"0" * (20 * 1024 * 1024 - 400))

    answer = filling.attaches(("a.pdf", samples.pdf()))

    assert "書類は全部で20MBまでです" in answer.content.decode()
    assert Paper.objects.count() == 1


def test_request_that_is_too_large_blames_no_file_for_its_size(filling):
    large = b"%PDF-" + b"0" * (15 * 1024 * 1024)

    answer = filling.attaches(*((f"写真{n}.pdf", large) for n in (1, 2, 3)))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「写真3.pdf」は受け取れませんでした。一度に送れるのは、全部で40MBまでです。" in page
    assert "一度に送る写真を減らして" in page
    assert "1つのファイルは20MBまで" not in page
    assert names() == []


def test_more_than_twenty_files_at_once_are_read_no_further(filling):
    files = [(f"{n}.pdf", b"x") for n in range(22)]

    page = filling.attaches(*files).content.decode()

    assert page.count("書類は全部で20個までです") == 2
    assert "「19.pdf」" in page
    assert "「20.pdf」" not in page


def test_resident_who_sends_file_after_file_is_slowed_down(filling, settings):
    settings.PACE = settings.PACE | {"papers": 60}
    resident, now = Draft.objects.get().resident, timezone.now()
    allowed = [pace.may_add(resident, 20, now=now) for _ in range(4)]
    later = pace.may_add(resident, 20, now=now + timedelta(minutes=1))

    settings.PACE = settings.PACE | {"papers": 0}
    page = filling.attaches(("a.pdf", samples.pdf())).content.decode()

    assert (allowed, later) == ([True, True, True, False], True)
    assert "短い間に送られた書類が多すぎます" in page
    assert Paper.objects.count() == 0


def test_visitor_without_a_session_can_send_no_file(client):
    answer = client.post("/account/login/", {"login": SimpleUploadedFile("a.pdf", b"%PDF-")})

    assert answer.wsgi_request.FILES == {}


def test_paper_is_turned_replaced_and_removed(filling):
    filling.attaches(("a.pdf", samples.pdf(1)), topic="life")
    first = Paper.objects.get()
    address = f"/return/R9/papers/{first.pk}/"

    filling.client.post(f"{address}turn/")
    turned = Paper.objects.get().turn
    filling.client.post(address, {"papers": SimpleUploadedFile("b.pdf", samples.pdf(3))})
    second = Paper.objects.get()
    asked = filling.client.get(f"/return/R9/papers/{second.pk}/remove/").content.decode()
    still = Paper.objects.count()
    filling.client.post(f"/return/R9/papers/{second.pk}/remove/")

    assert (turned, second.name, second.pages, second.topic) == (90, "b.pdf", 3, "life")
    assert ("この書類を外しますか?" in asked, "b.pdf" in asked, still) == (True, True, 1)
    assert Paper.objects.count() == 0
    actions = Event.objects.filter(action__startswith="paper.").order_by("id")
    assert [event.action for event in actions] == [
        *("paper.add", "paper.turn", "paper.replace", "paper.remove")
    ]


def test_pages_are_shown_as_pictures_that_nobody_keeps(filling):
    filling.attaches(("a.pdf", samples.pdf(2)))
    address = f"/return/R9/papers/{Paper.objects.get().pk}/"

    answers = [filling.client.get(f"{address}{name}.jpg") for name in ("small", "1", "2", "3")]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    assert {answer.headers["Content-Type"] for answer in answers[:3]} == {"image/jpeg"}
    assert {answer.headers["Cache-Control"] for answer in answers[:3]} == {"no-store"}
    assert all(answer.content.startswith(b"\xff\xd8\xff") for answer in answers[:3])
    assert filling.client.get(address).content.decode().count("paper-page") == 2


def test_papers_of_another_do_not_exist(filling, yamada):
    filling.attaches(("a.pdf", samples.pdf()))
    yamada.signs_up().begins()
    address = f"/return/R9/papers/{Paper.objects.get().pk}/"

    got = [yamada.client.get(f"{address}{name}").status_code for name in ("", "1.jpg", "small.jpg")]
    posted = [yamada.client.post(f"{address}{name}/").status_code for name in ("turn", "remove")]

    assert (got, posted) == ([404, 404, 404], [404, 404])
    assert Paper.objects.count() == 1


def test_paper_goes_with_the_return_and_its_pages_are_erased_here(sato):
    sato.is_ready_to_sign().attaches(("票.jpg", PHOTOGRAPH), topic="salary")
    digest = Paper.objects.get().sha256

    pk = sato.files()

    paper = Paper.objects.get()
    assert (paper.submission_id, paper.sealed, paper.sealed_thumbnail) == (pk, None, None)
    for page in (f"/filings/{pk}/receipt/", f"/filings/{pk}/copy/"):
        shown = sato.client.get(page).content.decode()
        assert ("票.jpg" in shown, digest in shown) == (True, True)
    held = sato.client.get("/settings/my-data.json").json()["filings"][0]["papers"]
    assert [(one["name"], one["sha256"]) for one in held] == [("票.jpg", digest)]


@pytest.mark.req("POR-11")
def test_return_without_papers_is_taken(sato):
    pk = sato.is_ready_to_sign().files()

    assert Submission.objects.get().pk == pk
    assert Paper.objects.count() == 0


def test_paper_added_after_signing_is_not_sent_unseen(sato):
    sato.is_ready_to_sign()
    signed = sato.signature_for(sato.prepares())
    sato.attaches(("票.jpg", PHOTOGRAPH))

    answer = sato.submits(signed)

    assert answer.status_code == 422
    assert "署名のあとで書類が変わりました" in answer.content.decode()
    assert Submission.objects.count() == 0


def test_scanner_away_holds_the_paper_and_the_signature(sato, settings, clamd):
    sato.is_ready_to_sign()
    settings.SCANNER_ADDRESS = "tcp:127.0.0.1:9"
    answer = sato.attaches(("票.jpg", PHOTOGRAPH))
    check = sato.client.get("/return/R9/check/").content.decode()
    refused = sato.prepares()
    still = scan_waiting(now=timezone.now())
    settings.SCANNER_ADDRESS = clamd.address
    judged = scan_waiting(now=timezone.now() + timedelta(minutes=2))

    assert answer.status_code == 302
    assert 'data-ready="no"' in check
    assert "ウイルス検査を待っている書類があります" in check
    assert (refused.status_code, "ウイルス検査の終わっていない" in refused.json()["error"]) == (
        *(422, True),
    )
    assert (still, judged, Paper.objects.get().scan) == (0, 1, "clean")
    assert 'data-ready="yes"' in sato.client.get("/return/R9/check/").content.decode()


def test_paper_found_infected_later_is_erased_and_left_out(sato, settings, clamd):
    sato.is_ready_to_sign()
    lay(Draft.objects.get(), b"%PDF-1.4\n" + OWN_WORDS, scan="waiting")

    scan_waiting(now=timezone.now())

    paper = Paper.objects.get()
    page = sato.client.get("/return/R9/papers/").content.decode()
    assert (paper.scan, paper.sealed) == ("infected", None)
    assert "ウイルスが見つかったため、中身を消しました" in page
    sato.files()
    assert Paper.objects.count() == 0


def test_database_lets_nothing_unscanned_be_sent(sato):
    pk = sato.is_ready_to_sign().files()
    paper = lay(Draft.objects.get(), b"%PDF-", scan="waiting")

    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(submission_id=pk, sealed=None)


def test_version_two_lists_what_was_sent_and_takes_more(sato):
    pk = sato.is_ready_to_sign().files_with(("票.jpg", PHOTOGRAPH))
    sato.client.post(f"/filings/{pk}/amend/")
    sato.reads_card()

    shown = sato.client.get("/return/R9/papers/").content.decode()
    sato.attaches(("証明書.pdf", samples.pdf()))
    second = sato.files()

    assert "前に送った書類" in shown
    assert "票.jpg" in shown
    sent = Paper.objects.order_by("submission__version")
    assert [(p.name, p.submission_id) for p in sent] == [("票.jpg", pk), ("証明書.pdf", second)]


def test_giving_an_amendment_up_forgets_only_its_own_papers(sato):
    pk = sato.is_ready_to_sign().files_with(("票.jpg", PHOTOGRAPH))
    sato.client.post(f"/filings/{pk}/amend/")
    sato.attaches(("証明書.pdf", samples.pdf()))

    sato.client.post("/return/R9/give-up/")

    assert names() == ["票.jpg"]


def test_papers_go_with_an_idle_draft(sato):
    sato.signs_up().begins().attaches(("票.jpg", PHOTOGRAPH))
    warn(now=timezone.now() + timedelta(days=80))

    purge(timezone.localdate() + timedelta(days=120), dry_run=False, now=timezone.now())

    assert (Draft.objects.count(), Paper.objects.count()) == (0, 0)


def test_names_of_sent_papers_go_with_the_copy_of_the_return(sato):
    pk = sato.is_ready_to_sign().files_with(("票.jpg", PHOTOGRAPH))

    erase_contents(Submission.objects.get(pk=pk), by="batch:purge", now=timezone.now())

    assert Paper.objects.count() == 0


def lay(draft: Draft, content: bytes, scan: str = "clean") -> Paper:
    """Put a paper beside a draft that no reader has looked at."""
    now = timezone.now()
    paper = Paper(draft=draft, topic="other", kind="pdf", pages=1, size=len(content), scan=scan)
    paper.sha256 = hashlib.sha256(content).hexdigest()
    paper.added_at, paper.name, paper.content = now, "票.pdf", content
    paper.scanned_at, paper.scan_due_at = (None, now) if scan == "waiting" else (now, None)
    paper.thumbnail = b"x"
    paper.save()
    return paper
