"""The health page: what is planted out of the ordinary stands on it, and raises its alarm."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from exchange import contacts
from exchange.models import PeerContact
from exchange.tasks import watch as watch_exchange
from jobs import schedule, services
from jobs.models import Job
from review import health
from review.audit.tasks import watch as watch_log
from review.retention.tasks import watch as watch_retention
from tests.review.story import hire, signed_in
from tests.review.test_analysis import look
from tests.review.test_jobs import worked

YESTERDAY_AT_NIGHT = datetime(2027, 2, 6, 14, 30, tzinfo=UTC)
TODAY = datetime(2027, 2, 7, 3, 0, tzinfo=UTC)


@pytest.fixture
def today(db, monkeypatch):
    """A quiet morning: every task has just run, the relay has just answered."""
    monkeypatch.setattr(services, "_written", {})
    with time_machine.travel(TODAY, tick=False):
        staff = hire()
        for one in schedule.entries():
            services.end(one, succeeded=True, counts=None, error="", seconds=1, now=TODAY)
        contacts.note("relay", now=TODAY)
        yield staff


def silent_relay(_staff):
    PeerContact.objects.update(seen_at=TODAY - timedelta(hours=2))
    watch_exchange()


def look_at_night(staff):
    look(staff["suzuki"], "", at=YESTERDAY_AT_NIGHT)
    worked(watch_log)


def refused_logins(staff):
    look(staff["suzuki"], "", at=YESTERDAY_AT_NIGHT.replace(hour=3), action="access.denied")
    worked(watch_log)


def failing_task(_staff):
    for _again in range(2):
        services.end(
            schedule.named("forget-ended"),
            succeeded=False, counts=None, error="OperationalError", seconds=1, now=TODAY,
        )  # fmt: skip
    Job.objects.filter(name="forget-ended").update(succeeded_at=TODAY - timedelta(days=3))
    watch_retention()


PLANTED = [
    (silent_relay, "連携: 相手からの応答がない時間", "exchange alarm peer_silent_seconds"),
    (look_at_night, "「時間外・休日の閲覧」が1件", "audit alarm night: K1001"),
    (refused_logins, "「権限のない画面の操作」が1件", "audit alarm denied: K1001"),
    (failing_task, "定期の処理: 1件が遅れているか", "job alarm: forget-ended"),
]


def test_on_a_quiet_morning_there_is_nothing_to_see(today):
    assert health.anomalies(TODAY) == []
    page = signed_in(today["tanaka"]).get("/jobs/").content.decode()
    assert "異常はありません。" in page


@pytest.mark.req("OPS-03")
@pytest.mark.parametrize(("plant", "words", "alarm"), PLANTED)
def test_a_planted_anomaly_stands_on_the_page_and_raises_its_alarm(
    today, caplog, plant, words, alarm
):
    plant(today)

    (found,) = health.anomalies(TODAY)
    assert words in found
    assert alarm in caplog.text
    page = signed_in(today["tanaka"]).get("/jobs/").content.decode()
    assert words in page
    assert "異常はありません。" not in page
