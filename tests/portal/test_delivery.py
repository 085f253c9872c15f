"""A filing that does not get through: told once, in time, and never for a provisional failure."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange import retry
from exchange.models import OutboxMessage
from exchange.services import resend
from portal.delivery import is_delayed, tell_of_failures
from portal.models import Notice, Submission

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


@pytest.fixture
def submission(sato):
    return Submission.objects.get(pk=sato.is_ready_to_sign().files())


def fails(submission, *, now, permanent):
    message = OutboxMessage.objects.get(pk=submission.message_id)
    retry.failed(message, step="hand_over", code="too_large", now=now, permanent=permanent)


def told():
    return Notice.objects.filter(kind="delayed").count()


def test_final_failure_is_told_once_after_the_stated_time_and_not_before(submission):
    now = timezone.now()
    fails(submission, now=now, permanent=True)

    counts = [
        tell_of_failures(now=now + wait)
        for wait in (timedelta(0), DAY, DAY + timedelta(seconds=1), 2 * DAY)
    ]

    assert counts == [0, 0, 1, 0]
    assert told() == 1


def test_provisional_failure_is_never_told(submission):
    now = timezone.now()
    fails(submission, now=now, permanent=False)

    assert tell_of_failures(now=now + 9 * DAY) == 0


def test_what_was_mended_in_time_is_not_told(submission):
    now = timezone.now()
    fails(submission, now=now, permanent=True)

    resend(submission.message_id, now=now + timedelta(hours=3))

    assert tell_of_failures(now=now + 2 * DAY) == 0
    assert not is_delayed(submission, now=now + 2 * DAY)


def test_the_page_says_that_the_filing_stands_and_need_not_be_sent_again(submission, sato):
    fails(submission, now=timezone.now() - 2 * DAY, permanent=True)

    page = sato.client.get(f"/filings/{submission.pk}/").content.decode()

    assert "市役所への到着が遅れています" in page
    assert "もう一度送る必要はありません。" in page
