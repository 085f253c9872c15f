"""Celery wakes workers up; the rows in PostgreSQL are the work orders."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun

os.environ.setdefault("ZONE", "tools")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{os.environ['ZONE']}")

app = Celery("filing")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would open a connection for every task: that costs more than most tasks do. Django's own
# rule decides instead, which also drops a connection that the server has closed.
app.conf.update({"CELERY_DB_REUSE_MAX": sys.maxsize})


@task_prerun.connect
@task_postrun.connect
def keep_good_connections(**_: Any) -> None:
    """Drop the connections that are too old or broken, keep the others for the next task."""
    from django.db import close_old_connections

    close_old_connections()
