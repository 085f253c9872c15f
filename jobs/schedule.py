"""The zone's schedule (予定): which tasks there are, when each is due next, when one is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from celery.schedules import crontab, maybe_schedule
from django.conf import settings

# Below this a task is written down once a minute, not at each run.
OFTEN = timedelta(minutes=1)
# A queue may be full, a worker may be restarted: so long after its time a task is late.
GRACE, GRACE_OF_A_DAY = timedelta(minutes=10), timedelta(hours=2)


@dataclass(frozen=True)
class Entry:
    """One entry of the schedule: its name, its task, and when it is due."""

    name: str
    task: str
    when: Any

    @property
    def every(self) -> timedelta | None:
        """Return the interval; None where it is due at hours of the clock."""
        return None if isinstance(self.when, crontab) else self.when.run_every

    @property
    def is_often(self) -> bool:
        return self.every is not None and self.every < OFTEN

    def next_after(self, moment: datetime) -> datetime:
        """Return when the task is due next after a moment."""
        if self.every is not None:
            return moment + self.every
        when = maybe_schedule(self.when, app=current_app)
        start, delta, _now = when.remaining_delta(moment)
        due: datetime = start + delta
        return due

    def late_after(self, moment: datetime) -> datetime:
        """Return from when on the task is late, had it succeeded last at this moment."""
        every = self.every
        grace = GRACE_OF_A_DAY if every is None else max(GRACE, 2 * every)
        return self.next_after(moment) + grace


def entries() -> list[Entry]:
    """Return the zone's schedule, by name."""
    schedule: dict[str, dict[str, Any]] = getattr(settings, "CELERY_BEAT_SCHEDULE", {})
    found = [
        Entry(name, entry["task"], maybe_schedule(entry["schedule"]))
        for name, entry in sorted(schedule.items())
    ]
    # Commands that the operator's own timer starts; they say themselves how they ended.
    outside: dict[str, timedelta] = settings.JOBS_FROM_OUTSIDE
    return [*found, *(Entry(name, "", maybe_schedule(every)) for name, every in outside.items())]


def of_task(task: str) -> list[Entry]:
    """Return the entries that a task runs for."""
    return [entry for entry in entries() if task and entry.task == task]


def named(name: str) -> Entry:
    """Return an entry by its name; LookupError where the schedule has none."""
    found = next((entry for entry in entries() if entry.name == name), None)
    if found is None:
        raise LookupError(name)
    return found
