"""Reading the card and signing with the デジタル認証アプリ, against the simulator over HTTP."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.models import Draft, PreparedSignature, ReceiptCounter, Submission
from portal.services.drafts import situation_of
from signing.demo import DemoPki
from tests.portal.conftest import SATO, YAMADA
from tests.portal.phone import Phone
from tests.portal.story import NUMBER_PIN, SIGNING_PIN, Person

pytestmark = pytest.mark.django_db
READ, SIGN = "/account/app/read/R9/", "/account/app/sign/R9/"


def reads(person: Person, phone: Phone, card: str, number: str = "") -> str:
    """Type the number, and return the path that the app sends the browser back to."""
    fields = {"version": person.version(), "personal_number": number or SATO.personal_number}
    answer = person.client.post(READ, fields)
    assert answer.status_code == 302, answer.content.decode()
    return phone.uses(answer.headers["Location"], card)


def asks_to_sign(person: Person) -> str:
    answer = person.client.post(SIGN, {"version": person.version()})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def nothing_was_sent(person: Person) -> bool:
    sent = Submission.objects.exists() or ReceiptCounter.objects.exists()
    return not sent and Draft.objects.get().state == "open"


def test_card_read_with_the_app_takes_the_attributes_from_the_certificate(sato, phone):
    sato.signs_up().begins()

    answer = sato.client.get(reads(sato, phone, "sato", "1234-5678-9018"))

    assert answer.headers["Location"] == "/return/R9/basic/contact/"
    card = situation_of(Draft.objects.get()).card
    assert (card["name"], card["address"]) == (SATO.name, SATO.address)
    assert (card["birth_date"], card["sex"]) == (SATO.birth_date.isoformat(), SATO.sex)
    assert card["personal_number"] == SATO.personal_number


@pytest.mark.parametrize("number", ["", "123456789012", "abc"])
def test_number_that_cannot_be_one_is_refused_before_the_app_opens(sato, phone, number):
    sato.signs_up().begins()

    fields = {"version": "1", "personal_number": number}
    answer = sato.client.post(READ, fields, follow=True)

    assert answer.request["PATH_INFO"] == "/return/R9/card/"
    page = answer.content.decode()
    assert "12けたの数字を入力してください" in page
    assert '<a href="#number-read-personal_number">' in page.split("</section>")[0]
    assert page.count('aria-invalid="true"') == 1
    assert phone.service.transactions == {}


def test_typed_number_waits_sealed_in_the_session(sato, phone):
    sato.signs_up().begins()

    reads(sato, phone, "sato")

    assert SATO.personal_number not in str(dict(sato.client.session))


def test_return_is_signed_with_the_app_and_gets_a_receipt(sato, phone):
    sato.is_ready_to_sign()

    answer = sato.client.get(phone.uses(asks_to_sign(sato), "sato"))

    submission = Submission.objects.get()
    assert answer.headers["Location"] == f"/filings/{submission.pk}/receipt/"
    assert not PreparedSignature.objects.exists()
    page = sato.client.get(answer.headers["Location"]).content.decode()
    assert submission.receipt_number in page


def test_app_reads_and_signs_without_any_card_file(sato, phone):
    sato.signs_up().begins()
    sato.client.get(reads(sato, phone, "sato"))
    sato.answers("basic/kana", kana="サトウ ハナコ")
    sato.answers("basic/phone", phone="090-1234-5678")
    sato.answers("basic/address", same="yes")
    sato.earns().has_nothing_special()

    sato.client.get(phone.uses(asks_to_sign(sato), "sato"))

    assert Submission.objects.count() == 1


def test_bare_hash_is_signed_by_the_card_and_refused_by_the_portal(sato, phone):
    sato.is_ready_to_sign()
    address = asks_to_sign(sato)
    # As if the portal had sent the hash alone: the 32 bytes at the end of the DigestInfo.
    (transaction,) = phone.service.transactions.values()
    assert len(transaction.block) == 51
    transaction.block = transaction.block[-32:]

    answer = sato.client.get(phone.uses(address, "sato"))

    assert answer.status_code == 422
    assert nothing_was_sent(sato)


def test_card_of_another_person_is_refused_by_name(sato, phone):
    sato.is_ready_to_sign()

    answer = sato.client.get(phone.uses(asks_to_sign(sato), "yamada"))

    assert answer.status_code == 422
    assert "はじめに読み取った人のカードではありません" in answer.content.decode()
    assert nothing_was_sent(sato)


def test_another_card_of_the_same_person_has_to_be_read_first(sato, phone, pki):
    sato.is_ready_to_sign()
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    phone.add("renewed", pki.issue(SATO, **pins, at=timezone.now()))

    answer = sato.client.get(phone.uses(asks_to_sign(sato), "renewed"))

    assert answer.status_code == 422
    assert "はじめに読み取ったカードとちがいます" in answer.content.decode()
    assert nothing_was_sent(sato)


def comes_in_with_the_app(person: Person, phone: Phone, card: str) -> None:
    begun = person.client.post("/account/app/login/").headers["Location"]
    person.client.get(phone.uses(begun, card))


def test_holder_of_the_account_and_of_the_card_must_be_one(phone):
    hanako = Person("hanako@example.jp")
    comes_in_with_the_app(hanako, phone, "sato")
    hanako.begins()

    answer = hanako.client.get(reads(hanako, phone, "yamada"))

    assert answer.status_code == 403
    assert "ログインした人と、カードの持ち主がちがいます" in answer.content.decode()
    assert situation_of(Draft.objects.get()).card == {}


def test_demo_card_of_another_person_than_the_account_is_refused_too(phone, cards):
    hanako = Person("hanako@example.jp", cards[YAMADA.name])
    comes_in_with_the_app(hanako, phone, "sato")
    hanako.begins().reads_card().answers_basics().earns().has_nothing_special()

    answer = hanako.prepares()

    assert answer.status_code == 422
    assert "ログインした人のカードではありません" in answer.json()["error"]
    assert nothing_was_sent(hanako)


@pytest.mark.parametrize(
    ("choice", "words", "status"),
    [
        ({"action": "cancel"}, "取りやめました", 200),
        ({"scenario": "expired"}, "時間がたったため", 403),
        ({"scenario": "revoked"}, "電子証明書が使えなくなっています", 403),
    ],
)
def test_refusal_of_the_app_is_told_with_its_remedy(sato, phone, choice, words, status):
    sato.is_ready_to_sign()

    answer = sato.client.get(phone.uses(asks_to_sign(sato), "sato", **choice))

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "まだ何も送信していません" in answer.content.decode()
    assert nothing_was_sent(sato)


def test_five_wrong_pins_lock_the_card(sato, phone):
    sato.is_ready_to_sign()
    address = asks_to_sign(sato)
    for _ in range(4):
        assert "暗証番号がちがいます" in phone.tries(address, "sato", "WRONG1").text

    answer = sato.client.get(phone.uses(address, "sato", "WRONG1"))
    again = sato.client.get(phone.uses(asks_to_sign(sato), "sato"))

    assert "ロックされています" in answer.content.decode()
    assert "ロックされています" in again.content.decode()
    assert nothing_was_sent(sato)


def test_certificate_that_the_city_knows_as_revoked_is_not_read(sato, phone, pki):
    card = pki.issue(SATO, signing_pin=SIGNING_PIN, number_pin=NUMBER_PIN, at=timezone.now())
    phone.add("moved", card)
    sato.signs_up().begins()
    back = reads(sato, phone, "moved")
    revoke(pki, phone.service.reader.certificate("moved"))

    answer = sato.client.get(back)

    assert answer.status_code == 422
    assert situation_of(Draft.objects.get()).card == {}


def revoke(pki: DemoPki, certificate: bytes) -> None:
    now = timezone.now()
    pki.revoke(certificate, at=now - timedelta(minutes=1))
    pki.publish_crl(now)


def test_answer_is_taken_once_and_only_under_its_state(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")

    stray = sato.client.get(re.sub("state=[^&]+", "state=other", back))
    first = sato.client.get(back)

    assert stray.status_code == 403
    assert first.status_code == 302
    assert Submission.objects.count() == 1


def test_reload_after_the_filing_is_in_leads_to_the_same_receipt(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")

    answers = [sato.client.get(back) for _ in range(3)]

    receipt = f"/filings/{Submission.objects.get().pk}/receipt/"
    assert [one.headers["Location"] for one in answers] == [receipt] * 3


def test_answer_that_was_lost_with_the_session_leads_to_the_receipt_too(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")
    before = Session.objects.get().session_data
    sato.client.get(back)
    # The filing was committed, and then the process died: the session knows nothing of it.
    Session.objects.update(session_data=before)

    again = sato.client.get(back)

    receipt = f"/filings/{Submission.objects.get().pk}/receipt/"
    assert (again.status_code, again.headers["Location"]) == (302, receipt)


def test_answer_that_led_to_a_receipt_leads_nobody_else_there(sato, yamada, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")
    sato.client.get(back)
    yamada.signs_up()

    answer = yamada.client.get(back)

    assert answer.status_code == 403
    assert str(Submission.objects.get().pk) not in answer.content.decode()


def test_answer_leads_to_the_receipt_for_half_an_hour(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")
    sato.client.get(back)

    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        sato.logs_in()
        answer = sato.client.get(back)

    assert answer.status_code == 403
    assert Submission.objects.count() == 1


def test_answer_of_an_unfinished_signing_is_taken_only_once(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato", action="cancel")

    answers = [sato.client.get(back).status_code for _ in range(2)]

    assert answers == [200, 403]
    assert nothing_was_sent(sato)


def test_return_that_changed_meanwhile_is_not_sent(sato, phone):
    sato.is_ready_to_sign()
    back = phone.uses(asks_to_sign(sato), "sato")
    sato.answers("basic/phone", phone="090-9999-0000")

    answer = sato.client.get(back)

    assert answer.status_code == 422
    assert "内容が変わりました" in answer.content.decode()
    assert nothing_was_sent(sato)


def test_signing_needs_a_service_that_answers(sato, phone, settings):
    sato.is_ready_to_sign()
    settings.AUTH_APP_URL = "http://127.0.0.1:9"

    answer = sato.client.post(SIGN, {"version": sato.version()})

    assert answer.status_code == 503
    assert "いま、デジタル認証アプリにつながりません" in answer.content.decode()
    assert nothing_was_sent(sato)


@pytest.mark.parametrize("name", ["check", "sign"])
def test_pages_offer_both_ways(sato, phone, name):
    sato.is_ready_to_sign()

    page = sato.client.get(f"/return/R9/{name}/").content.decode()

    assert "デジタル認証アプリで署名する" in page
    assert "体験用カードで署名する" in page


def test_answers_can_be_checked_where_no_way_of_signing_is_set_up(sato, settings):
    sato.is_ready_to_sign()
    settings.DEMO = False

    check, sign = (sato.client.get(f"/return/R9/{name}/") for name in ("check", "sign"))

    assert (check.status_code, sign.status_code) == (200, 404)


@pytest.mark.usefixtures("scanner")
def test_agent_reads_and_signs_with_the_app_and_is_asked_for_no_number(sato, phone):
    sato.signs_up().begins_for().tells_of_principal()
    read, sign = (address.replace("R9", sato.year) for address in (READ, SIGN))

    page = sato.client.get(f"/return/{sato.year}/card/").content.decode()
    answer = sato.client.post(read, {"version": sato.version()})
    back = sato.client.get(phone.uses(answer.headers["Location"], "sato"))
    sato.answers("basic/phone", phone="090-1234-5678")
    sato.earns().has_nothing_special()
    asked = sato.client.post(sign, {"version": sato.version()})
    done = sato.client.get(phone.uses(asked.headers["Location"], "sato", SIGNING_PIN))

    assert "app-number" not in page
    assert back.headers["Location"] == f"/return/{sato.year}/basic/phone/"
    assert done.headers["Location"].endswith("/receipt/")
    assert situation_of(Draft.objects.get()).card["name"] == SATO.name
    assert Submission.objects.get().draft.whose
