"""Hints for workers: each calls one service, and may run twice or not at all."""

from celery import shared_task
from django.utils import timezone

from portal import notices


@shared_task
def send_notices() -> int:
    return notices.send_due(timezone.now())
