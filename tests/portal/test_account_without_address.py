"""An account without an address: notices on the screen, an address later, no take-over by it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import notices
from portal.models import Event, Notice, Resident
from portal.services import reminders, retention
from tests.portal.conftest import SATO
from tests.portal.phone import Phone
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
    mail.outbox.clear()
    answer = person.client.post(ADDRESS, {"email": email})
    assert answer.headers["Location"] == ADDRESS, answer.content.decode()
    (letter,) = mail.outbox
    assert letter.to == [email]
    found = re.search(r"/account/email/\S+/", letter.body)
    return found[0] if found else ""


def confirms(person: Person, email: str = TYPED) -> None:
    Client().post(asks_for(person, email))


def own(person: Person) -> Resident:
    return Resident.objects.get(pk=int(person.client.session["_auth_user_id"]))


def test_address_counts_once_its_mailbox_has_answered(hanako):
    link = asks_for(hanako)

    looked = Client().get(link)
    before = own(hanako).email
    done = Client().post(link, follow=True)

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

    Client().post(link)
    again = Client().post(link)

    assert "hanako" not in link
    assert again.status_code == 200
    assert Event.objects.filter(action="address.confirm").count() == 1


def test_link_for_an_address_that_was_corrected_since_confirms_nothing(hanako):
    old = asks_for(hanako, "typo@example.jp")
    new = asks_for(hanako)

    refused = Client().post(old)
    Client().post(new)

    assert refused.status_code == 422
    assert own(hanako).email == TYPED


def test_link_ends_after_three_days(hanako):
    link = asks_for(hanako)

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        answer = Client().post(link)

    assert answer.status_code == 422
    assert own(hanako).email is None


def test_one_mailbox_gets_one_mail_in_three_minutes(hanako):
    asks_for(hanako)

    again = hanako.client.post(ADDRESS, {"email": TYPED})

    assert "3分ほど待って" in again.content.decode()
    assert len(mail.outbox) == 1


def test_address_of_another_account_is_not_told_and_never_taken(hanako, yamada):
    """The page is the same as for a free address; only the mailbox learns of it."""
    yamada.signs_up()

    free, taken = asks_for(hanako), asks_for(hanako, yamada.email)

    assert (bool(free), taken) == (True, "")
    page = hanako.client.get(ADDRESS).content.decode()
    assert "確認のメールを送りました" in page
    assert "使われて" not in page
    assert own(hanako).email is None


def test_address_that_another_account_took_meanwhile_is_refused(hanako, yamada):
    link = asks_for(hanako, yamada.email)
    yamada.signs_up()

    answer = Client().post(link)

    assert answer.status_code == 422
    assert own(hanako).email is None


def test_address_that_was_only_typed_keeps_nobody_from_signing_up(hanako, yamada):
    asks_for(hanako, yamada.email)

    yamada.signs_up()

    assert Resident.objects.filter(email=yamada.email).count() == 1


def test_confirmed_address_alone_opens_nothing(hanako):
    """Whoever reads the mailbox can neither reset a password nor log in without the card."""
    confirms(hanako)
    mail.outbox.clear()

    Client().post("/account/password/reset/", {"email": TYPED})
    login = Client().post("/account/login/", {"login": TYPED, "password": "kumamoto-no-mizu"})

    (letter,) = mail.outbox
    assert "/password/reset/key/" not in letter.body
    assert login.status_code == 200
    assert own(hanako).has_usable_password() is False


def test_password_is_chosen_by_who_has_just_held_the_card(hanako, phone):
    confirms(hanako)
    forgets_the_log_in(hanako)

    refused = hanako.client.post(PASSWORD, NEW)
    asked = hanako.client.post("/account/app/login/", {"next": PASSWORD}).headers["Location"]
    led = hanako.client.get(phone.uses(asked, "sato")).headers["Location"]
    hanako.client.post(led, NEW)
    login = Client().post("/account/login/", {"login": TYPED, "password": NEW["password1"]})

    assert "もう一度カードで確かめます" in refused.content.decode()
    assert led == PASSWORD
    assert login.headers["Location"] == "/return/"


def test_password_needs_an_address_first(hanako):
    answer = hanako.client.post(PASSWORD, NEW)

    assert answer.headers["Location"] == ADDRESS
    assert own(hanako).has_usable_password() is False


def test_notice_stands_among_the_messages_and_is_never_due_to_be_mailed(hanako):
    hanako.begins()
    now = timezone.now()

    retention.warn(now=now + timedelta(days=77))

    notice = Notice.objects.get()
    assert (notice.kind, notice.due_at) == ("expiring", None)
    assert notices.send_due(now + timedelta(days=78)) == 0
    page = hanako.client.get("/messages/").content.decode()
    assert "作成中の申告がもうすぐ消えます" in page
    assert mail.outbox == []


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
