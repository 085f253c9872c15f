"""Retention (保存と消去): drafts left idle, and the answers of submissions past their period."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exchange.queries import undelivered_case_keys
from filing.calendar import retention_end
from portal.models import Draft, PreparedSignature, Submission
from portal.services.amending import give_up
from portal.services.events import record
from portal.services.signing import PREPARED_FOR

ACTOR = "batch:purge"


@dataclass
class Erased:
    """What a purge erased (or would erase), and what it would not touch, by receipt number."""

    drafts: int = 0
    prepared: int = 0
    submissions: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)


def purge(as_of: date, *, dry_run: bool, now: datetime) -> Erased:
    """Erase what has outlived its period on `as_of`; anything undelivered is refused and named."""
    erased = Erased()
    with transaction.atomic():
        drafts = list(_idle_drafts(as_of).select_for_update())
        erased.drafts = len(drafts)
        due = _due_submissions(as_of)
        prepared = PreparedSignature.objects.filter(created_at__lt=now - PREPARED_FOR)
        erased.prepared = prepared.count()
        numbers = [submission.receipt_number for submission in due]
        undelivered = undelivered_case_keys(numbers)
        erased.undelivered = [number for number in numbers if number in undelivered]
        erased.submissions = [number for number in numbers if number not in undelivered]
        if not dry_run:
            prepared.delete()
            _erase(drafts, [s for s in due if s.receipt_number in erased.submissions], now)
    return erased


def _idle_drafts(as_of: date) -> QuerySet[Draft]:
    """Return open drafts idle for longer than the period (the clock starts at the last save)."""
    day = timezone.make_aware(datetime.combine(as_of, time.min))
    return Draft.objects.filter(state=Draft.State.OPEN, changed_at__lt=day - settings.DRAFT_KEPT)


def _due_submissions(as_of: date) -> list[Submission]:
    """Return submissions whose answers are still held after the year's retention ended."""
    held = Submission.objects.filter(erased_at__isnull=True)
    years = held.values_list("tax_year", flat=True).distinct()
    over = [
        year for year in years if retention_end(year, years=settings.SUBMISSION_KEPT_YEARS) < as_of
    ]
    return list(held.filter(tax_year__in=over).order_by("receipt_number"))


def _erase(drafts: list[Draft], submissions: list[Submission], now: datetime) -> None:
    for draft in drafts:
        if draft.submissions.exists():
            # An amendment left idle: the filed version it began from has a period of its own.
            give_up(draft, by=ACTOR, now=now)
            continue
        record(by=ACTOR, action="draft.erase", subject=f"draft:{draft.pk}", now=now)
        draft.delete()
    for submission in submissions:
        draft = submission.draft
        draft.content = {}
        draft.save(update_fields=["sealed"])
        submission.content = {}
        submission.erased_at = now
        submission.save(update_fields=["sealed", "erased_at"])
        submission.statuses.update(message="")
        submission.papers.all().delete()
        subject = f"submission:{submission.receipt_number}"
        record(by=ACTOR, action="submission.erase", subject=subject, now=now)
