"""The Django project: one code base, three sites chosen by ZONE."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
