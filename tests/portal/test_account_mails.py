"""Mails of accounts are rows first: the page never waits for the mail server, and none is lost."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.mails import orders, sending
from portal.models import AccountMail, Event, Resident
from portal.services import retention
from tests.portal.post import delivers, path_in
from tests.portal.test_typed_addresses import LOG_IN, PASSWORD, RESET, SIGN_UP

pytestmark = pytest.mark.django_db
ADDRESS, CHANGE = "/account/email/", "/account/password/change/"
OTHER = "aso-no-kemuri-2"


@pytest.fixture
def away(settings):
    """The mail server is away; what is returned brings it back."""
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    def comes_back():
        settings.EMAIL_BACKEND = works

    return comes_back


def forgets_password(email: str, language: str = "ja") -> None:
    Client(headers={"Accept-Language": language}).post(RESET, {"email": email})


def waiting() -> list[str]:
    return list(AccountMail.objects.order_by("pk").values_list("kind", flat=True))


def changes_password(person) -> None:
    new = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert person.client.post(CHANGE, new).status_code == 302


def test_sign_up_while_the_server_is_away_mails_later_and_once(sato, away):
    sato.signs_up()
    page = sato.client.get(ADDRESS).content.decode()
    tried = [delivers(), delivers()]
    attempts = AccountMail.objects.get().attempts
    away()

    (letter,) = delivers(timezone.now() + timedelta(minutes=4))
    again = delivers(timezone.now() + timedelta(days=1))

    assert (tried, attempts, again) == ([[], []], 1, [])
    assert "確認のメールをお送りします" in page
    assert "数分たっても届かないとき" in page
    assert "送りました" not in page
    assert letter.subject == "熊本市 住民税申告: メールアドレスの確認"
    assert path_in(letter, ADDRESS)
    assert not AccountMail.objects.exists()


def test_reset_while_the_server_is_away_is_said_truly_and_mailed_later(sato, away):
    sato.signs_up().begins()
    AccountMail.objects.all().delete()

    page = Client().post(RESET, {"email": sato.email}, follow=True).content.decode()
    delivers()
    away()
    (letter,) = delivers(timezone.now() + timedelta(minutes=4))

    assert "メールをお送りします" in page
    assert "メールを送りました" not in page
    assert "/password/reset/key/" in letter.body


def work_of(path: str, **fields: str) -> list[str]:
    """Return what a visitor's post asks of the database, without the values; limits unused."""
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert Client().post(path, fields).status_code == 302
    return [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in asked]


def test_forgotten_password_asks_the_same_of_the_database_for_every_address(sato):
    """Whose address it is is looked up by the worker, while nobody waits."""
    sato.signs_up().begins()
    AccountMail.objects.all().delete()

    known, unknown = (work_of(RESET, email=one) for one in (sato.email, "nobody@example.jp"))

    assert known == unknown
    assert waiting() == ["forgotten", "forgotten"]


def test_sign_up_asks_the_same_of_the_database_for_a_taken_address(sato):
    sato.signs_up()
    sato.client.post(path_in(delivers()[0]))

    taken, free = (
        work_of(SIGN_UP, email=one, password1=OTHER) for one in (sato.email, "nobody@example.jp")
    )

    assert taken == free
    assert waiting() == ["address", "address"]


def test_no_link_lies_in_the_table_and_the_address_goes_with_the_mail(sato):
    sato.signs_up().begins()
    forgets_password(sato.email)
    rows = [str(row) for row in AccountMail.objects.values()]

    letters = delivers()

    assert [path_in(letter) != "" for letter in letters] == [True, True]
    assert not any("/account/" in row or "http" in row for row in rows)
    assert not AccountMail.objects.exists()


