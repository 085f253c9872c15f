"""The last run of each scheduled task (バッチの状況), one row a task."""

from typing import Any

from django.db import models


class Job(models.Model):
    """Job (バッチ): a task of the zone's schedule and how it ran last; no person's data.

    A task that is due every few seconds is written down once a minute and when its outcome changes.
    """

    # As the schedule names it: retention-run, purge, …
    name = models.CharField(max_length=60, primary_key=True)
    seen_since = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    # What the task returned: counts, or nothing.
    counts = models.JSONField(null=True)
    # The kind of error of the last run, empty where it succeeded; never the error's own words.
    error = models.CharField(max_length=80, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "バッチ"

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        """Tell whether it has begun and not ended."""
        begun: Any = self.begun_at
        return begun is not None and (self.ended_at is None or self.ended_at < begun)
