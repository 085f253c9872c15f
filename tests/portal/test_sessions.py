"""Sessions: each page is sure of its thirty minutes, and most pages write nothing."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

pytestmark = pytest.mark.django_db
PAGE = "/return/R9/basic/phone/"


def ends():
    return Session.objects.get().expire_date


def left_to(person, seconds):
    """Let the session have so long left as after a pause."""
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))


def writes_of(person):
    with CaptureQueriesContext(connection) as captured:
        assert person.client.get(PAGE).status_code == 200
    return [q["sql"] for q in captured.captured_queries if q["sql"].startswith("UPDATE")]


def test_page_right_after_another_writes_nothing(sato):
    sato.signs_up().begins().reads_card()
    before = ends()

    assert (writes_of(sato), ends()) == ([], before)


@pytest.mark.parametrize("left", [1799, 60, 1])
def test_page_gives_at_least_thirty_minutes(sato, left):
    sato.signs_up().begins().reads_card()
    left_to(sato, left)

    assert len(writes_of(sato)) == 1
    assert ends() - timezone.now() > settings.SESSION_SURE


def test_session_that_ends_with_the_browser_goes_on_ending_with_it(sato):
    """On a shared computer the next one who opens the browser is nobody."""
    sato.signs_up().begins().reads_card()
    sato.client.post("/account/logout/")
    sato.logs_in()
    left_to(sato, 60)

    cookie = sato.client.get(PAGE).cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["max-age"] == ""


def test_session_that_has_ended_is_not_prolonged(sato):
    sato.signs_up().begins().reads_card()
    left_to(sato, -1)
    before = ends()

    assert sato.client.get(PAGE).headers["Location"].startswith("/account/login/")
    assert ends() == before


def test_slow_page_does_not_take_back_what_another_request_stored(sato):
    sato.signs_up().begins().reads_card()
    left_to(sato, 60)

    def meanwhile(execute, sql, params, many, context):
        """While the page looks for the draft, the button pressed in another tab is served."""
        if "portal_draft" in sql and "stored" not in sato.client.session:
            other = sato.client.session
            other["stored"] = "by the other request"
            other.save()
            left_to(sato, 60)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert sato.client.get(PAGE).status_code == 200

    assert sato.client.session["stored"] == "by the other request"
    assert ends() - timezone.now() > settings.SESSION_SURE


def test_page_that_keeps_alive_takes_nothing_back_either(sato):
    sato.signs_up()
    before = Session.objects.get().session_data

    answer = sato.client.get("/session/alive/")

    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE
    assert Session.objects.get().session_data == before


def test_log_out_in_another_tab_is_not_undone(sato):
    sato.signs_up().begins().reads_card()
    left_to(sato, 60)

    def logged_out(execute, sql, params, many, context):
        if "portal_draft" in sql:
            Session.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(logged_out):
        answer = sato.client.get(PAGE)

    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert not Session.objects.exists()
