"""Hints (合図) to workers: there may be work. Each may be lost; the sweeps find the rows without.

A process gives the same hint twice a second at most: under load the work is found anyway, and a
task for every row would cost more than the rows do.
"""

import logging
import time
from functools import partial
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.5
_given: dict[str, float] = {}


def after_commit(task: Any) -> None:
    """Hint at a task when the caller's transaction is committed; never if it is not."""
    transaction.on_commit(partial(_give, task), robust=True)


def _give(task: Any) -> None:
    now = time.monotonic()
    if now - _given.get(task.name, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _given[task.name] = now
    try:
        task.delay()
    except Exception:
        # The broker may be away; that must never undo or delay what has been committed.
        logger.warning("no broker to hint at %s; the sweep will do it", task.name)
