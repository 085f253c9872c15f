"""An account without an address: notices on the screen, an address later, no take-over by it."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import notices
from portal.models import Event, Notice, Resident
from portal.services import reminders, retention
from tests.portal.conftest import SATO
from tests.portal.phone import Phone
from tests.portal.post import delivers, path_in
from tests.portal.story import Person
from tests.portal.tour_apart import forgets_the_log_in

pytestmark = pytest.mark.django_db
ADDRESS, PASSWORD = "/account/email/", "/account/password/set/"
TYPED = "hanako@example.jp"
NEW = {"password1": "aso-no-kemuri-2", "password2": "aso-no-kemuri-2"}


@pytest.fixture
def hanako(phone: Phone) -> Person:
    """Sato, who came in with the card alone."""
    person = Person(TYPED)
    asked = person.client.post("/account/app/start/").headers["Location"]
    person.client.get(phone.uses(asked, "sato"))
    return person


def asks_for(person: Person, email: str = TYPED) -> str:
    """Type an address; return the link in the mail that comes to it, "" where none is in it."""
    answer = person.client.post(ADDRESS, {"email": email})
    assert answer.headers["Location"] == ADDRESS, answer.content.decode()
    (letter,) = delivers()
    assert letter.to == [email.lower()]
    return path_in(letter, "/account/email/")


def confirms(person: Person, email: str = TYPED) -> None:
    person.client.post(asks_for(person, email))


def signs_up_and_confirms(person: Person) -> None:
    """Sign up with a password, and open the link in the mail."""
    person.signs_up()
    person.client.post(path_in(delivers()[-1]))


def comes_back(browser: Client, phone: Phone, to: str, card: str = "sato") -> str:
    """Log in with the app; return where that leads."""
    asked = browser.post("/account/app/login/", {"next": to}).headers["Location"]
    return browser.get(phone.uses(asked, card)).headers["Location"]


def from_before(person: Person) -> None:
    """Make the account one of before an address had to be confirmed, or a person was folded."""
    account = own(person)
    Resident.objects.filter(pk=account.pk).update(email=TYPED, person="")
    EmailAddress.objects.create(user=account, email=TYPED, primary=True, verified=False)


def own(person: Person) -> Resident:
    return Resident.objects.get(pk=int(person.client.session["_auth_user_id"]))


def test_address_counts_once_its_mailbox_has_answered(hanako):
    link = asks_for(hanako)

    looked = hanako.client.get(link)
    before = own(hanako).email
    done = hanako.client.post(link, follow=True)

    assert looked.status_code == 200
    assert before is None
    assert "メールアドレスを登録しました" in done.content.decode()
    assert (own(hanako).email, own(hanako).asked_email) == (TYPED, "")
    assert EmailAddress.objects.get().verified is True
    actions = list(
        Event.objects.filter(action__startswith="address").values_list("action", "actor")
    )
    actor = f"resident:{own(hanako).pk}"
    assert actions == [("address.ask", actor), ("address.confirm", actor)]


def test_link_tells_no_address_and_may_be_opened_twice(hanako):
    link = asks_for(hanako)

    hanako.client.post(link)
    again = hanako.client.post(link)

    assert "hanako" not in link
    assert again.status_code == 200
    assert Event.objects.filter(action="address.confirm").count() == 1


def test_link_for_an_address_that_was_corrected_since_confirms_nothing(hanako):
    old = asks_for(hanako, "typo@example.jp")
    new = asks_for(hanako)

    refused = hanako.client.post(old)
    hanako.client.post(new)

    assert refused.status_code == 422
    assert own(hanako).email == TYPED


def test_link_ends_after_three_days(hanako, phone):
    """Her session has ended with the days: she logs in, and is led back to the link."""
    link = asks_for(hanako)

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        led = comes_back(hanako.client, phone, link)
        answer = hanako.client.post(led)

    assert (led, answer.status_code) == (link, 422)
    assert Resident.objects.get().email is None


def test_stranger_to_whom_the_mail_went_confirms_nothing(hanako, yamada):
    """She mistyped. Neither a visitor nor another resident makes it her address."""
    link = asks_for(hanako, "mistyped@example.jp")
    yamada.signs_up()

    visitor, other = Client().post(link), yamada.client.post(link)

    assert visitor.headers["Location"] == f"/account/login/?next={quote(link, safe='')}"
    assert (other.status_code, yamada.client.get(link).status_code) == (422, 422)
    assert own(hanako).email is None


def test_link_opened_on_another_device_leads_through_the_log_in_and_back(hanako, phone):
    link, other = asks_for(hanako), Client()

    led = comes_back(other, phone, link)
    other.post(led)

    assert led == link
    assert own(hanako).email == TYPED


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.jp", "254文字まで"),
        ("\N{KELVIN SIGN}umamoto@example.jp", "taro@example.jp のような形"),
        ("hana ko＠example.jp", "taro@example.jp のような形"),
    ],
    ids=["too long", "looks like a k", "two words"],
)
def test_address_that_cannot_be_one_is_named_and_nothing_is_stored_or_sent(hanako, typed, said):
    answer = hanako.client.post(ADDRESS, {"email": typed})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (own(hanako).asked_email, delivers()) == ("", [])


def test_address_in_capitals_is_mailed_as_it_is_kept(hanako):
    asks_for(hanako, "Hanako@Example.JP")

    assert own(hanako).asked_email == TYPED


@pytest.mark.parametrize(
    "typed", ["ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "\u3000hanako＠example.jp "]
)
def test_address_in_wide_letters_is_mailed_as_it_is_kept(hanako, typed):
    hanako.client.post(ADDRESS, {"email": typed})

    (letter,) = delivers()
    assert (letter.to, own(hanako).asked_email) == ([TYPED], TYPED)


def test_one_mailbox_gets_one_mail_in_three_minutes(hanako):
    asks_for(hanako)

    again = hanako.client.post(ADDRESS, {"email": TYPED})

    assert "3分ほど待って" in again.content.decode()
    assert delivers() == []


def test_address_of_another_account_is_not_told_and_never_taken(hanako, yamada):
    """The page is the same as for a free address; only the mailbox learns of it."""
    signs_up_and_confirms(yamada)

    free, taken = asks_for(hanako), asks_for(hanako, yamada.email)

    assert (bool(free), taken) == (True, "")
    page = hanako.client.get(ADDRESS).content.decode()
    assert "確認のメールをお送りします" in page
    assert "使われて" not in page
    assert own(hanako).email is None


def test_address_that_another_account_took_meanwhile_is_refused(hanako, yamada):
    link = asks_for(hanako, yamada.email)
    signs_up_and_confirms(yamada)

    answer = hanako.client.post(link)

    assert answer.status_code == 422
    assert own(hanako).email is None


def test_address_that_was_only_typed_keeps_nobody_from_signing_up(hanako, yamada):
    asks_for(hanako, yamada.email)

    yamada.signs_up()

    assert own(yamada).mailbox == yamada.email


def test_confirmed_address_alone_opens_nothing(hanako):
    """Whoever reads the mailbox can neither reset a password nor log in without the card."""
    confirms(hanako)

    Client().post("/account/password/reset/", {"email": TYPED})
    login = Client().post("/account/login/", {"login": TYPED, "password": "kumamoto-no-mizu"})

    (letter,) = delivers()
    assert "/password/reset/key/" not in letter.body
    assert login.status_code == 200
    assert own(hanako).has_usable_password() is False


def test_password_is_chosen_by_who_has_just_held_the_card(hanako, phone):
    confirms(hanako)
    forgets_the_log_in(hanako)

    refused = hanako.client.post(PASSWORD, NEW)
    led = comes_back(hanako.client, phone, PASSWORD)
    form = hanako.client.get(led).content.decode()
    hanako.client.post(led, NEW)
    login = Client().post("/account/login/", {"login": TYPED, "password": NEW["password1"]})

    assert "もう一度カードで確かめます" in refused.content.decode()
    assert led == PASSWORD
    for page in (refused.content.decode(), form):
        assert TYPED in page
        assert "このメールアドレスに届くメールで、パスワードを決めなおせます" in page
    assert login.headers["Location"] == "/return/"


def test_password_needs_an_address_first(hanako):
    answer = hanako.client.post(PASSWORD, NEW)

    assert answer.headers["Location"] == ADDRESS
    assert own(hanako).has_usable_password() is False


def test_address_from_before_confirming_is_confirmed_before_a_password_is_chosen(hanako):
    """The accounts of the app from before have an address that nobody ever answered for."""
    from_before(hanako)

    refused = hanako.client.post(PASSWORD, NEW)
    unset = own(hanako).has_usable_password()
    page = hanako.client.get(ADDRESS).content.decode()
    confirms(hanako)
    hanako.client.post(PASSWORD, NEW)

    assert (refused.headers["Location"], unset) == (ADDRESS, False)
    assert f'value="{TYPED}"' in page
    assert own(hanako).has_usable_password() is True


def test_account_of_the_app_from_before_is_told_apart_from_its_next_log_in_on(hanako, phone):
    known = own(hanako).person
    from_before(hanako)

    comes_back(Client(), phone, "/filings/")

    assert own(hanako).person == known


def test_password_accounts_from_before_are_told_apart_by_the_card_they_read(sato, yamada):
    """Whose return was sent, whose is not done, and who has read no card."""
    sato.is_ready_to_sign().files()
    yamada.signs_up().begins()
    known = own(sato).person
    Resident.objects.update(person="")
    release = import_module("portal.migrations.0011_persons_of_before")

    release.remember_persons(apps, None)
    release.remember_persons(apps, None)

    assert bool(known)
    assert (own(sato).person, own(yamada).person) == (known, "")
    assert Event.objects.get(action="account.persons").detail == {"count": 1}


def test_notice_stands_among_the_messages_and_is_never_due_to_be_mailed(hanako):
    hanako.begins()
    now = timezone.now()

    retention.warn(now=now + timedelta(days=77))

    notice = Notice.objects.get()
    assert (notice.kind, notice.due_at) == ("expiring", None)
    assert notices.send_due(now + timedelta(days=78)) == 0
    page = hanako.client.get("/messages/").content.decode()
    assert "作成中の申告がもうすぐ消えます" in page
    assert "メールでも送りました" not in page
    assert mail.outbox == []


def test_notice_that_was_mailed_says_so_and_the_others_do_not(sato):
    sato.is_ready_to_sign().files()
    before = sato.client.get("/messages/").content.decode()

    notices.send_due(timezone.now())

    page = sato.client.get("/messages/").content.decode()
    held = sato.client.get("/settings/").content.decode()
    assert [text.count("メールでも送りました") for text in (before, page)] == [0, 1]
    assert "お知らせの記録(メールの本文はありません)" in held


@pytest.mark.parametrize("saved", [False, True])
def test_warning_is_over_once_the_draft_was_saved(hanako, saved):
    hanako.begins()
    retention.warn(now=timezone.now() + timedelta(days=77))
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        if saved:
            number = {"version": hanako.version(), "personal_number": SATO.personal_number}
            hanako.client.post("/account/app/number/R9/", number)

        page = hanako.client.get("/messages/").content.decode()

    assert ("まもなく消えます" in page) is not saved
    assert ("申告を続ける" in page) is not saved
    assert ("そのあと保存したか、送ったか、消えています" in page) is saved


def test_draft_of_who_has_no_address_goes_after_the_same_warning(hanako):
    """The hub has said from the first day until when it stays."""
    hanako.begins()
    now, day = timezone.now(), timezone.localdate()
    said = hanako.client.get("/return/R9/").content.decode()

    retention.warn(now=now + timedelta(days=77))
    kept = retention.purge(day + timedelta(days=90), dry_run=False, now=now).drafts
    gone = retention.purge(day + timedelta(days=92), dry_run=False, now=now).drafts

    assert "まで残ります" in said
    assert (kept, gone) == (0, 1)


def test_mails_begin_with_the_address_and_not_before(hanako):
    hanako.begins()
    now = timezone.now()
    retention.warn(now=now + timedelta(days=77))
    confirms(hanako)
    mail.outbox.clear()

    sent = notices.send_due(now + timedelta(days=78))

    assert (sent, mail.outbox) == (0, [])


def test_reminders_are_neither_offered_nor_sent_without_an_address(hanako):
    hanako.client.post("/settings/", {"wants_reminders": "on"})
    refused = own(hanako).wants_reminders
    Resident.objects.update(wants_reminders=True)

    ordered = reminders.remind(now=datetime(2027, 3, 1, 1, tzinfo=UTC))

    assert (refused, ordered) == (False, 0)
    assert 'name="wants_reminders"' not in hanako.client.get("/settings/").content.decode()


def test_address_that_was_never_confirmed_goes_when_its_link_has_ended(hanako):
    """It may be a stranger's, typed by mistake."""
    asks_for(hanako)
    now, day = timezone.now(), timezone.localdate()

    early = retention.purge(day, dry_run=False, now=now + timedelta(days=2)).addresses
    gone = retention.purge(day, dry_run=False, now=now + timedelta(days=4)).addresses
    again = retention.purge(day, dry_run=False, now=now + timedelta(days=5)).addresses

    assert (early, gone, again) == (0, 1, 0)
    # Her session has ended with the days.
    kept = Resident.objects.get()
    assert (kept.asked_email, kept.email) == ("", None)


@pytest.mark.req("OPS-04")
def test_what_is_held_and_handed_out_names_what_the_card_told(hanako):
    asks_for(hanako)

    page = hanako.client.get("/settings/").content.decode()
    held = hanako.client.get("/settings/my-data.json").json()

    assert "デジタル認証アプリから受け取った名前・住所など" in page
    assert "同じ人の登録を見つけるための印" in page
    assert held["account"]["email"] is None
    assert held["account"]["asked_email"] == TYPED
    assert held["account"]["person"] == own(hanako).person
    assert held["app_sign_in"]["name"] == SATO.name


def test_erased_account_leaves_nothing_of_the_person(hanako):
    asks_for(hanako)

    hanako.client.post("/settings/close/", {"sure": "on"})

    assert not Resident.objects.exists()


def test_two_accounts_without_an_address_live_side_by_side(hanako, phone):
    jiro = Client()
    asked = jiro.post("/account/app/start/").headers["Location"]

    jiro.get(phone.uses(asked, "yamada"))

    assert list(Resident.objects.values_list("email", flat=True)) == [None, None]
