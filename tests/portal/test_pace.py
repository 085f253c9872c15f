"""Who goes on far faster than a person can is told to wait (429); nobody else notices."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portal import pace
from portal.models import Draft, PinFailures, Resident
from tests.papers import samples

pytestmark = pytest.mark.django_db
PHONE = "/return/R9/basic/phone/"
EXPORT = "/settings/my-data.json"


@pytest.fixture
def bounded(settings):
    """Return a way to set bounds; where none is set, those that hold outside the demo."""

    def bound(**most):
        settings.PACE = {kind: n // 10 for kind, n in settings.PACE.items()} | most

    return bound


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        return cursor.fetchone()[0]


def test_two_hundred_looks_at_the_estimate_are_bounded_and_nobody_else_waits(sato, yamada, bounded):
    bounded()
    for person in (sato, yamada):
        person.signs_up().begins().reads_card()
    typed = {"version": sato.version(), "phone": "096-111-2222"}
    cache.clear()

    with time_machine.travel(timezone.now(), tick=False):
        answers = [sato.client.post(PHONE, typed | {"preview": "1"}) for _ in range(200)]
        looked_at = sato.client.get(PHONE)
        saved = yamada.posts("basic/phone", {"phone": "096-333-4444"})

    assert [one.status_code for one in answers] == [200] * 120 + [429] * 80
    assert {one.headers["Retry-After"] for one in answers[120:]} == {"60"}
    assert {one.content for one in answers[120:]} == {b""}
    assert (looked_at.status_code, saved.status_code) == (200, 302)


def test_save_that_came_too_fast_is_offered_again_and_taken_after_the_wait(sato, bounded):
    sato.signs_up().begins().reads_card()
    bounded(saves=1)
    cache.clear()
    sato.posts("basic/phone", {"phone": "096-000-0000"})
    typed = {"version": sato.version(), "phone": "096-111-2222"}

    refused = sato.client.post(PHONE, typed)
    page = refused.content.decode()
    form = page.split("data-submit-once")[1].split("</form>")[0]
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    wait = timedelta(seconds=int(refused.headers["Retry-After"]))
    with time_machine.travel(timezone.now() + wait):
        taken = sato.client.post(PHONE, again)

    assert refused.status_code == 429
    assert "1分ほど待って" in page
    assert again == typed
    assert taken.status_code == 302
    assert Draft.objects.get().content["data"]["basic"]["phone"] == "096-111-2222"


def test_number_is_not_carried_back_by_the_page_that_says_wait(sato, bounded):
    sato.signs_up().begins().reads_card().answers("spouse/has", has="yes")
    bounded(saves=0)
    fields = {"version": sato.version(), "personal_number": "123456789018"}

    refused = sato.client.post("/return/R9/spouse/number/", fields)

    assert refused.status_code == 429
    assert "123456789018" not in refused.content.decode()


def test_files_are_bounded_together_and_for_each_resident_alone(sato, yamada, bounded):
    pk = sato.is_ready_to_sign().files()
    yamada.signs_up()
    bounded(files=2)

    kinds = [f"/filings/{pk}/copy.pdf", f"/filings/{pk}/copy.xml", EXPORT]
    answers = [sato.client.get(one).status_code for one in kinds]

    assert answers == [200, 200, 429]
    assert yamada.client.get(EXPORT).status_code == 200


@pytest.mark.usefixtures("scanner")
def test_pictures_of_pages_are_bounded_and_the_small_ones_are_not(sato, bounded):
    sato.signs_up().begins().reads_card()
    sato.attaches(("photo.jpg", samples.photograph()))
    paper = f"/return/R9/papers/{Draft.objects.get().papers.get().pk}"
    bounded(pictures=1)

    large = [sato.client.get(f"{paper}/1.jpg").status_code for _ in range(2)]
    small = [sato.client.get(f"{paper}/small.jpg").status_code for _ in range(2)]

    assert (large, small) == ([200, 429], [200, 200])


def test_script_of_the_card_is_told_in_its_own_form(sato, bounded):
    sato.is_ready_to_sign()
    fields = {"version": sato.version(), "certificate": sato.card["certificate"]}
    bounded(signing=0)

    address = "/return/R9/sign/prepare/"
    answer = sato.client.post(address, fields, headers={"accept": "application/json"})

    assert answer.status_code == 429
    assert "1分ほど待って" in answer.json()["error"]


def test_wrong_pin_of_a_card_that_was_not_read_leaves_no_row(sato, yamada):
    sato.is_ready_to_sign()
    made_up = [base64.b64encode(bytes([n])).decode() for n in range(3)]

    answers = [
        sato.client.post("/return/R9/sign/wrong-pin/", {"certificate": one})
        for one in [*made_up, yamada.card["certificate"]]
    ]

    assert [one.status_code for one in answers] == [422] * 4
    assert "はじめに読み取ったカードとちがいます" in answers[0].json()["error"]
    assert not PinFailures.objects.exists()


def test_limit_of_another_kind_says_how_long_to_wait_too(client, phone, settings):
    settings.ACCOUNT_RATE_LIMITS = {"app_start": "1/m/ip"}

    answers = [client.post("/account/app/start/") for _ in range(2)]

    assert (answers[1].status_code, answers[1].headers["Retry-After"]) == (429, "300")


def test_counting_leaves_one_row_and_nothing_past_its_time(sato, bounded):
    sato.signs_up()
    resident, now = Resident.objects.get(), timezone.now()
    bounded(files=2)
    cache.clear()

    waits = [pace.seconds_to_wait(resident, "files", now=now) for _ in range(3)]
    later = pace.seconds_to_wait(resident, "files", now=now + timedelta(seconds=45))
    next_minute = pace.seconds_to_wait(resident, "files", now=now + timedelta(seconds=60))
    held = rows()
    gone = pace.forget(now=now + timedelta(seconds=121))

    assert (waits, later, next_minute) == ([0, 0, 60], 15, 0)
    assert (held, gone, rows()) == (1, 1, 0)
