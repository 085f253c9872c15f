"""An address typed at the sign-up: it opens nothing by itself, and tells nobody anything."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.models import Draft, Resident
from portal.services.address import MOST_OF_ONE_ADDRESS, unconfirmed
from tests.portal.post import delivers, path_in

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "kumamoto-no-mizu", "aso-no-kemuri-2"
SIGN_UP, LOG_IN, RESET = "/account/signup/", "/account/login/", "/account/password/reset/"
ADDRESS = "/account/email/"


def path_in_mail(pattern: str) -> str:
    """Return the path of the one link in the last mail."""
    delivers()
    return path_in(mail.outbox[-1], pattern)


def confirms(person) -> None:
    """Open the link of the sign-up's mail, logged in, and press the button."""
    person.client.post(path_in_mail("/account/email/"))


def opens_reset(email: str) -> tuple[Client, str, str]:
    """Ask for a new password and open the link: return the visitor, the form's path and page."""
    visitor = Client()
    visitor.post(RESET, {"email": email})
    form = visitor.get(path_in_mail("/account/password/reset/key/"), follow=True)
    return visitor, form.request["PATH_INFO"], form.content.decode()


def born(day: date) -> dict[str, str]:
    return {
        "birth_date_era": "",
        "birth_date_year": str(day.year),
        "birth_date_month": str(day.month),
        "birth_date_day": str(day.day),
    }


def birthday(person) -> date:
    return date.fromisoformat(person.face["birth_date"])


def chosen(password: str) -> dict[str, str]:
    return {"password1": password, "password2": password}


def may_log_in(email: str, password: str) -> bool:
    return Client().post(LOG_IN, {"login": email, "password": password}).status_code == 302


def test_typed_address_logs_in_on_another_device(sato):
    sato.signs_up()

    assert may_log_in(sato.email, PASSWORD)
    assert may_log_in(sato.email.upper(), PASSWORD)
    assert not may_log_in(sato.email, OTHER)


def test_address_counts_once_the_holder_opened_the_link(sato):
    sato.signs_up()
    before = Resident.objects.get()
    confirms(sato)
    after = Resident.objects.get()

    assert (before.email, before.asked_email) == (None, sato.email)
    assert (after.email, after.asked_email) == (sato.email, "")
    assert may_log_in(sato.email, PASSWORD)


def test_stranger_whose_mailbox_was_typed_confirms_and_opens_nothing(sato, yamada):
    """Sato mistyped: all of their mail reaches a stranger, who tries each link."""
    sato.signs_up().begins().reads_card()
    link = path_in_mail("/account/email/")
    yamada.signs_up()

    confirmed = yamada.client.post(link)
    visitor, form, page = opens_reset(sato.email)
    guessed = visitor.post(form, chosen(OTHER) | born(timezone.localdate()))

    assert confirmed.status_code == 422
    assert "生まれた日" in page
    assert "ちがいます" in guessed.content.decode()
    assert may_log_in(sato.email, PASSWORD)
    assert not may_log_in(sato.email, OTHER)


def test_account_that_holds_nothing_is_left_out_of_a_reset(sato):
    """Its link could only be refused: the mailbox hears that no password can be made anew."""
    sato.signs_up()
    delivers()

    Client().post(RESET, {"email": sato.email})

    (letter,) = delivers()
    assert letter.to == [sato.email]
    assert "/password/reset/key/" not in letter.body


def test_holder_of_a_typed_address_shows_the_password_after_a_while(sato):
    """What is asked is the account's password, whatever its address."""
    sato.signs_up()
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        asked = sato.client.get(ADDRESS).headers["Location"]
        wrong = sato.client.post(asked, {"password": OTHER})
        right = sato.client.post(asked, {"password": PASSWORD})
        sato.client.post(ADDRESS, {"email": "right@example.jp"})

    assert wrong.status_code == 200
    assert right.headers["Location"] == ADDRESS
    assert Resident.objects.get().asked_email == "right@example.jp"


def test_right_birth_date_is_not_used_up_by_passwords_that_are_too_short(sato):
    sato.signs_up().begins().reads_card()
    visitor, form, _page = opens_reset(sato.email)
    for _try in range(6):
        visitor.post(form, chosen("kuma") | born(birthday(sato)))

    visitor.post(form, chosen(OTHER) | born(birthday(sato)))

    assert may_log_in(sato.email, OTHER)


def test_address_that_several_accounts_log_in_with_is_not_taken_by_a_change(sato, yamada):
    for number in range(MOST_OF_ONE_ADDRESS):
        Client().post(SIGN_UP, {"email": sato.email, "password1": f"{OTHER}-{number}"})
    yamada.signs_up()

    answer = yamada.client.post(ADDRESS, {"email": sato.email})

    assert "別のメールアドレスを入力してください" in answer.content.decode()
    assert Resident.objects.latest("pk").asked_email == yamada.email


def test_password_is_guessed_at_the_sign_up_no_oftener_than_at_the_log_in(sato):
    sato.signs_up()
    confirms(sato)
    for number in range(5):
        guess = Client()
        guess.post(SIGN_UP, {"email": sato.email, "password1": f"{OTHER}-{number}"})
        guess.post("/settings/close/", {"sure": "on"})

    answer = Client().post(SIGN_UP, {"email": sato.email, "password1": PASSWORD})

    assert "何度も登録されています" in answer.content.decode()


