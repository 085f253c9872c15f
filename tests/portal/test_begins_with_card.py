"""Beginning with the card: one holding of it logs in, and the card is not read a second time."""

from typing import cast

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.models import Draft, Event, Resident, Submission
from portal.services.drafts import situation_of
from signing.demo import DemoPki
from tests.portal.conftest import SATO, YAMADA
from tests.portal.phone import Phone
from tests.portal.story import NUMBER_PIN, SIGNING_PIN, Person

pytestmark = pytest.mark.django_db
START, NUMBER, SIGN = (f"/account/app/{doing}/" for doing in ("start", "number/R9", "sign/R9"))


def asks_app(browser: Client) -> str:
    answer = browser.post(START)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def comes_in(browser: Client, phone: Phone, card: str = "sato", **choice: str) -> str:
    """Hold the card once; return where the portal leads."""
    answer = browser.get(phone.uses(asks_app(browser), card, **choice))
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def begins(phone: Phone, card: str = "sato") -> Person:
    person = Person("")
    comes_in(person.client, phone, card)
    return person.begins()


def types_number(person: Person, number: str = SATO.personal_number) -> str:
    fields = {"version": person.version(), "personal_number": number}
    answer = person.client.post(NUMBER, fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def nobody_came_in(browser: Client) -> bool:
    return browser.get("/filings/").status_code == 302 and not Resident.objects.exists()


def renewed(phone: Phone, pki: DemoPki) -> None:
    """Give the phone a new card of Sato's: another certificate, the same person."""
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    phone.add("renewed", pki.issue(SATO, **pins, at=timezone.now()))


@pytest.mark.req("POR-01", "POR-05")
def test_card_alone_leads_from_the_first_page_to_the_receipt(phone):
    """It is held twice; neither password nor address is asked for; one number is typed."""
    sato = begins(phone)
    assert types_number(sato, "1234-5678-9018") == "/return/R9/basic/contact/"
    sato.answers("basic/contact", phone="0960000000", same="yes")
    sato.earns().has_nothing_special()

    asked = sato.client.post(SIGN, {"version": sato.version()}).headers["Location"]
    sent = sato.client.get(phone.uses(asked, "sato"))

    submission = Submission.objects.get()
    assert sent.headers["Location"] == f"/filings/{submission.pk}/receipt/"
    assert Resident.objects.get().email is None
    page = sato.client.get(sent.headers["Location"]).content.decode()
    assert "知らせをメールで受け取る" in page
    assert "メールでお知らせします" not in page


def start_page(person: Person) -> str:
    return person.client.get("/return/start/").content.decode()


def purpose_on(page: str) -> str:
    return page.split('name="purpose_version" value="')[1].split('"')[0]


def starts_with(person: Person, number: str) -> HttpResponse:
    """Read the purpose, type the number, and begin, all on one page."""
    fields = {"tax_year": "R9", "purpose_version": purpose_on(start_page(person))}
    answer = person.client.post("/return/start/", fields | {"personal_number": number})
    return cast(HttpResponse, answer)


def came_in(phone: Phone) -> Person:
    person = Person("")
    comes_in(person.client, phone)
    return person


@pytest.mark.req("POR-06", "POR-07")
def test_number_is_typed_on_the_page_that_says_what_it_is_for(phone):
    sato = came_in(phone)
    page = start_page(sato)

    answer = starts_with(sato, "1234-5678-9018")

    purpose, law = page.index("計算し、納めていただくために"), page.index("法令により申告書に書く")
    assert purpose < law < page.index('name="personal_number"')
    assert SATO.address in page
    assert answer.headers["Location"] == "/return/R9/basic/contact/"
    draft = Draft.objects.get()
    card = situation_of(draft).card
    assert (card["name"], card["personal_number"]) == (SATO.name, SATO.personal_number)
    assert draft.purpose_version == "2027-01"


@pytest.mark.parametrize("number", ["", "123456789012", "abc"])
def test_number_that_cannot_be_one_begins_nothing_and_stands_beside_its_box(phone, number):
    sato = came_in(phone)

    answer = starts_with(sato, number)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_personal_number">マイナンバーがちがいます' in page
    assert 'id="id_personal_number_error"' in page
    assert "123456789012" not in page
    assert not Draft.objects.exists()


def test_return_with_its_card_is_not_asked_for_a_number_again(phone):
    sato = came_in(phone)
    starts_with(sato, SATO.personal_number)

    assert 'name="personal_number"' not in start_page(sato)


@pytest.mark.parametrize(("box", "path"), [("own", NUMBER), ("read", "/account/app/read/R9/")])
def test_card_page_shows_a_wrong_number_beside_its_box_once(phone, box, path):
    sato = begins(phone)

    sato.client.post(path, {"version": sato.version(), "personal_number": "123456789012"})

    page = sato.client.get("/return/R9/card/").content.decode()
    assert f'<a href="#number-{box}-personal_number">マイナンバーがちがいます' in page
    assert page.count("field__error") == 1
    assert "マイナンバーがちがいます" not in sato.client.get("/return/R9/card/").content.decode()


def test_answers_and_signature_stand_on_one_page(phone):
    sato = came_in(phone)
    starts_with(sato, SATO.personal_number)
    sato.answers("basic/contact", phone="0960000000", same="yes")
    sato.earns().has_nothing_special()

    page = sato.client.get("/return/R9/check/").content.decode()

    facts = page.index("署名は、紙の申告書に名前を書くのと同じ意味です")
    assert page.index("支払金額") < facts < page.index(f'action="{SIGN}"')


def test_cancelled_beginning_speaks_of_no_answers(phone):
    browser = Client()

    page = browser.get(phone.cancels(asks_app(browser))).content.decode()

    assert "手続きを取りやめました" in page
    assert "入力した内容は残っています" not in page


@pytest.mark.req("POR-07")
def test_who_must_give_a_number_is_said_before_it_is_asked_for(phone):
    page = begins(phone).client.get("/return/R9/card/").content.decode()

    said, asked = page.index("法令により申告書に書く"), page.index('name="personal_number"')
    assert said < asked


@pytest.mark.req("POR-06")
def test_card_page_shows_what_the_card_says_and_asks_for_the_number_alone(phone):
    sato = begins(phone)

    page = sato.client.get("/return/R9/card/").content.decode()
    types_number(sato)

    assert SATO.name in page
    assert SATO.address in page
    card = situation_of(Draft.objects.get()).card
    assert (card["name"], card["address"]) == (SATO.name, SATO.address)
    assert (card["birth_date"], card["sex"]) == (SATO.birth_date.isoformat(), SATO.sex)
    assert card["personal_number"] == SATO.personal_number


@pytest.mark.req("POR-06")
@pytest.mark.parametrize("number", ["", "123456789012", "abc"])
def test_number_that_cannot_be_one_stores_nothing(phone, number):
    sato = begins(phone)

    fields = {"version": sato.version(), "personal_number": number}
    answer = sato.client.post(NUMBER, fields, follow=True)

    page = answer.content.decode()
    assert "12けたの数字を入力してください" in page
    assert '<a href="#number-own-personal_number">' in page.split("</section>")[0]
    assert page.count('aria-invalid="true"') == 1
    assert "<title>エラー:" in page
    assert situation_of(Draft.objects.get()).card == {}


def test_number_of_a_stale_page_is_not_taken(phone):
    sato = begins(phone)
    version = sato.version()
    types_number(sato)

    answer = sato.client.post(NUMBER, {"version": version, "personal_number": "1"}, follow=True)
    answer = sato.client.post(
        NUMBER, {"version": version, "personal_number": SATO.personal_number}, follow=True
    )

    assert "別の画面で内容が変わっていた" in answer.content.decode()


def test_certificate_waits_sealed_in_the_session_and_goes_with_it(phone):
    sato = begins(phone)
    kept = str(dict(sato.client.session))

    sato.client.post("/account/logout/")
    begun = sato.client.post("/account/app/login/").headers["Location"]
    sato.client.get(phone.uses(begun, "sato"))

    assert SATO.name not in kept
    assert "auth_app_card" in kept
    assert "auth_app_card" not in sato.client.session
    answer = sato.client.post(NUMBER, {"version": "1", "personal_number": SATO.personal_number})
    assert answer.headers["Location"] == "/return/R9/card/"
    assert situation_of(Draft.objects.get()).card == {}


def test_certificate_of_one_person_serves_no_other_log_in(phone, yamada):
    """Sato holds the card, then Yamada logs in with a password in the same browser."""
    sato = begins(phone)
    kept = sato.client.session["auth_app_card"]
    yamada.signs_up().begins()
    session = yamada.client.session
    session["auth_app_card"] = kept
    session.save()

    page = yamada.client.get("/return/R9/card/").content.decode()
    fields = {"version": "1", "personal_number": YAMADA.personal_number}
    yamada.client.post(NUMBER, fields)

    assert SATO.name not in page
    assert situation_of(Draft.objects.get(resident__asked_email=yamada.email)).card == {}


def test_coming_back_with_the_card_finds_the_same_account(phone):
    sato = begins(phone)
    sato.client.post("/account/logout/")

    comes_in(sato.client, phone)

    assert sato.client.get("/return/").headers["Location"] == "/return/R9/"
    assert (Resident.objects.count(), SocialAccount.objects.count()) == (1, 1)
    actions = [one.action for one in Event.objects.filter(action__startswith="account")]
    assert actions == ["account.app_signup", "account.app_login"]


def test_renewed_card_finds_the_same_account_and_is_the_one_that_signs(phone, pki):
    begins(phone)
    renewed(phone, pki)
    browser = Person("")

    comes_in(browser.client, phone, "renewed")
    types_number(browser)
    browser.answers("basic/contact", phone="0960000000", same="yes")
    browser.earns().has_nothing_special()
    asked = browser.client.post(SIGN, {"version": browser.version()}).headers["Location"]
    browser.client.get(phone.uses(asked, "renewed"))

    assert (Resident.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize("choice", [{"action": "cancel"}, {"scenario": "revoked"}])
def test_beginning_that_fails_stores_nothing_and_leads_back_to_the_first_page(phone, choice):
    browser = Client()

    answer = browser.get(phone.uses(asks_app(browser), "sato", **choice))

    assert 'href="/"' in answer.content.decode()
    assert nobody_came_in(browser)


def test_answer_to_another_browsers_beginning_is_refused(phone):
    back = phone.uses(asks_app(Client()), "sato")
    victim = Client()
    asks_app(victim)

    answer = victim.get(back)

    assert answer.status_code == 403
    assert nobody_came_in(victim)


def test_answer_counts_once(phone):
    browser = Client()
    back = phone.uses(asks_app(browser), "sato")
    browser.get(back)
    browser.post("/account/logout/")

    answer = browser.get(back)

    assert answer.status_code == 403
    assert browser.get("/filings/").status_code == 302


@pytest.mark.req("SIG-03")
def test_signature_over_something_else_opens_no_account(phone):
    """The card signed another block than the statement that was asked for."""
    browser = Client()
    address = asks_app(browser)
    (transaction,) = phone.service.transactions.values()
    transaction.block = transaction.block[:-1] + bytes([transaction.block[-1] ^ 1])

    answer = browser.get(phone.uses(address, "sato"))

    assert answer.status_code == 422
    assert "カードの署名を確かめられませんでした" in answer.content.decode()
    assert nobody_came_in(browser)


@pytest.mark.req("SIG-03")
def test_certificate_of_an_unknown_authority_opens_no_account(phone, tmp_path):
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    rogue = DemoPki.create(tmp_path / "rogue", at=timezone.now())
    phone.add("rogue", rogue.issue(SATO, **pins, at=timezone.now()))
    browser = Client()

    answer = browser.get(phone.uses(asks_app(browser), "rogue"))

    assert answer.status_code == 422
    assert nobody_came_in(browser)


def test_no_second_account_is_made_without_saying_so(phone, sato):
    """Who has read the same card with a password account is asked first."""
    sato.signs_up().begins().reads_card()
    browser = Client()

    led = comes_in(browser, phone)
    page = browser.get(led).content.decode()

    assert led == "/account/app/register/"
    assert "ほかの登録があるようです" in page
    assert sato.email not in page
    assert browser.get("/filings/").status_code == 302
    assert Resident.objects.count() == 1

    assert browser.post(led).headers["Location"] == "/return/"
    assert "auth_app_card" in browser.session
    assert Resident.objects.count() == 2
    assert SocialAccount.objects.get().user == Resident.objects.latest("pk")


def test_password_account_is_told_of_the_one_that_the_card_has_made(phone, sato):
    begins(phone)

    led = sato.signs_up().begins().posts_card().headers["Location"]

    assert led == "/return/R9/card/"
    page = sato.client.get(led).content.decode()
    assert "このカードの人の登録が、ほかにもあります" in page


def test_agents_card_is_not_read_twice_either(phone):
    """The other person's number was typed; of the agent's card no number is asked or kept."""
    agent = Person("")
    comes_in(agent.client, phone)
    agent.begins_for()
    for page, fields in {"person": {"kana": "サトウ トメ", "sex": "2"}}.items():
        agent.answers(f"principal/{page}", **fields)
    agent.answers("principal/address", address="熊本県熊本市北区植木町岩野238番地1")
    agent.answers("principal/lived", same="yes")
    agent.answers("principal/number", personal_number="234567890121")

    page = agent.client.get(f"/return/{agent.year}/card/").content.decode()
    agent.client.post(f"/account/app/number/{agent.year}/", {"version": agent.version()})

    assert 'name="personal_number"' not in page.split("<details")[0]
    card = situation_of(Draft.objects.get()).card
    assert card["name"] == SATO.name
    assert "personal_number" not in card


def test_portal_asks_the_service_only_so_often_for_one_visitor(phone, settings):
    settings.ACCOUNT_RATE_LIMITS = {"app_start": "2/m/ip"}

    answers = [Client().post(START).status_code for _ in range(3)]

    assert answers == [302, 302, 429]
    assert len(phone.service.transactions) == 2


@pytest.mark.parametrize(("trusted", "answers"), [(1, [302, 302, 429]), (0, [302, 429, 429])])
def test_limit_is_each_visitors_own_behind_a_proxy_that_is_trusted(
    phone, settings, trusted, answers
):
    """With none trusted the header is anybody's to write, and is not believed."""
    none_unless_set = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    settings.ACCOUNT_RATE_LIMITS = {"app_start": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    # What the visitor wrote stands before what the proxy added.
    came = ["198.51.100.1", "198.51.100.2", "192.0.2.9, 198.51.100.2"]

    given = [Client().post(START, headers={"X-Forwarded-For": one}).status_code for one in came]

    assert none_unless_set == 0
    assert given == answers


def test_card_page_says_whose_card_it_takes(phone):
    page = begins(phone).client.get("/return/R9/card/").content.decode()

    assert "カードを新しくしたとき" in page
    assert "別のカードを使うとき" not in page
    assert 'href="/return/for/"' in page


def test_second_account_asked_for_in_two_browsers_is_made_once(phone, sato):
    sato.signs_up().begins().reads_card()
    first, second = Client(), Client()
    led = [comes_in(browser, phone) for browser in (first, second)]

    made, late = (one.post(to) for one, to in zip((first, second), led, strict=True))

    assert (made.status_code, late.status_code) == (302, 403)
    assert "別の画面で先に進んでいます" in late.content.decode()
    assert SocialAccount.objects.count() == 1
    assert Resident.objects.count() == 2


def test_beginning_with_the_card_is_offered_only_where_the_portal_is_registered(phone, settings):
    assert START in Client().get("/").content.decode()
    settings.AUTH_APP_URL = ""

    page = Client().get("/").content.decode()

    assert START not in page
    assert "申告をはじめる" in page
    assert Client().post(START).status_code == 404


def test_service_that_is_down_is_named_with_the_remedy(phone, settings):
    settings.AUTH_APP_URL = "http://127.0.0.1:9"

    answer = Client().post(START)

    assert answer.status_code == 503
    assert "時間をおいて" in answer.content.decode()
