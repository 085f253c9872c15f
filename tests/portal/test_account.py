"""Accounts: sign-up, log-in, a forgotten password; mails in the city's name without tax data."""

import pytest
from django.test import Client

from tests.portal.post import delivers

pytestmark = pytest.mark.django_db


def test_sign_up_logs_in_and_sends_a_mail_in_the_citys_name(sato):
    sato.signs_up()

    (letter,) = delivers()
    assert letter.to == [sato.email]
    assert letter.subject.startswith("熊本市")
    assert "税金の内容やマイナンバーは書いていません" in letter.body
    assert sato.client.get("/return/start/").status_code == 200


def test_forgotten_password_of_an_unknown_address_looks_the_same(sato):
    sato.signs_up()

    answers = [
        Client().post("/account/password/reset/", {"email": email})
        for email in (sato.email, "nobody@example.jp")
    ]

    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1


def test_short_password_is_refused_beside_the_field():
    fields = {"email": "suzuki@example.jp", "password1": "kuma"}
    answer = Client().post("/account/signup/", fields)

    page = answer.content.decode()
    assert "data-error-summary" in page
    assert 'aria-invalid="true"' in page
    assert "placeholder" not in page


def test_log_out_asks_first_and_then_leads_to_the_landing_page(sato):
    sato.signs_up()

    asked = sato.client.get("/account/logout/")
    done = sato.client.post("/account/logout/")

    assert "ログアウトしますか" in asked.content.decode()
    assert done.headers["Location"] == "/"
    assert sato.client.get("/return/").status_code == 302
