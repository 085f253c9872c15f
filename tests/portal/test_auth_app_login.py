"""Signing in with the デジタル認証アプリ, against the simulator over real HTTP."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import pre_save
from django.test import Client

from portal.identity.person import identity_of
from portal.models import Event, Resident
from signing.keys import generate_signing_key
from tests.portal.conftest import SATO
from tests.portal.phone import Phone

pytestmark = pytest.mark.django_db


def begins_login(browser: Client) -> str:
    answer = browser.post("/account/app/login/", {"next": "/filings/"})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def comes_in(browser: Client, phone: Phone, card: str) -> None:
    back = browser.get(phone.uses(begins_login(browser), card))
    assert back.headers["Location"] == "/filings/", back.content.decode()


def known_subject(phone: Phone) -> str:
    """Return Sato's pseudonym, as the service gives it, and forget the account it was seen in."""
    comes_in(Client(), phone, "sato")
    subject = SocialAccount.objects.get().uid
    SocialAccount.objects.all().delete()
    Resident.objects.all().delete()
    return str(subject)


def nobody_came_in(browser: Client) -> bool:
    inside = browser.get("/filings/").status_code == 200
    return not inside and not Resident.objects.exists() and not SocialAccount.objects.exists()


def test_first_sign_in_makes_an_account_and_asks_for_no_address(phone):
    browser = Client()

    comes_in(browser, phone, "sato")
    browser.post("/account/logout/")
    again = browser.get(phone.uses(begins_login(browser), "sato"))

    assert again.headers["Location"] == "/filings/"
    assert browser.get("/filings/").status_code == 200
    assert SocialAccount.objects.count() == 1
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["account.app_signup", "account.app_login"]
    assert Resident.objects.get().email is None


def test_account_keeps_the_four_attributes_sealed(phone):
    comes_in(Client(), phone, "sato")

    account = SocialAccount.objects.get()
    subject, said = identity_of(account.user)
    assert subject == account.uid
    assert (said.name, said.address) == (SATO.name, SATO.address)
    assert (said.birth_date, said.sex) == (SATO.birth_date, SATO.sex)
    assert set(account.extra_data) == {"sealed"}
    assert SATO.name not in str(account.extra_data)


def test_request_carries_nonce_challenge_and_level_and_nothing_of_the_visitors(phone):
    browser = Client()
    answer = browser.post("/account/app/login/?auth_params=acr_values%3Daal1&scope=sign")

    query = parse_qs(urlsplit(answer.headers["Location"]).query)

    assert set(query["scope"][0].split()) == {"openid", "name", "address", "birthdate", "gender"}
    assert query["code_challenge_method"] == ["S256"]
    assert query["acr_values"] == ["aal3 crl"]
    assert len(query["nonce"][0]) >= 32
    assert len(query["code_challenge"][0]) == 43


def test_cancelling_is_no_fault_and_stores_nothing(phone):
    browser = Client()

    answer = browser.get(phone.cancels(begins_login(browser)))

    assert answer.status_code == 200
    assert "取りやめました" in answer.content.decode()
    assert nobody_came_in(browser)


@pytest.mark.parametrize("state", ["", "x" * 16])
def test_answer_to_a_question_never_asked_is_refused(phone, state):
    browser = Client()
    begins_login(browser)

    answer = browser.get("/account/app/callback/", {"code": "x", "state": state})

    assert answer.status_code == 403
    assert "この画面からは続けられません" in answer.content.decode()
    assert nobody_came_in(browser)


def test_answer_to_another_browsers_question_is_refused(phone):
    back = phone.uses(begins_login(Client()), "sato")
    victim = Client()
    begins_login(victim)

    answer = victim.get(back)

    assert answer.status_code == 403
    assert nobody_came_in(victim)


