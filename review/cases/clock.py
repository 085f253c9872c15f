"""Working-day clock (処理期間): how long the office may take, in days on which it is open."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from filing.calendar import is_business_day

# 標準処理期間 (行政手続法6条): the working days from arrival to the decision that the city aims at.
STANDARD_DAYS = 20


def add_working_days(day: date, days: int) -> date:
    """Return the day that lies so many working days (開庁日) after `day`."""
    while days > 0:
        day += timedelta(days=1)
        days -= is_business_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and with `end`; 0 if `end` is earlier.

    Saturdays, Sundays, 国民の祝日 and 29 December to 3 January do not count.
    """
    days = (end - start).days
    return sum(is_business_day(start + timedelta(days=n)) for n in range(1, days + 1))


def target_of(received_at: datetime) -> datetime:
    """Return when a case that arrived at this moment ought to be decided (処理期限)."""
    return later(received_at, STANDARD_DAYS)


def later(moment: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later, by the city's own clock."""
    local = timezone.localtime(moment)
    return moment + (add_working_days(local.date(), days) - local.date())


def after_pause(target: datetime, *, paused_at: datetime, resumed_at: datetime) -> datetime:
    """Return the target after a stop of the clock (補正待ち・保留): as many working days later."""
    start, end = timezone.localdate(paused_at), timezone.localdate(resumed_at)
    return later(target, working_days_between(start, end))
