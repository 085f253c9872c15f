"""A year that is over: nothing more is filled in or signed, and the way on paper is told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from portal.errors import YearClosed
from portal.models import Draft, PreparedSignature, Submission
from portal.years import check_open, last_day

pytestmark = pytest.mark.django_db

CITY_TIME = ZoneInfo("Asia/Tokyo")
LAST_MINUTE = datetime(2028, 9, 30, 23, 59, tzinfo=CITY_TIME)
OVER = datetime(2028, 10, 1, 0, 0, tzinfo=CITY_TIME)
PAPER = "紙の申告書なら出せます"


def test_year_is_open_until_the_season_after_the_next_begins():
    assert last_day("R9") == date(2028, 9, 30)


def test_what_the_office_asks_to_correct_may_still_be_sent():
    check_open("R9", {"amends": {"version": 1}}, OVER.date())

    with pytest.raises(YearClosed):
        check_open("R9", {}, OVER.date())


def test_page_is_saved_in_the_last_minute_and_not_after_it(sato):
    sato.signs_up().begins()
    with time_machine.travel(LAST_MINUTE, tick=False):
        sato.logs_in()
        saved = sato.posts("basic/phone", {"phone": "0960000000"})
    with time_machine.travel(OVER, tick=False):
        sato.logs_in()
        before = Draft.objects.get().version
        refused = sato.posts("basic/phone", {"phone": "0961111111"})
        hub = sato.client.get(refused.url).content.decode()

    assert saved.url != "/return/R9/"
    assert (refused.url, Draft.objects.get().version) == ("/return/R9/", before)
    assert PAPER in hub
    assert 'class="button" data-width="full"' not in hub


def test_return_that_is_ready_is_not_signed_once_the_year_is_over(sato):
    sato.signs_up().is_ready_to_sign()
    with time_machine.travel(OVER, tick=False):
        sato.logs_in()
        refused = sato.prepares()

    assert refused.status_code == 422
    assert PAPER in refused.json()["error"]
    assert not PreparedSignature.objects.exists()
    assert not Submission.objects.exists()


def test_address_of_a_year_that_was_never_begun_says_that_it_is_over(sato):
    sato.signs_up()
    with time_machine.travel(OVER, tick=False):
        sato.logs_in()
        page = sato.client.get("/return/R9/", follow=True)

    assert page.redirect_chain == [("/return/start/", 302)]
    assert PAPER in page.content.decode()
