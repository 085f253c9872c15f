"""Celery wakes workers up; the rows in PostgreSQL are the work orders."""

import os

from celery import Celery

os.environ.setdefault("ZONE", "tools")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{os.environ['ZONE']}")

app = Celery("filing")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