def test_birth_date_is_guessed_five_times_at_most(sato):
    sato.signs_up().begins().reads_card()
    visitor, form, _page = opens_reset(sato.email)
    for _guess in range(5):
        visitor.post(form, chosen(OTHER) | born(timezone.localdate()))

    visitor.post(form, chosen(OTHER) | born(birthday(sato)))

    assert not may_log_in(sato.email, OTHER)


def test_who_never_confirmed_resets_the_password_by_mailbox_and_birth_date(sato):
    sato.signs_up().begins().reads_card()

    visitor, form, _page = opens_reset(sato.email)
    visitor.post(form, chosen(OTHER) | born(birthday(sato)))

    assert may_log_in(sato.email, OTHER)
    assert not may_log_in(sato.email, PASSWORD)


def test_confirmed_mailbox_alone_resets_the_password(sato):
    sato.signs_up()
    confirms(sato)

    visitor, form, page = opens_reset(sato.email)
    visitor.post(form, chosen(OTHER))

    assert "生まれた日" not in page
    assert may_log_in(sato.email, OTHER)


def test_account_that_read_no_card_is_not_reset_by_a_mailbox_that_nobody_confirmed(sato):
    sato.signs_up().begins()

    visitor, form, _page = opens_reset(sato.email)
    answer = visitor.post(form, chosen(OTHER) | born(birthday(sato))).content.decode()

    assert "新しく登録してください" in answer
    assert not may_log_in(sato.email, OTHER)


def test_mistyped_address_is_corrected_by_the_holder(sato):
    sato.email = "sato-mistyped@example.jp"
    sato.signs_up()
    hub = sato.begins().client.get("/settings/").content.decode()

    asked = sato.client.post(ADDRESS, {"email": "sato@example.jp"})
    confirms(sato)

    assert asked.headers["Location"] == ADDRESS

    assert "まだ確認されていません" in hub
    assert Resident.objects.get().email == "sato@example.jp"
    assert may_log_in("sato@example.jp", PASSWORD)
    assert not may_log_in("sato-mistyped@example.jp", PASSWORD)


def test_address_is_changed_by_who_has_just_entered_the_password(sato):
    sato.signs_up()
    confirms(sato)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        asked = sato.client.post(ADDRESS, {"email": "new@example.jp"})

    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    assert delivers() == []
    assert Resident.objects.get().asked_email == ""


def test_sign_up_with_a_taken_address_looks_like_any_other(sato):
    """Only the mailbox learns that there is an account already."""
    sato.signs_up()
    confirms(sato)

    answers = [
        Client().post(SIGN_UP, {"email": email, "password1": OTHER})
        for email in (sato.email, "nobody@example.jp")
    ]

    assert len({(a.status_code, a.headers["Location"]) for a in answers}) == 1
    letters = delivers()
    assert [letter.to for letter in letters] == [[sato.email], ["nobody@example.jp"]]
    assert "もう登録されています" in letters[0].body
    assert Resident.objects.filter(email=sato.email).count() == 1


def test_second_account_under_a_taken_address_sees_nothing_of_the_first(sato):
    sato.signs_up().begins()
    confirms(sato)
    stranger = Client()

    stranger.post(SIGN_UP, {"email": sato.email, "password1": OTHER})

    assert stranger.get("/return/R9/").status_code == 302
    assert Draft.objects.count() == 1
    assert may_log_in(sato.email, OTHER)
    assert may_log_in(sato.email, PASSWORD)


def test_signing_up_again_with_address_and_password_opens_the_account_that_is_there(sato):
    sato.signs_up().begins()

    again = Client()
    again.post(SIGN_UP, {"email": sato.email, "password1": PASSWORD})

    assert Resident.objects.count() == 1
    assert again.get("/return/R9/").status_code == 200


def test_address_under_which_somebody_else_signed_up_first_is_still_its_owners(sato):
    """Who typed it first keeps their own account; who owns the mailbox confirms it."""
    Client().post(SIGN_UP, {"email": sato.email, "password1": OTHER})

    sato.signs_up()
    confirms(sato)

    holder = Resident.objects.get(email=sato.email)
    assert holder.check_password(PASSWORD)
    assert may_log_in(sato.email, PASSWORD)


def test_one_address_serves_a_handful_of_accounts_until_it_is_confirmed(sato):
    """Each costs a hash at every log-in."""
    for number in range(MOST_OF_ONE_ADDRESS):
        Client().post(SIGN_UP, {"email": sato.email, "password1": f"{OTHER}-{number}"})

    refused = Client().post(SIGN_UP, {"email": sato.email, "password1": PASSWORD})

    assert "何度も登録されています" in refused.content.decode()
    assert Resident.objects.count() == MOST_OF_ONE_ADDRESS


def test_what_somebody_logs_in_with_outlives_the_link(sato):
    sato.signs_up()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        ended = list(unconfirmed(timezone.now()))

    assert ended == []
    assert may_log_in(sato.email, PASSWORD)
