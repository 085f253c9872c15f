"""Security keys (職員証): registered by the person, approved by another, asked at the log-in."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.staff import keys, services
from review.staff.devices import SecurityKey
from tests.review.authenticator import Authenticator
from tests.review.story import PASSWORD, actor, signed_in

NOW = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)


def options_on(page):
    """Return the question that a page puts to the key."""
    found = re.search(r'data-options="([^"]*)"', page.content.decode())
    return html.unescape(found[1]) if found else ""


@pytest.fixture
def card():
    return Authenticator()


@pytest.fixture
def registered(staff, card):
    """Suzuki registered her card; nobody approved it yet."""
    client = signed_in(staff["suzuki"], reason=False)
    answer = card.register(options_on(client.get("/keys/")))
    assert client.post("/keys/", {"name": "職員証", "answer": answer}).status_code == 302
    return SecurityKey.objects.get()


@pytest.fixture
def approved(registered, staff):
    return keys.approve(registered, decision="市民税第5号", by=actor(staff["mori"]), now=NOW)


def at_second_step():
    client = Client()
    client.post("/login/", {"number": "K1001", "password": PASSWORD})
    return client, client.get("/login/code/")


@pytest.mark.req("ACC-01")
def test_card_and_password_open_the_site(approved, card):
    client, page = at_second_step()

    response = client.post("/login/key/", {"answer": card.answer(options_on(page))})

    assert response.headers["Location"] == "/"
    assert client.get("/cases/").status_code == 200
    entry = AuditEvent.objects.filter(action="login").order_by("-position").first()
    assert entry.detail == {"second_factor": "key"}


@pytest.mark.req("ACC-01")
def test_card_without_the_password_opens_nothing(approved, card):
    response = Client().post("/login/key/", {"answer": "{}"})

    assert response.headers["Location"].startswith("/login/")


def test_card_that_nobody_approved_is_not_asked(registered):
    _client, page = at_second_step()

    assert options_on(page) == ""
    assert "ワンタイムコードを入力" in page.content.decode()


def test_card_is_approved_by_another_person_only(registered, staff):
    with pytest.raises(Refusal, match="自分の職員証"):
        keys.approve(registered, decision="第1号", by=actor(staff["suzuki"]), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecurityKey.objects.update(approved_by="K1001", approved_at=NOW, decision="x")


def test_answer_is_good_once(approved, card):
    client, page = at_second_step()
    answer = card.answer(options_on(page))
    client.post("/login/key/", {"answer": answer})

    again, _page = at_second_step()
    response = again.post("/login/key/", {"answer": answer})

    assert response.headers["Location"] == "/login/code/"
    assert again.get("/cases/").status_code == 302


def test_copied_card_is_found_by_its_count(approved, card):
    client, page = at_second_step()
    client.post("/login/key/", {"answer": card.answer(options_on(page))})
    card.count = 0

    again, page = at_second_step()
    again.post("/login/key/", {"answer": card.answer(options_on(page))})

    assert again.get("/cases/").status_code == 302
    assert AuditEvent.objects.filter(action="login.key_refused", actor="K1001").count() == 1


def test_answer_made_for_another_site_is_refused(approved, card):
    client, page = at_second_step()
    card.origin = "https://localhost.evil.example"

    client.post("/login/key/", {"answer": card.answer(options_on(page))})

    assert client.get("/cases/").status_code == 302


def test_answer_of_another_card_is_refused(approved, card):
    client, page = at_second_step()
    stranger = Authenticator()
    stranger.id = card.id

    client.post("/login/key/", {"answer": stranger.answer(options_on(page))})

    assert client.get("/cases/").status_code == 302


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", '{"id": 1}', "null"])
def test_nonsense_is_refused_without_a_traceback(approved, answer):
    client, _page = at_second_step()

    assert client.post("/login/key/", {"answer": answer}).headers["Location"] == "/login/code/"


@pytest.mark.req("ACC-01")
def test_five_wrong_answers_lock(approved, card):
    client, _page = at_second_step()
    for _ in range(5):
        client.post("/login/key/", {"answer": "{}"})

    assert services.locked_numbers() == {"K1001"}


@pytest.mark.req("ACC-03")
def test_session_of_a_revoked_card_ends_at_the_next_request(approved, card, staff):
    client, page = at_second_step()
    client.post("/login/key/", {"answer": card.answer(options_on(page))})

    keys.revoke(approved, by=actor(staff["mori"]), now=NOW)

    assert client.get("/cases/").headers["Location"].startswith("/login/")


def test_administrator_approves_and_revokes_on_the_persons_page(registered, sign_in):
    client = sign_in("mori")
    page = client.get("/staff/K1001/").content.decode()
    assert f"/staff/keys/{registered.pk}/approve/" in page

    client.post(f"/staff/keys/{registered.pk}/approve/", {"decision": "市民税第6号"})
    assert SecurityKey.objects.get().confirmed
    client.post(f"/staff/keys/{registered.pk}/revoke/")
    assert not SecurityKey.objects.get().confirmed


def test_registration_needs_the_challenge_of_this_session(staff, card):
    client = signed_in(staff["suzuki"], reason=False)
    answer = card.register(options_on(client.get("/keys/")))
    other = signed_in(staff["tanaka"], reason=False)
    other.get("/keys/")

    response = other.post("/keys/", {"name": "職員証", "answer": answer})

    assert response.status_code == 422
    assert SecurityKey.objects.count() == 0
