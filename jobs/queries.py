"""How the scheduled tasks stand (バッチの状況): last run, result, next run, and what is late."""

from dataclasses import dataclass
from datetime import datetime

from jobs.models import Job
from jobs.schedule import Entry, entries


@dataclass(frozen=True)
class Standing:
    """One task of the schedule and how it stands."""

    entry: Entry
    job: Job | None
    next_at: datetime | None
    is_late: bool

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def has_failed(self) -> bool:
        return bool(self.job and self.job.failures)


def standings(now: datetime) -> list[Standing]:
    """Return every task of the schedule."""
    known = {job.name: job for job in Job.objects.all()}
    # Since when anything at all is written down: before, nothing can be said to be missing.
    since = min((job.seen_since for job in known.values()), default=None)
    return [_standing(entry, known.get(entry.name), since, now) for entry in entries()]


def late(now: datetime) -> list[Standing]:
    """Return the tasks that should have run and did not, or did not succeed."""
    return [one for one in standings(now) if one.is_late]


def _standing(entry: Entry, job: Job | None, since: datetime | None, now: datetime) -> Standing:
    last = job and (job.succeeded_at or job.seen_since)
    start = last or since
    if start is None:
        return Standing(entry, job, None, False)
    begun = (job.ended_at if job else None) or start
    return Standing(entry, job, entry.next_after(begun), now > entry.late_after(start))