def test_worker_killed_between_sending_and_mark_sends_once_more(sato, monkeypatch):
    sato.signs_up()

    def dies(*_args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_done", dies)
        with pytest.raises(SystemExit):
            delivers()
    at_once = delivers()
    later = [len(delivers(timezone.now() + timedelta(minutes=m))) for m in (4, 5, 90)]

    assert (at_once, later, len(mail.outbox)) == ([], [1, 0, 0], 2)


def test_mail_that_another_worker_has_is_left_to_it(sato):
    sato.signs_up()
    now, mine = timezone.now(), AccountMail.objects.get()

    theirs = sending._claim(mine.pk, now)

    assert theirs == mine
    assert delivers(now) == []


def test_asked_again_while_it_waits_it_is_still_one_mail(sato, away):
    sato.signs_up().begins()
    for _press in range(3):
        forgets_password(sato.email)
    delivers()
    away()

    letters = delivers(timezone.now() + timedelta(minutes=4))

    assert [path_in(one).split("/")[2] for one in letters] == ["email", "password"]


def test_mail_that_was_asked_for_again_as_it_was_sent_is_sent_again(sato):
    sato.signs_up()
    now, resident = timezone.now(), Resident.objects.get()
    claimed = sending._claim(AccountMail.objects.get().pk, now)
    assert claimed

    orders.order(orders.Kind.ADDRESS, sato.email, now=now, resident=resident)
    sending._done(claimed, "sent", now)

    assert len(delivers()) == 1


def test_what_cannot_be_sent_is_given_up_and_its_address_goes(sato, away):
    """Asked for: after a day. A warning: after three."""
    sato.signs_up()
    changes_password(sato)
    now = timezone.now()
    left = []
    for hours in (1, 23, 25, 71, 73):
        delivers(now + timedelta(hours=hours))
        left.append(waiting())
    away()

    both, told = ["address", "password_changed"], ["password_changed"]
    assert left == [both, both, told, told, []]
    assert delivers(now + timedelta(hours=74)) == []
    given_up = Event.objects.filter(action="account_mail.given_up").order_by("pk")
    assert [(one.actor, one.detail["kind"]) for one in given_up] == [
        ("batch:account_mails", "address"),
        ("batch:account_mails", "password_changed"),
    ]


def test_server_that_is_away_is_not_tried_for_every_mail(away):
    for number in range(5):
        forgets_password(f"nobody-{number}@example.jp")

    delivers()

    assert sorted(AccountMail.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("language", "city"),
    [("en", "Kumamoto City "), ("ja-easy", "熊本市"), ("vi", "Kumamoto City ")],
)
def test_mails_come_in_the_language_of_their_reader(sato, language, city):
    """An account's in its own, to nobody's address in that of the page."""
    sato.client.cookies["django_language"] = language
    sato.signs_up().begins()
    forgets_password(sato.email, "ja")
    visitor = Client()
    visitor.cookies["django_language"] = language
    visitor.post(RESET, {"email": "nobody@example.jp"})

    letters = delivers()

    assert [one.subject.startswith(city) for one in letters] == [True] * 3
    assert "申し込みがありました" not in "".join(str(one.body) for one in letters)


def test_holder_is_told_that_the_password_was_changed_and_by_a_reset_too(sato):
    sato.signs_up().begins().reads_card()
    sato.client.post(path_in(delivers()[0]))

    changes_password(sato)
    changed = delivers()
    forgets_password(sato.email)
    visitor = Client()
    form = visitor.get(path_in(delivers()[0]), follow=True).request["PATH_INFO"]
    visitor.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    reset = delivers()

    subject = "熊本市 住民税申告: パスワードが変わりました"
    assert [[one.subject for one in letters] for letters in (changed, reset)] == [[subject]] * 2
    by = f"resident:{Resident.objects.get().pk}"
    events = Event.objects.filter(action="password.choose")
    assert list(events.values_list("actor", flat=True)) == [by, by]
    assert Client().post(LOG_IN, {"login": sato.email, "password": PASSWORD}).status_code == 302


def test_warning_goes_where_the_account_was_reached_before_the_address_changed(sato):
    """Who takes an account over changes the address, too."""
    sato.signs_up()
    delivers()

    changes_password(sato)
    sato.client.post(ADDRESS, {"email": "thief@example.jp"})
    letters = delivers()

    assert [(one.to, "変わりました" in one.subject) for one in letters] == [
        ([sato.email], True),
        (["thief@example.jp"], False),
    ]


def test_mailbox_that_is_left_is_told_that_the_address_changed(sato):
    """With the office's telephone, and without the new address: it may be a thief's."""
    sato.signs_up()
    sato.client.post(path_in(delivers()[0]))

    sato.client.post(ADDRESS, {"email": "thief@example.jp"})
    sato.client.post(path_in(delivers()[0]))
    letters = delivers()

    assert [(one.to, one.subject) for one in letters] == [
        ([sato.email], "熊本市 住民税申告: メールアドレスが変わりました")
    ]
    body = str(letters[0].body)
    assert ("096-328-2181" in body, "thief" in body) == (True, False)
    assert Resident.objects.get().email == "thief@example.jp"


def test_link_to_an_address_that_was_corrected_meanwhile_is_not_sent(sato):
    sato.signs_up()
    sato.client.post(ADDRESS, {"email": "right@example.jp"})

    letters = delivers()

    assert [one.to for one in letters] == [["right@example.jp"]]
    assert waiting() == []


def test_links_three_days_begin_as_it_is_sent(sato, away):
    sato.signs_up()
    Resident.objects.update(password="!")
    away()
    sent = timezone.now() + timedelta(hours=20)
    delivers(sent)

    def purged(**after: int) -> int:
        now = sent + timedelta(**after)
        return retention.purge(timezone.localdate(now), dry_run=False, now=now).addresses

    assert [purged(days=2, hours=20), purged(days=3, hours=1)] == [0, 1]


def test_erased_account_leaves_no_mail_that_waits(sato):
    sato.signs_up()
    held = sato.client.get("/settings/").content.decode()
    taken = sato.client.get("/settings/my-data.json").json()["account_mails"]

    sato.client.post("/settings/close/", {"sure": "on"})

    assert "これから送るメールのあて先" in held
    assert [(one["kind"], one["email"]) for one in taken] == [("address", sato.email)]
    assert (AccountMail.objects.count(), delivers()) == (0, [])


def test_sign_up_is_recorded_with_its_actor(sato):
    sato.signs_up()

    by = f"resident:{Resident.objects.get().pk}"
    said = list(Event.objects.order_by("pk").values_list("action", "actor"))
    assert said == [("account.signup", by), ("address.ask", by)]


@pytest.mark.parametrize("path", ["confirm-email/", "confirm-email/x:y/", "login/code/confirm/"])
def test_allauths_own_links_in_mails_lead_nowhere(path):
    assert Client().get(f"/account/{path}").status_code == 404


def test_one_sign_up_costs_the_request_no_connection_to_the_server(sato, away, monkeypatch):
    """Whatever the server does, the page does not speak to it."""

    def refuses(*_args, **_options):
        raise AssertionError("a request spoke to the mail server")

    monkeypatch.setattr("smtplib.SMTP.__init__", refuses)

    sato.signs_up()
    changes_password(sato)
    forgets_password(sato.email)
    sato.client.post(ADDRESS, {"email": "another@example.jp"})

    assert sorted(waiting()) == ["address", "address", "forgotten", "password_changed"]