def test_code_works_once(phone):
    browser, other = Client(), Client()
    back = phone.uses(begins_login(browser), "sato")
    code = parse_qs(urlsplit(back).query)["code"][0]
    browser.get(back)
    state = parse_qs(urlsplit(begins_login(other)).query)["state"][0]

    answer = other.get(f"/account/app/callback/?{urlencode({'code': code, 'state': state})}")

    assert answer.status_code == 403
    assert other.get("/filings/").status_code == 302
    assert Resident.objects.count() == 1


def test_account_that_another_browser_makes_meanwhile_is_made_once(phone):
    """The other one commits between this one's look for the account and its own making of it."""
    browser = Client()
    back = phone.uses(begins_login(browser), "sato")
    subject = known_subject(phone)

    def other_makes_it(instance, **_told):
        pre_save.disconnect(other_makes_it, sender=Resident)
        theirs = Resident.objects.create_user("")
        SocialAccount.objects.create(user=theirs, provider="auth_app", uid=subject)

    pre_save.connect(other_makes_it, sender=Resident)
    try:
        answer = browser.get(back)
    finally:
        pre_save.disconnect(other_makes_it, sender=Resident)

    assert answer.status_code == 403
    assert "別の画面で先に進んでいます" in answer.content.decode()
    assert browser.get("/filings/").status_code == 302


def test_id_token_for_another_question_is_refused(phone):
    browser = Client()
    address = begins_login(browser)
    asked = parse_qs(urlsplit(address).query)["nonce"][0]

    answer = browser.get(phone.uses(address.replace(asked, "n" * len(asked)), "sato"))

    assert answer.status_code == 403
    assert "本人の確認ができませんでした" in answer.content.decode()
    assert nobody_came_in(browser)


def test_code_without_the_verifier_of_its_challenge_is_refused(phone):
    browser = Client()
    address = begins_login(browser)
    asked = parse_qs(urlsplit(address).query)["code_challenge"][0]

    answer = browser.get(phone.uses(address.replace(asked, "c" * 43), "sato"))

    assert answer.status_code == 403
    assert nobody_came_in(browser)


def test_rotated_key_of_the_service_is_fetched_anew_once(phone):
    comes_in(Client(), phone, "yamada")
    phone.service.key = generate_signing_key("app-2027")

    browser = Client()
    answer = browser.get(phone.uses(begins_login(browser), "yamada"))

    assert answer.headers["Location"] == "/filings/"


def test_token_signed_by_a_stranger_under_a_known_key_id_is_refused(phone):
    comes_in(Client(), phone, "yamada")
    phone.service.key = generate_signing_key("app-2026")

    browser = Client()
    answer = browser.get(phone.uses(begins_login(browser), "yamada"))

    assert answer.status_code == 403
    assert browser.get("/filings/").status_code == 302


def test_service_that_is_down_is_named_with_the_remedy(phone, settings):
    browser = Client()
    back = phone.uses(begins_login(browser), "sato")
    settings.AUTH_APP_URL = "http://127.0.0.1:9"

    answer = browser.get(back)

    assert answer.status_code == 503
    assert "時間をおいて" in answer.content.decode()
    assert nobody_came_in(browser)


def test_three_wrong_pins_lock_the_card_and_say_where_to_unlock_it(phone):
    browser = Client()
    for _ in range(2):
        again = phone.tries(begins_login(browser), "sato", "0000")
        assert "暗証番号がちがいます" in again.text

    answer = browser.get(phone.uses(begins_login(browser), "sato", "0000"))

    assert answer.status_code == 403
    assert "窓口で、ロックの解除" in answer.content.decode()
    assert nobody_came_in(browser)


def test_app_is_offered_only_where_the_portal_is_registered(phone, settings):
    assert "デジタル認証アプリでログイン" in Client().get("/account/login/").content.decode()

    settings.AUTH_APP_URL = ""

    assert "デジタル認証アプリでログイン" not in Client().get("/account/login/").content.decode()
    assert Client().post("/account/app/login/").status_code == 404
