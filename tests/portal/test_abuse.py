"""What people and programs do to a site: each gets a clear page, and nothing typed is lost."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from portal.models import Draft

pytestmark = pytest.mark.django_db
PHONE = "/return/R9/basic/phone/"
TRACES = ("Traceback", "OperationalError", "psycopg", "site-packages")


@pytest.fixture
def started(sato):
    return sato.signs_up().begins().reads_card()


def typed_phone(person):
    return Draft.objects.get(resident__asked_email=person.email).content["data"].get("basic", {})


def away(execute, sql, params, many, context):
    """Answer as the database does while it is restarted: to a change of the draft."""
    if sql.startswith("UPDATE") and "portal_draft" in sql:
        raise OperationalError("server closed the connection unexpectedly")
    return execute(sql, params, many, context)


def test_database_away_mid_save_keeps_what_was_typed_for_another_try(started):
    client = Client(raise_request_exception=False)
    client.cookies = started.client.cookies
    fields = {"version": started.version(), "phone": "096-111-2222"}

    with connection.execute_wrapper(away):
        broken = client.post(PHONE, fields)
    page = broken.content.decode()

    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "120")
    assert "いまは保存や表示ができません" in page
    assert not any(trace in page for trace in TRACES)
    again = page.split("data-submit-once")[1].split("</form>")[0]
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again))
    assert kept == fields
    assert client.post(PHONE, kept).status_code == 302
    assert typed_phone(started)["phone"] == "096-111-2222"


def test_page_for_a_database_that_is_away_carries_no_number_back(started):
    client = Client(raise_request_exception=False)
    client.cookies = started.client.cookies
    started.answers("spouse/has", has="yes")
    fields = {"version": started.version(), "personal_number": "123456789018"}

    with connection.execute_wrapper(away):
        broken = client.post("/return/R9/spouse/number/", fields)

    assert broken.status_code == 503
    assert "123456789018" not in broken.content.decode()
    assert (
        "マイナンバーやパスワードは、安全のため、この画面にも残しません。"
        in broken.content.decode()
    )


@pytest.mark.parametrize("bad", ["09\x000", "096\u202e111", "\x1b[31m096", "096\x7f1"])
def test_control_characters_are_refused_beside_the_field(started, bad):
    answer = started.posts("basic/phone", {"phone": bad})

    assert answer.status_code == 422
    assert 'href="#' in answer.content.decode()
    assert typed_phone(started) == {}


def test_ten_megabytes_of_text_are_refused_before_they_are_read(started):
    version = started.version()

    answer = started.posts("basic/phone", {"phone": "0" * 10_000_000}, version)
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")

    assert answer.status_code == 413
    assert "送られた文字が多すぎます。一度に2.5 MBまでです。文字を減らしてください。" in page
    assert "今回送られた分は保存していません。前に保存した内容は、そのまま残っています。" in page
    assert started.version() == version


def test_a_thousand_and_one_fields_are_refused(started):
    fields = {f"field{n}": "x" for n in range(1_001)}

    answer = started.posts("basic/phone", fields)

    assert answer.status_code == 413
    assert "一度に送られた項目が多すぎます" in answer.content.decode()


@pytest.mark.parametrize(
    ("came_from", "leads_back"),
    [("http://testserver/return/R9/basic/phone/", 1), ("https://elsewhere.example/", 0)],
)
def test_too_much_leads_back_to_the_page_it_came_from_and_nowhere_else(
    started, came_from, leads_back
):
    much = {"version": started.version(), "phone": "0" * 10_000_000}

    answer = started.client.post(PHONE, much, headers={"referer": came_from})

    assert answer.content.decode().count(f'href="{came_from}"') == leads_back


def test_field_that_is_posted_twice_counts_once(started):
    answer = started.posts("basic/phone", {"phone": ["096-111-1111", "096-222-2222"]})

    assert answer.status_code == 302
    assert typed_phone(started)["phone"] == "096-222-2222"


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "１"])
def test_version_that_is_none_is_stale_and_saves_nothing(started, version):
    answer = started.client.post(PHONE, {"version": version, "phone": "096-111-2222"})

    assert answer.status_code == 409
    assert "096-111-2222" in answer.content.decode()
    assert typed_phone(started) == {}


@pytest.mark.parametrize("year", ["R1", "R99", "r9", "9"])
def test_year_that_is_not_open_leads_to_the_choice_of_years(started, year):
    answer = started.client.get(f"/return/{year}/basic/phone/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/return/start/")


@pytest.mark.parametrize("year", ["R9%00", "%E4%BB%A4", "R9%0d%0a", "..%2f"])
def test_address_that_is_none_is_not_found(started, year):
    assert started.client.get(f"/return/{year}/basic/phone/").status_code == 404


def test_form_replayed_after_it_was_saved_is_stale(started):
    version = started.version()
    started.posts("basic/phone", {"phone": "096-111-2222"}, version)

    again = started.posts("basic/phone", {"phone": "096-999-9999"}, version)

    assert again.status_code == 409
    assert typed_phone(started)["phone"] == "096-111-2222"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"version=1&phone=%00", b"%", b"=" * 5_000])
def test_body_that_is_no_form_gets_a_clear_page(started, body):
    kind = "application/x-www-form-urlencoded"

    answer = started.client.post(PHONE, body, content_type=kind)

    assert answer.status_code in (400, 409, 422)
    assert not any(trace in answer.content.decode() for trace in TRACES)


def test_broken_multipart_gets_a_clear_page(started):
    answer = started.client.post(PHONE, b"--x\r\nbroken", content_type="multipart/form-data")

    assert answer.status_code in (400, 409)
    assert not any(trace in answer.content.decode() for trace in TRACES)
