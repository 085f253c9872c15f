"""One account, two ways in: the card is tied by who has just entered the password, to none else."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from portal.identity.person import identity_of
from portal.models import Draft, Event, Resident
from portal.services.card_login import ties_of
from tests.portal.conftest import SATO
from tests.portal.phone import Phone
from tests.portal.post import delivers
from tests.portal.story import Person
from tests.portal.test_typed_addresses import LOG_IN, PASSWORD

pytestmark = pytest.mark.django_db
TIE, UNTIE, SETTINGS = "/account/card/", "/account/card/remove/", "/settings/"
OFFER = "マイナンバーカードでもログインできるようにする"


def asks(person: Person) -> str:
    """Press the button; return where the app is opened."""
    answer = person.client.post(TIE)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def ties(person: Person, phone: Phone, card: str = "sato") -> str:
    """Tie a card; return the page that the browser lands on."""
    return str(person.client.get(phone.uses(asks(person), card), follow=True).content.decode())


def comes_in(phone: Phone, card: str = "sato") -> Client:
    browser = Client()
    asked = browser.post("/account/app/login/", {"next": "/return/"}).headers["Location"]
    browser.get(phone.uses(asked, card))
    return browser


def later(**after: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**after))


def events() -> list[tuple[str, str]]:
    tied = Event.objects.filter(action__startswith="account.card").order_by("pk")
    return list(tied.values_list("action", "actor"))


def test_card_opens_the_account_that_began_with_an_address(sato, phone):
    sato.signs_up().begins().reads_card()
    delivers()
    offered = sato.client.get(SETTINGS).content.decode()

    page = ties(sato, phone)
    browser = comes_in(phone)

    holder = Resident.objects.get()
    (letter,) = delivers()
    assert (OFFER in offered, OFFER in page) == (True, False)
    assert "マイナンバーカードでもログインできるようになりました" in page
    assert browser.get("/return/").headers["Location"] == "/return/R9/"
    assert (identity_of(holder) or [])[1].name == SATO.name
    assert events() == [("account.card_tie", f"resident:{holder.pk}")]
    assert (letter.to, letter.subject) == (
        [sato.email],
        "熊本市 住民税申告: カードでもログインできるようになりました",
    )
    assert Client().post(LOG_IN, {"login": sato.email, "password": PASSWORD}).status_code == 302


def test_account_that_has_read_no_card_yet_is_the_cards_from_then_on(sato, phone):
    sato.signs_up()

    ties(sato, phone)

    assert Resident.objects.get().person != ""
    assert ties_of(Resident.objects.get()).count() == 1


def test_password_is_asked_first_where_it_was_entered_a_while_ago(sato, phone):
    """An open screen is not enough: who sits there could keep a way in for good."""
    sato.signs_up()
    with later(minutes=20):
        asked = [sato.client.get(TIE), sato.client.post(TIE)]
        led = sato.client.post(asked[0].headers["Location"], {"password": PASSWORD})
        page = ties(sato, phone)

    assert [one.headers["Location"] for one in asked] == [
        "/account/reauthenticate/?next=/account/card/"
    ] * 2
    assert led.headers["Location"] == TIE
    assert "ログインできるようになりました" in page


def test_password_that_was_entered_long_before_the_card_ties_nothing(sato, phone):
    sato.signs_up()
    back = phone.uses(asks(sato), "sato")
    session = sato.client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()

    answer = sato.client.get(back)

    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_card_of_another_person_than_was_read_is_refused(sato, phone):
    sato.signs_up().begins().reads_card()

    page = ties(sato, phone, "yamada")

    assert "この登録で読み取ったカードの人と、ちがいます" in page
    assert 'href="/settings/"' in page
    assert not SocialAccount.objects.exists()
    assert events() == []


def test_card_of_another_person_than_filed_here_is_refused_whatever_was_read_last(sato, phone):
    """The newest fold is the other person's; what was filed tells whose account it is."""
    sato.is_ready_to_sign().files()
    comes_in(phone, "yamada")
    Resident.objects.filter(asked_email=sato.email).update(
        person=Resident.objects.latest("pk").person
    )
    SocialAccount.objects.all().delete()

    page = ties(sato, phone, "yamada")

    assert "この登録で読み取ったカードの人と、ちがいます" in page
    assert not SocialAccount.objects.exists()


def test_card_that_opens_another_account_is_refused_with_the_way_out(sato, phone):
    """Sato had come in with the card already. The second account goes, and the card is free."""
    second = comes_in(phone)
    sato.signs_up()

    refused = ties(sato, phone)
    kept = SocialAccount.objects.get().user
    second.post("/settings/close/", {"sure": "on"})
    page = ties(sato, phone)

    assert "別の利用者登録のログインに使われています" in refused
    assert "「設定」で登録を消してから" in refused
    assert kept != Resident.objects.get()
    assert "ログインできるようになりました" in page


def test_card_is_tied_once_however_often_it_is_asked(sato, phone):
    """Two windows ask before either answers."""
    sato.signs_up()
    first, second = phone.uses(asks(sato), "sato"), phone.uses(asks(sato), "sato")
    delivers()

    pages = [sato.client.get(back, follow=True).content.decode() for back in (first, second)]
    again = sato.client.post(TIE)

    assert ["ログインできるようになりました" in page for page in pages] == [True, True]
    assert again.headers["Location"] == SETTINGS
    assert (SocialAccount.objects.count(), len(events()), len(delivers())) == (1, 1, 1)


