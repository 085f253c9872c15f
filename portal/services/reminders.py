"""Reminders (期限のお知らせ): for those who asked for them and have not filed the year's return."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from filing.calendar import filing_deadline
from portal import years
from portal.amending import WITHOUT_EFFECT
from portal.models import Notice, Resident, Submission, has_mailbox
from portal.services.events import record

ACTOR = "batch:reminders"
DAYS_BEFORE = (14, 3)


def remind(*, now: datetime) -> int:
    """Order the reminders that today asks for, each once; return how many were ordered."""
    today = timezone.localdate(now)
    year = years.default_year(today)
    days_left = (filing_deadline(year) - today).days
    passed = [days for days in DAYS_BEFORE if 0 <= days_left <= days]
    return _order(year, min(passed), now) if passed else 0


def _order(year: str, days: int, now: datetime) -> int:
    once = f"{year}:{days}"
    with transaction.atomic():
        wanting = Resident.objects.filter(has_mailbox(), wants_reminders=True, is_active=True)
        # Who filed for somebody else only is still to file their own, and so is who filed in vain.
        filed = Submission.objects.filter(
            tax_year=year, draft__whose="", resident=OuterRef("pk")
        ).exclude(stage__in=WITHOUT_EFFECT)
        wanting = wanting.exclude(Exists(filed))
        unreminded = wanting.exclude(notices__once=once)
        kind = Notice.Kind.REMINDER
        rows = [
            Notice(resident=resident, kind=kind, once=once, created_at=now, due_at=now)
            for resident in unreminded.order_by("pk")
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            record(by=ACTOR, action="reminders", subject=once, now=now, count=len(rows))
    return len(rows)


def choose(resident: Resident, *, wanted: bool, by: str, now: datetime) -> None:
    """Store whether the resident wants reminders."""
    with transaction.atomic():
        resident.wants_reminders = wanted
        resident.save(update_fields=["wants_reminders"])
        record(by=by, action="reminders.choose", subject=by, now=now, wanted=wanted)
