"""The other pages: every page opens for those it is for, and says what it should."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from exchange.models import OutboxMessage
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.states import State
from review.reconcile.models import Disagreement
from review.staff.models import LoginAttempt
from tests.review import city
from tests.review.story import NOW, SALARY, sato, walk


@pytest.fixture
def disputed(filed, staff, settings, tmp_path):
    """An imported case whose return leaves a payment out."""
    settings.YEAR_KEYS_DIR = str(tmp_path / "years")
    content = dict(SALARY) | {"payer": "東町商会", "revenue": 900_000}
    SourceDocument.objects.create(
        tax_year="R9",
        addressee=sato(),
        kind="salary_report",
        source="salary_reports.csv:1",
        content=content,
        received_at=NOW,
    )
    return walk(filed.queued(), State.IMPORTED, staff)


@pytest.mark.parametrize("name", ["suzuki", "tanaka"])
def test_every_page_of_the_work_opens_for_clerks(disputed, sign_in, name):
    client = sign_in(name)
    person = f"/people/{disputed.addressee_id}/"
    case = f"/cases/{disputed.pk}/"

    pages = ["/", "/cases/", case, "/people/", person, f"{person}R9/", "/disagreements/"]
    for url in [*pages, "/exchange/", "/reason/"]:
        assert client.get(url).status_code == 200, url
    for url in ["/audit/", "/staff/"]:
        assert client.get(url).status_code == 403, url


def test_a_sealed_text_whose_key_is_destroyed_is_told_and_not_shown(disputed, sign_in):
    client = sign_in("suzuki")
    year_keys.destroy("R9")

    response = client.get(f"/people/{disputed.addressee_id}/R9/")

    assert response.status_code == 410
    assert "年度の鍵で封をしてあります" in response.content.decode()
    assert "東町商会" not in response.content.decode()


def test_health_needs_nobody(db, client):
    assert json.loads(client.get("/healthz").content) == {"ok": True}


def test_person_is_found_by_number_and_by_name_with_birth_date(town, sign_in):
    client = sign_in("suzuki")

    by_number = client.post("/people/", {"number": "100000001"})
    by_name = client.post("/people/", {"name": "佐藤花子", "birth_date": "1985-04-01"})
    nobody = client.post("/people/", {"number": "999"})

    assert by_number.headers["Location"] == by_name.headers["Location"]
    assert "該当する宛名はありません。" in nobody.content.decode()


def test_name_without_birth_date_is_not_enough(town, sign_in):
    response = sign_in("suzuki").post("/people/", {"name": "佐藤花子"})

    assert response.status_code == 422


@pytest.mark.req("ASM-07")
def test_disagreement_is_decided_by_one_and_confirmed_by_another(disputed, sign_in):
    entry = Disagreement.objects.get(kind="not_declared")
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    given = {"outcome": "reported", "comment": "本人に電話で確認"}

    suzuki.post(f"/disagreements/{entry.pk}/propose/", given)
    suzuki.post(f"/disagreements/{entry.pk}/confirm/")
    entry.refresh_from_db()
    assert (entry.state, entry.proposed_by) == ("proposed", "K1001")
    page = f"/people/{entry.addressee_id}/R9/"
    confirms = f"/disagreements/{entry.pk}/confirm/"
    assert [confirms in who.get(page).content.decode() for who in (suzuki, tanaka)] == [False, True]

    tanaka.post(f"/disagreements/{entry.pk}/confirm/")
    entry.refresh_from_db()
    assert (entry.state, entry.settled_by, entry.outcome) == ("settled", "K1002", "reported")
    assert entry.settled_reason == "申告の審査:当初審査 / 本人に電話で確認"


def test_proposal_is_sent_back(disputed, sign_in):
    entry = Disagreement.objects.get(kind="not_declared")
    given = {"outcome": "declared", "comment": "照会中"}
    sign_in("suzuki").post(f"/disagreements/{entry.pk}/propose/", given)

    sign_in("tanaka").post(f"/disagreements/{entry.pk}/back/")

    entry.refresh_from_db()
    assert (entry.state, entry.proposed_by) == ("open", "")


def test_disagreement_needs_words(disputed, sign_in):
    entry = Disagreement.objects.get(kind="not_declared")

    given = {"outcome": "declared", "comment": ""}
    sign_in("suzuki").post(f"/disagreements/{entry.pk}/propose/", given)

    entry.refresh_from_db()
    assert entry.state == "open"


def test_tax_is_computed_again_by_button(disputed, sign_in):
    client = sign_in("suzuki")
    page = f"/people/{disputed.addressee_id}/R9/"

    client.post(f"{page}assess/")

    assert client.get(page).context["assessment"].basis.revision == 2


@pytest.mark.req("REC-02")
def test_candidate_is_chosen_on_the_page_and_each_look_is_recorded(filed, town, sign_in):
    town["kato"].take_number("100000000005")
    town["kato"].save()
    case = filed.queued(filed.document("kato"), who="kato")
    client = sign_in("suzuki")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "一致: 氏名・フリガナ・生年月日・性別・住所" in page

    data = {"seen": case.revision, "addressee": str(town["kato"].pk)}
    client.post(f"/cases/{case.pk}/addressee/", data)

    case.refresh_from_db()
    assert (case.state, case.addressee) == (State.QUEUED, town["kato"])
    looks = AuditEvent.objects.filter(action="addressee.viewed")
    assert [entry.addressee_number for entry in looks] == [city.NUMBERS["kato"]]


@pytest.mark.req("REC-02")
def test_card_and_number_of_two_people_choose_nobody(filed, town, cards):
    city.link(town["kato"], cards["kato"])
    document = filed.document("kato")
    kato_number = town["kato"]
    kato_number.take_number("100000000005")
    kato_number.save()
    town["sato"].take_number(document.filer.personal_number)
    town["sato"].save()

    case = filed.queued(document, who="kato")

    assert (case.state, case.addressee) == (State.MATCHING, None)
    assert {entry["number"] for entry in case.candidates} == set(city.NUMBERS.values())


def test_version_page_shows_the_difference(filed, sign_in):
    document = filed.document()
    first = filed.queued(document)
    raised = {**document.answers, "salaries": [dict(SALARY) | {"revenue": 3_300_000}]}
    second = filed.queued(
        replace(document, version=2, answers=raised), at=NOW + timedelta(minutes=9)
    )
    client = sign_in("suzuki")

    page = client.get(f"/cases/{second.pk}/").content.decode()
    assert "<del>3,200,000円</del>" in page
    assert "<ins>3,300,000円</ins>" in page
    assert "新しい版があります。" in client.get(f"/cases/{first.pk}/").content.decode()


def test_unreadable_return_still_has_a_page(filed, sign_in):
    case = filed.queued(xml=b"<x/>")

    page = sign_in("suzuki").get(f"/cases/{case.pk}/")

    assert (case.state, page.status_code) == (State.INTAKE_ERROR, 200)
    assert "申告書を読み取れません。" in page.content.decode()


def test_stopped_message_is_sent_again_by_button(filed, sign_in):
    filed.arrive()
    OutboxMessage.objects.update(state="needs_person", last_error="refused")
    message = OutboxMessage.objects.get()
    client = sign_in("suzuki")
    assert str(message.pk) in client.get("/exchange/").content.decode()

    client.post("/exchange/resend/", {"message": [str(message.pk)]})

    message.refresh_from_db()
    assert message.state == "due"
    assert AuditEvent.objects.filter(action="exchange.resent").count() == 1


def test_administrator_sees_and_opens_a_locked_account(staff, sign_in):
    client = sign_in("mori")
    LoginAttempt.objects.bulk_create(
        [LoginAttempt(at=NOW, number="K1001", address="10.0.0.9") for _ in range(5)]
    )
    assert "ロック中" in client.get("/staff/").content.decode()

    client.post("/staff/K1001/unlock/")

    assert "ロック中" not in client.get("/staff/").content.decode()
    assert AuditEvent.objects.get(action="staff.unlocked").subject == "staff:K1001"


def test_unknown_case_is_not_found_and_a_bad_act_too(filed, sign_in):
    case = filed.queued()
    client = sign_in("suzuki")

    assert client.get(f"/cases/{uuid4()}/").status_code == 404
    assert client.post(f"/cases/{case.pk}/do/explode/").status_code == 404
    assert Case.objects.get().state == State.QUEUED


def test_fault_shows_a_page_without_details(filed, sign_in, monkeypatch):
    case = filed.queued()
    client = sign_in("suzuki")
    client.raise_request_exception = False

    def broken(*args):
        raise RuntimeError("123456789018")

    monkeypatch.setattr("review.cases.views.case.blocks_of", broken)
    response = client.get(f"/cases/{case.pk}/")

    assert response.status_code == 500
    assert "処理中に問題が起きました" in response.content.decode()
    assert "123456789018" not in response.content.decode()


def test_case_past_its_date_says_so_wherever_it_is_listed(filed, staff, sign_in):
    case = walk(filed.queued(), State.IN_REVIEW, staff)
    Case.objects.filter(pk=case.pk).update(target_at=timezone.now() - timedelta(days=1))
    client = sign_in("suzuki")

    pages = [
        client.get("/cases/"),
        client.get(f"/cases/{case.pk}/"),
        client.post("/cases/search/", {"text": case.receipt_number}),
    ]

    assert ["超過</span>" in page.content.decode() for page in pages] == [True] * 3


def test_remarks_of_a_case_stand_in_its_row(filed, staff, sign_in):
    case = walk(filed.queued(), State.CORRECTION_REQUESTED, staff)
    yesterday = timezone.localdate() - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(
        trouble="<確かめる>",
        put_aside="資料待ち",
        put_aside_until=yesterday,
        correction_due_on=yesterday,
    )

    page = sign_in("suzuki").get("/cases/").content.decode()

    day = f"{yesterday.month}/{yesterday.day}"
    assert f"<td>&lt;確かめる&gt; 保留 期限切れ {day}</td>" in page
    assert "停止中" in page
