"""Celery tells of each task's begin and end; what is on the schedule is written down."""

import logging
import time
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError
from django.utils import timezone

from jobs import services
from jobs.schedule import of_task

logger = logging.getLogger(__name__)
_begun: dict[str, float] = {}


@task_prerun.connect
def begin(task_id: str = "", task: Any = None, **_given: Any) -> None:
    """Note that a scheduled task has begun."""
    _begun[task_id] = time.monotonic()
    try:
        for entry in of_task(task.name):
            services.begin(entry, now=timezone.now())
    except DatabaseError as error:
        logger.error("job %s not written down: %s", task.name, type(error).__name__)


@task_postrun.connect
def end(
    task_id: str = "", task: Any = None, retval: Any = None, state: str | None = None, **_given: Any
) -> None:
    """Note how a scheduled task ended."""
    seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
    failed = isinstance(retval, BaseException) or state != "SUCCESS"
    try:
        for entry in of_task(task.name):
            services.end(
                entry,
                succeeded=not failed,
                counts=None if failed else retval,
                error=type(retval).__name__ if failed else "",
                seconds=seconds,
                now=timezone.now(),
            )
    except DatabaseError as error:
        logger.error("job %s not written down: %s", task.name, type(error).__name__)
