"""Hints for workers: each calls one service, and may run twice or not at all."""

from celery import shared_task
from django.utils import timezone

from portal import delivery, notices
from portal.papers import waiting
from portal.services import reminders


@shared_task
def send_notices() -> int:
    return notices.send_due(timezone.now())


@shared_task
def tell_of_failures() -> int:
    return delivery.tell_of_failures(now=timezone.now())


@shared_task
def scan_papers() -> int:
    return waiting.scan_waiting(now=timezone.now())


@shared_task
def remind() -> int:
    return reminders.remind(now=timezone.now())
