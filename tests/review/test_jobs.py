"""Scheduled tasks are written down: last run, result, counts, next run; what is late is told."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from jobs import queries, schedule, services, signals
from jobs.models import Job
from review.cases import nightly
from review.cases.tasks import nightly as nightly_task
from review.retention.models import Run
from review.retention.tasks import watch
from tests.review.story import NOW

NIGHT = datetime(2027, 2, 1, 19, 30, tzinfo=UTC)


def entry(name):
    return next(one for one in schedule.entries() if one.name == name)


def ran(name, at, **more):
    given = {"succeeded": True, "counts": None, "error": "", "seconds": 1.5, "now": at}
    services.end(entry(name), **given | more)


def worked(task):
    """Do what a worker does around a task: Celery's signals, the task, the signals again."""
    signals.begin(task_id="1", task=task)
    try:
        answer, state = task(), "SUCCESS"
    except ValueError as error:
        answer, state = error, "FAILURE"
    signals.end(task_id="1", task=task, retval=answer, state=state)


@pytest.mark.req("OPS-08")
def test_a_task_that_celery_runs_is_written_down_with_its_counts(db):
    with time_machine.travel(NIGHT, tick=False):
        worked(nightly_task)

    job = Job.objects.get(name="nightly")
    assert (job.succeeded_at, job.failures, job.error) == (NIGHT, 0, "")
    assert job.counts["released"] == 0


def test_a_task_that_fails_leaves_the_kind_of_its_error_and_never_its_words(db, monkeypatch):
    def broken(**_given):
        raise ValueError("佐藤 花子 1234 5678 9012")

    monkeypatch.setattr(nightly, "check", broken)
    for _again in range(2):
        worked(nightly_task)

    job = Job.objects.get(name="nightly")
    assert (job.error, job.failures, job.succeeded_at) == ("ValueError", 2, None)


def test_frequent_task_is_written_once_a_minute_and_when_its_outcome_changes(db, monkeypatch):
    monkeypatch.setattr(services, "_written", {})
    ran("pull", NOW)
    ran("pull", NOW + timedelta(seconds=30))
    assert Job.objects.get().succeeded_at == NOW
    ran("pull", NOW + timedelta(seconds=31), succeeded=False, error="PeerError")
    assert Job.objects.get().failures == 1
    ran("pull", NOW + timedelta(seconds=32))
    assert Job.objects.get().failures == 0


@pytest.mark.req("OPS-08")
@pytest.mark.parametrize(
    ("after", "late"),
    [(timedelta(hours=25), False), (timedelta(hours=26, minutes=1), True)],
)
def test_daily_task_is_late_two_hours_after_its_time(db, after, late):
    ran("nightly", NIGHT)

    found = {one.name: one.is_late for one in queries.standings(NIGHT + after)}

    assert found["nightly"] is late


def test_task_that_never_ran_is_late_once_others_did(db):
    assert queries.late(NOW) == []
    ran("pull", NIGHT)

    late = {one.name for one in queries.late(NIGHT + timedelta(days=2))}

    assert {"nightly", "retention-run"} <= late
    assert "retention-list" not in late


def test_next_run_is_that_of_the_clock(db):
    ran("nightly", NIGHT)

    one = next(s for s in queries.standings(NIGHT) if s.name == "nightly")

    assert timezone.localtime(one.next_at).strftime("%m-%d %H:%M") == "02-03 04:30"


@pytest.mark.req("OPS-08")
def test_page_and_dashboard_show_what_is_late_and_what_failed(town, sign_in):
    start = timezone.now()
    ran("nightly", start - timedelta(days=3), counts={"released": 7})
    ran("retention-run", start, succeeded=False, error="OperationalError")
    abe = sign_in("abe")

    page = abe.get("/jobs/").content.decode()
    board = abe.get("/progress/").content.decode()

    assert "released 7" in page
    assert "遅れています" in page
    assert "OperationalError" in page
    assert "停滞の点検(夜間)" in board
    assert "承認された消去の実施" in board
    assert sign_in("ito").get("/jobs/").status_code == 403


def test_every_scheduled_task_has_words(db):
    from review.jobs_views import JOB_WORDS

    assert {one.name for one in schedule.entries()} == JOB_WORDS.keys()


@pytest.mark.req("OPS-08")
def test_run_that_did_not_happen_raises_an_alarm_on_the_dashboard(db, sign_in, caplog):
    now = timezone.now()
    Run.objects.create(
        number=1, as_of=NOW.date(), state="approved", digest="", proposed_by="K1001",
        proposed_at=now - timedelta(days=10), approved_by="K1002", approved_at=now,
        not_before=now - timedelta(days=2),
    )  # fmt: skip

    counts = watch()

    assert counts["alarms"] == 1
    assert "retention alarm" in caplog.text
    assert (
        "消去1が、実施の日を過ぎても終わっていません。"
        in sign_in("abe").get("/progress/").content.decode()
    )


def test_command_of_a_zone_says_the_same_and_fails_where_one_is_late(db):
    ran("nightly", timezone.now() - timedelta(days=3))
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("jobs", "--json", stdout=out)

    found = {one["name"]: one for one in json.loads(out.getvalue())}
    assert found["nightly"]["late"] is True
