"""Purge: what has outlived its period goes, what is undelivered stays and is named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from exchange.models import OutboxMessage
from portal import notices
from portal.models import Draft, Event, Notice, Paper, Submission
from portal.services import retention
from portal.services.submission import as_filed
from tests.papers import samples

pytestmark = pytest.mark.django_db


def purge(as_of, *options):
    out = StringIO()
    call_command("purge", "--as-of", as_of, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def delivered(submission):
    OutboxMessage.objects.filter(pk=submission.message_id).update(
        confirmed_at=timezone.now(), final_receipt="signed"
    )


def test_draft_idle_for_more_than_ninety_days_is_erased(sato):
    sato.signs_up().begins().reads_card()
    day = timezone.localdate()

    with time_machine.travel(timezone.now() + timedelta(days=77), tick=False):
        retention.warn(now=timezone.now())
    kept = purge((day + timedelta(days=90)).isoformat())
    erased = purge((day + timedelta(days=92)).isoformat())

    assert (kept["drafts"], erased["drafts"]) == (0, 1)
    assert not Draft.objects.exists()
    assert Event.objects.get(action="draft.erase").actor == "batch:purge"


def test_resident_is_told_once_before_a_draft_goes_and_a_save_starts_the_clock_anew(sato):
    sato.signs_up().begins().reads_card()
    now = timezone.now()

    early = retention.warn(now=now + timedelta(days=75))
    told = retention.warn(now=now + timedelta(days=77))
    again = retention.warn(now=now + timedelta(days=78))
    Draft.objects.update(changed_at=now + timedelta(days=79))
    anew = retention.warn(now=now + timedelta(days=79 + 77))

    assert (early, told, again, anew) == (0, 1, 0, 1)
    notice = Notice.objects.filter(kind="expiring").first()
    assert notices.send_due(notice.due_at) == 1
    assert "もうすぐ消えます" in mail.outbox[-1].subject


def test_draft_of_which_nobody_was_told_stays(sato):
    sato.signs_up().begins().reads_card()
    day = timezone.localdate()

    assert purge((day + timedelta(days=200)).isoformat())["drafts"] == 0


def test_draft_stays_for_the_full_warning_however_late_it_came(sato):
    sato.signs_up().begins().reads_card()
    day = timezone.localdate()
    retention.warn(now=timezone.now() + timedelta(days=100))

    early = purge((day + timedelta(days=113)).isoformat())
    late = purge((day + timedelta(days=115)).isoformat())

    assert (early["drafts"], late["drafts"]) == (0, 1)


def test_dry_run_counts_and_erases_nothing(sato):
    sato.signs_up().begins()

    with time_machine.travel(timezone.now() + timedelta(days=77), tick=False):
        retention.warn(now=timezone.now())
    report = purge("2036-01-01", "--dry-run")

    assert (report["drafts"], report["dry_run"]) == (1, True)
    assert Draft.objects.count() == 1


def test_answers_of_a_submission_go_after_seven_years_and_the_receipt_stays(sato):
    pk = sato.is_ready_to_sign().files()
    submission = Submission.objects.get(pk=pk)
    delivered(submission)

    kept = purge("2035-03-31")
    erased = purge("2035-04-01")

    after = Submission.objects.get(pk=pk)
    assert kept["submissions"] == []
    assert erased["submissions"] == [submission.receipt_number]
    assert (after.content, after.draft.content) == ({}, {})
    assert after.receipt_number in sato.client.get(f"/filings/{pk}/receipt/").content.decode()
    assert "保存期間が過ぎた" in sato.client.get(f"/filings/{pk}/copy/").content.decode()


@pytest.mark.usefixtures("scanner")
def test_correction_begun_shortly_before_goes_with_the_answers_and_its_papers(sato):
    pk = sato.is_ready_to_sign().files()
    delivered(Submission.objects.get(pk=pk))
    sato.client.post(f"/filings/{pk}/amend/")
    sato.attaches(("photo.jpg", samples.photograph()))
    held = Paper.objects.count()

    purge("2035-04-01")

    draft = Draft.objects.get()
    assert (held, Paper.objects.count()) == (1, 0)
    assert (draft.state, draft.content) == ("submitted", {})


def test_undelivered_submission_is_never_erased_and_is_named(sato):
    pk = sato.is_ready_to_sign().files()
    submission = Submission.objects.get(pk=pk)

    report = purge("2040-01-01")

    assert report["undelivered"] == [submission.receipt_number]
    assert Submission.objects.get(pk=pk).erased_at is None


def test_date_that_is_none_is_bad_input():
    with pytest.raises(CommandError) as refused:
        purge("yesterday")

    assert refused.value.returncode == 2


def test_idle_amendment_goes_back_to_what_was_filed(sato):
    pk = sato.is_ready_to_sign().files()
    sato.client.post(f"/filings/{pk}/amend/")
    retention.warn(now=timezone.now() + timedelta(days=77))

    purge((timezone.localdate() + timedelta(days=92)).isoformat())

    draft = Draft.objects.get()
    assert draft.state == "submitted"
    assert draft.content == as_filed(Submission.objects.get(pk=pk).content)


def test_ids_of_messages_go_on_the_day_after_and_the_way_of_the_filing_is_still_told(sato):
    """What both ends are done with goes; what the office has not confirmed stays, however old."""
    pk = sato.is_ready_to_sign().files()
    day = timezone.localdate()
    undelivered = purge((day + timedelta(days=4_000)).isoformat(), "--dry-run")["messages"]
    OutboxMessage.objects.update(
        state="handed_over", hop_receipt="signed", handed_over_at=timezone.now(), sealed=None
    )
    delivered(Submission.objects.get(pk=pk))
    kept = purge((day + timedelta(days=400)).isoformat())["messages"]
    planned = purge((day + timedelta(days=401)).isoformat(), "--dry-run")["messages"]
    gone = purge((day + timedelta(days=401)).isoformat())["messages"]

    assert (undelivered, kept, planned, gone) == (0, 0, 1, 1)
    assert not OutboxMessage.objects.exists()
    assert sato.client.get(f"/filings/{pk}/").status_code == 200
