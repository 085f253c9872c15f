"""Signing and submission: one transaction, one receipt, and no number left behind."""

import base64
import re

import pytest
from django.db import connection

from filing.numbers import receipt_number_is_valid
from portal.models import Draft, Event, Notice, ReceiptCounter, Submission

pytestmark = pytest.mark.django_db


def rows_with(secret: bytes) -> list[str]:
    """Return the tables in which these bytes stand anywhere, read as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = [row.encode() for (row,) in cursor.fetchall()]
            if any(secret in row or secret.hex().encode() in row for row in rows):
                found.append(table)
    return found


@pytest.mark.req("POR-01")
def test_signed_return_is_submitted_once_and_gets_a_receipt_number(sato):
    sato.is_ready_to_sign()

    pk = sato.files()

    submission = Submission.objects.get()
    assert submission.pk == pk
    assert receipt_number_is_valid(submission.receipt_number)
    assert Draft.objects.get().state == "submitted"
    page = sato.client.get(f"/filings/{pk}/receipt/").content.decode()
    assert submission.receipt_number in page
    assert submission.sha256 in page


@pytest.mark.req("SIG-01")
@pytest.mark.parametrize("signature", ["", "!!", base64.b64encode(b"x" * 256).decode()])
def test_unsigned_submit_stores_nothing(sato, signature):
    sato.is_ready_to_sign()
    fields = sato.signature_for(sato.prepares()) | {"signature": signature}

    answer = sato.submits(fields)

    assert answer.status_code == 422
    assert "まだ何も送信していません" in answer.content.decode()
    assert not Submission.objects.exists()
    assert not ReceiptCounter.objects.exists()
    assert Draft.objects.get().state == "open"


@pytest.mark.req("SIG-01")
def test_submit_without_preparing_stores_nothing(sato):
    sato.is_ready_to_sign()

    answer = sato.submits({"version": sato.version(), "prepared": "", "signature": ""})

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_double_click_gives_the_first_receipt(sato):
    sato.is_ready_to_sign()
    fields = sato.signature_for(sato.prepares())

    first = sato.submits(fields)
    second = sato.submits(fields)

    assert first.headers["Location"] == second.headers["Location"]
    assert Submission.objects.count() == 1
    assert ReceiptCounter.objects.get().last == 1


def test_second_tab_gives_the_first_receipt(sato):
    sato.is_ready_to_sign()
    version = sato.version()
    pk = sato.files()

    prepared = sato.prepares(version)
    answer = sato.submits({"version": version, "prepared": "", "signature": ""})

    assert prepared.status_code == 422
    assert "もう送信されています" in prepared.json()["error"]
    assert answer.headers["Location"] == f"/filings/{pk}/receipt/"


def test_signature_of_an_older_version_is_refused(sato):
    sato.is_ready_to_sign()
    fields = sato.signature_for(sato.prepares())
    sato.answers("basic/phone", phone="096-999-9999")

    answer = sato.submits(fields)

    assert answer.status_code == 422
    assert "もう一度署名してください" in answer.content.decode()
    assert not Submission.objects.exists()


def test_another_persons_card_cannot_sign(sato, yamada):
    sato.is_ready_to_sign()
    sato.card = yamada.card

    answer = sato.prepares("19")

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_unfinished_return_cannot_be_prepared(sato):
    sato.signs_up().begins().reads_card()

    answer = sato.prepares()

    assert answer.status_code == 422
    assert "まだ入力していないところ" in answer.json()["error"]


def test_fifth_wrong_pin_locks_the_card_on_the_server_too(sato):
    sato.is_ready_to_sign()
    fields = {"certificate": sato.card["certificate"]}

    told = [sato.client.post("/return/R9/sign/wrong-pin/", fields).json()["left"] for _ in range(5)]
    answer = sato.prepares()

    assert told == [4, 3, 2, 1, 0]
    assert answer.status_code == 422
    assert "5回まちがえた" in answer.json()["error"]


@pytest.mark.req("POR-06")
def test_no_number_is_left_in_any_table_after_submission(sato):
    sato.signs_up().begins().reads_card().answers_basics().earns()
    child = "234567890121"
    has_a_child(sato, child)
    sato.answers_page_by_page("relatives")

    pk = sato.files()

    assert rows_with(child.encode()) == []
    assert rows_with(sato.face["personal_number"].encode()) == []
    assert child not in str(Draft.objects.get().content)
    assert child not in str(Submission.objects.get().content)
    assert sato.face["personal_number"] not in str(Draft.objects.get().content)
    assert not child_on_pages(sato, pk, child)


def has_a_child(person, number):
    person.answers("relatives/has", has="yes")
    following = person.answers(
        "relatives/new/person", name="佐藤 一郎", birth_date="2020-04-05", relation="child"
    )
    item = following.split("/")[4]
    person.answers(f"relatives/{item}/living", living="together")
    person.answers(f"relatives/{item}/disability", disability="none")
    person.answers(f"relatives/{item}/number", personal_number=number)


def child_on_pages(person, pk, number):
    """Return the pages that show a number: of the filing, and of what is left of the draft."""
    addresses = [f"/filings/{pk}/{page}" for page in ("", "receipt/", "copy/")]
    secrets = (number, person.face["personal_number"])
    pages = {a: person.client.get(a, follow=True).content.decode() for a in addresses}
    return [a for a, page in pages.items() if any(secret in page for secret in secrets)]


def main_of(page):
    return re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)[0]


def test_receipt_shows_digest_of_the_signed_document_and_survives_reload(sato):
    sato.is_ready_to_sign()
    pk = sato.files()

    first, second = (main_of(sato.client.get(f"/filings/{pk}/receipt/")) for _ in range(2))

    assert first == second
    assert Submission.objects.get().sha256 in first
    assert "data:image/svg+xml" in first


def test_numbers_of_two_residents_follow_each_other_without_a_gap(sato, yamada):
    sato.is_ready_to_sign().files()
    yamada.is_ready_to_sign().submits({"version": "1", "prepared": "", "signature": ""})
    yamada.files()

    numbers = Submission.objects.order_by("submitted_at").values_list("receipt_number", flat=True)

    assert [number.split("-")[1] for number in numbers] == ["0000001", "0000002"]


def test_submission_is_recorded_with_its_actor_and_orders_one_mail(sato):
    sato.is_ready_to_sign().files()

    submission = Submission.objects.get()
    entry = Event.objects.get(action="submit")
    assert entry.actor == f"resident:{submission.resident_id}"
    assert entry.subject == f"submission:{submission.receipt_number}"
    assert [notice.kind for notice in Notice.objects.all()] == ["submitted"]


def test_submitted_draft_takes_no_further_answers(sato):
    sato.is_ready_to_sign()
    version = sato.version()
    pk = sato.files()

    answer = sato.client.post(
        "/return/R9/basic/phone/", {"version": version, "phone": "096-999-9999"}
    )

    assert answer.headers["Location"] == "/return/R9/"
    assert sato.client.get("/return/R9/").headers["Location"] == f"/filings/{pk}/"


def test_copy_shows_the_answers_without_the_numbers(sato):
    sato.is_ready_to_sign()
    pk = sato.files()

    page = sato.client.get(f"/filings/{pk}/copy/").content.decode()

    assert "3,200,000円" in page
    assert sato.face["personal_number"] not in page
