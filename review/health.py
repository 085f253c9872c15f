"""Health (稼動状況): what is out of the ordinary, from every watch, for one page.

The network between the zones (連携), yesterday's use of data and of accounts (操作記録), tasks that
are late or fail, and what should have been erased. Each watch also writes its alarm to the log,
where a monitor takes it up; here a person sees all of them at once. No person's data.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from exchange import alarms as exchange_alarms
from jobs.models import Job
from jobs.queries import standings
from review.audit.analysis import kind_words
from review.exchange_views import alarm_in_words
from review.retention import alarms as retention_alarms

WATCH_LOG = "watch-log"


def anomalies(now: datetime) -> list[str]:
    """Return in words everything that somebody has to look at."""
    return [*_of_network(now), *_of_operations(), *_of_jobs(now), *retention_alarms.alarms(now)]


def _of_network(now: datetime) -> Iterator[str]:
    for reading in exchange_alarms.readings(now):
        if reading.is_alarm:
            text = _("連携: %(name)s(%(of)s)が%(value)sで、限度の%(limit)sを超えています。")
            yield text % alarm_in_words(reading)


def _of_operations() -> Iterator[str]:
    """Return what the daily look at the log found last (操作記録の日次点検)."""
    job = Job.objects.filter(name=WATCH_LOG).first()
    counts = job.counts if job and isinstance(job.counts, dict) else {}
    for kind, count in counts.items():
        text = _("操作記録: 前日の点検で「%(kind)s」が%(n)s件ありました。")
        yield text % {"kind": kind_words().get(kind, kind), "n": count}


def _of_jobs(now: datetime) -> Iterator[str]:
    late = [one for one in standings(now) if one.is_late or one.has_failed]
    if late:
        text = _("定期の処理: %(n)s件が遅れているか、失敗しています。下の表を見てください。")
        yield text % {"n": len(late)}