def test_second_card_is_refused_until_the_first_is_removed(sato, phone):
    sato.signs_up()
    first, second = phone.uses(asks(sato), "sato"), phone.uses(asks(sato), "yamada")

    sato.client.get(first)
    refused = sato.client.get(second)

    assert "別のカードが登録されています" in refused.content.decode()
    assert refused.status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        SocialAccount.objects.create(user=Resident.objects.get(), provider="auth_app", uid="x")


def test_card_that_another_browser_ties_meanwhile_is_tied_there_alone(sato, yamada, phone):
    """The other account commits between this one's look for the card and its own tie."""
    sato.signs_up()
    yamada.signs_up()
    back = phone.uses(asks(sato), "sato")
    uid = SocialAccount.objects.get(user__in=[own(comes_in(phone))]).uid
    Resident.objects.filter(email=None, asked_email="").delete()

    def other_ties_it(instance, **_told):
        pre_save.disconnect(other_ties_it, sender=SocialAccount)
        theirs = Resident.objects.get(asked_email=yamada.email)
        SocialAccount.objects.create(user=theirs, provider="auth_app", uid=uid)

    pre_save.connect(other_ties_it, sender=SocialAccount)
    try:
        answer = sato.client.get(back)
    finally:
        pre_save.disconnect(other_ties_it, sender=SocialAccount)

    assert answer.status_code == 403
    assert "別の画面で先に進んでいます" in answer.content.decode()
    assert events() == []


def own(browser: Client) -> Resident:
    return Resident.objects.get(pk=int(browser.session["_auth_user_id"]))


def test_answer_that_another_resident_brings_ties_nothing(sato, yamada, phone):
    """Sato asked; in her browser, it is Yamada's account that is open when the card is held."""
    sato.signs_up()
    back = phone.uses(asks(sato), "sato")
    states = sato.client.session["socialaccount_states"]
    yamada.signs_up()
    session = yamada.client.session
    session["socialaccount_states"] = states
    session.save()

    answers = [yamada.client.get(back).status_code, Client().get(back).status_code]

    assert answers == [403, 403]
    assert not SocialAccount.objects.exists()


def test_state_of_a_tie_logs_nobody_in_and_that_of_a_log_in_ties_nothing(sato, phone):
    sato.signs_up()
    address = asks(sato)
    asked = parse_qs(urlsplit(address).query)["state"][0]

    stranger = Client().get(phone.uses(address, "sato"))
    login = sato.client.post("/account/app/login/", {"next": "/return/"}).headers["Location"]
    sato.client.get(phone.uses(login, "sato"))

    assert stranger.status_code == 403
    assert asked not in sato.client.session.get("socialaccount_states", {})
    assert ties_of(Resident.objects.get(asked_email=sato.email)).count() == 0


def test_cancelling_leads_back_to_the_settings_and_ties_nothing(sato, phone):
    sato.signs_up()

    page = sato.client.get(phone.cancels(asks(sato))).content.decode()

    assert "手続きを取りやめました" in page
    assert 'href="/settings/"' in page
    assert not SocialAccount.objects.exists()


def test_card_is_removed_by_who_has_just_entered_the_password_that_stays(sato, phone):
    sato.signs_up().begins().reads_card()
    ties(sato, phone)
    delivers()
    with later(minutes=20):
        asked = sato.client.post(UNTIE).headers["Location"]
        sato.client.post(asked, {"password": PASSWORD})
        question = sato.client.get(UNTIE).content.decode()
        page = sato.client.post(UNTIE, follow=True).content.decode()
        again = sato.client.post(UNTIE).headers["Location"]
        (letter,) = delivers()

    assert asked == "/account/reauthenticate/?next=/account/card/remove/"
    assert sato.email in question
    assert (OFFER in page, again) == (True, SETTINGS)
    assert not SocialAccount.objects.exists()
    assert [action for action, _by in events()] == ["account.card_tie", "account.card_untie"]
    assert "カードではログインできなくなりました" in letter.subject
    assert Draft.objects.count() == 1
    assert Client().post(LOG_IN, {"login": sato.email, "password": PASSWORD}).status_code == 302


def test_card_is_not_removed_where_it_is_the_only_way_in(phone):
    browser = comes_in(phone)

    answers = [browser.get(UNTIE), browser.post(UNTIE), browser.get(TIE), browser.post(TIE)]
    page = browser.get(SETTINGS).content.decode()

    assert [one.headers["Location"] for one in answers] == [SETTINGS] * 4
    assert SocialAccount.objects.count() == 1
    assert "カードを外す" not in page


def test_who_came_in_with_the_card_and_chose_a_password_may_remove_it(phone):
    """The other way round: the account of the card got its password with the card held again."""
    hanako = Person("hanako@example.jp")
    hanako.client = comes_in(phone)
    Resident.objects.update(email=hanako.email)
    resident = Resident.objects.get()
    resident.set_password(PASSWORD)
    resident.save()

    hanako.client = Client()
    hanako.logs_in()
    hanako.client.post(UNTIE)

    assert not SocialAccount.objects.exists()


def test_page_about_a_second_account_leads_to_tying_the_card(sato, phone):
    sato.signs_up().begins().reads_card()
    browser = comes_in(phone)

    page = browser.get("/account/app/register/").content.decode()
    led = browser.post(
        f"{LOG_IN}?next={TIE}", {"login": sato.email, "password": PASSWORD, "next": TIE}
    )

    assert f'href="{LOG_IN}?next={TIE}"' in page
    assert led.headers["Location"] == TIE
    assert OFFER in browser.get(TIE).content.decode()


def test_card_is_offered_only_where_the_portal_is_registered(sato, phone, settings):
    sato.signs_up()
    settings.AUTH_APP_URL = ""

    assert OFFER not in sato.client.get(SETTINGS).content.decode()
    assert sato.client.get(TIE).status_code == 404
