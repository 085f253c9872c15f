"""Retention (保存と消去): drafts left idle, answers of submissions past their period, old notes."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.sessions import expired
from exchange.forget import forget
from exchange.queries import undelivered_case_keys
from filing.calendar import last_event_over, retention_end
from portal.models import Draft, Event, Notice, PreparedSignature, Submission
from portal.notices import mailed_at
from portal.services.address import unconfirmed
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
    sessions: int = 0
    mails: int = 0
    events: int = 0
    addresses: int = 0
    messages: int = 0


def purge(as_of: date, *, dry_run: bool, now: datetime) -> Erased:
    """Erase what has outlived its period on `as_of`; anything undelivered is refused and named."""
    erased = Erased()
    with transaction.atomic():
        drafts = _idle_drafts(as_of)
        erased.drafts = len(drafts)
        due = _due_submissions(as_of)
        prepared = PreparedSignature.objects.filter(created_at__lt=now - PREPARED_FOR)
        erased.prepared = prepared.count()
        numbers = [submission.receipt_number for submission in due]
        undelivered = undelivered_case_keys(numbers)
        erased.undelivered = [number for number in numbers if number in undelivered]
        erased.submissions = [number for number in numbers if number not in undelivered]
        aged = {"sessions": expired(now), "mails": _old_mails(as_of), "events": _old_events(as_of)}
        for name, rows in aged.items():
            setattr(erased, name, rows.count())
        typed = unconfirmed(now)
        erased.addresses = typed.count()
        if not dry_run:
            typed.update(asked_email="", asked_at=None)
            prepared.delete()
            for rows in aged.values():
                rows.delete()
            _erase(drafts, [s for s in due if s.receipt_number in erased.submissions], now)
    # In chunks of its own: what is done with needs no lock on the rest.
    before = _start_of(as_of) - settings.ROWS_KEPT
    done = forget(before=before, now=now, forwards=False, dry_run=dry_run)
    erased.messages = sum(vars(done).values())
    return erased


def warn(*, now: datetime) -> int:
    """Order a mail for each draft that will be erased soon, once for each last save."""
    limit = now - settings.DRAFT_KEPT + settings.DRAFT_WARNED
    with transaction.atomic():
        idle = Draft.objects.filter(state=Draft.State.OPEN, changed_at__lt=limit)
        drafts = [draft for draft in idle.select_related("resident") if not _warning_of(draft)]
        rows = [
            Notice(
                resident=draft.resident,
                kind=Notice.Kind.EXPIRING,
                once=once_of(draft),
                created_at=now,
                due_at=mailed_at(draft.resident, now),
            )
            for draft in drafts
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            record(by=ACTOR, action="draft.warn", subject="drafts", now=now, count=len(rows))
    return len(rows)


def _idle_drafts(as_of: date) -> list[Draft]:
    """Return open drafts idle for longer than the period whose residents were told in time."""
    day = _start_of(as_of)
    idle = Draft.objects.filter(state=Draft.State.OPEN, changed_at__lt=day - settings.DRAFT_KEPT)
    told_before = day - settings.DRAFT_WARNED + timedelta(days=1)
    return [
        draft
        for draft in idle.select_for_update()
        if (warning := _warning_of(draft)) and warning.created_at < told_before
    ]


def _warning_of(draft: Draft) -> Notice | None:
    notices = Notice.objects.filter(resident=draft.resident_id, kind=Notice.Kind.EXPIRING)
    return notices.filter(once=once_of(draft)).first()


def once_of(draft: Draft) -> str:
    """Return what tells one idle time of a draft from the next: a save starts the clock anew."""
    return f"{draft.tax_year}:{draft.changed_at:%y%m%d%H%M%S}"


def _old_mails(as_of: date) -> QuerySet[Notice]:
    """Return the orders of mails that nobody will try any more, long after they were made."""
    day = _start_of(as_of)
    return Notice.objects.filter(due_at__isnull=True, created_at__lt=day - settings.NOTICES_KEPT)


def _old_events(as_of: date) -> QuerySet[Event]:
    """Return the zone's own records of operations whose years are over."""
    last = last_event_over(as_of, settings.EVENTS_KEPT_YEARS)
    return Event.objects.filter(at__lt=_start_of(last + timedelta(days=1)))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


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
        erase_contents(submission, by=ACTOR, now=now)


def erase_contents(submission: Submission, *, by: str, now: datetime) -> None:
    """Erase what was answered and told, in the caller's transaction; the receipt's facts stay.

    A correction that was begun ends with it, and the papers that were to go along.
    """
    draft = Draft.objects.select_for_update().get(pk=submission.draft_id)
    PreparedSignature.objects.filter(draft=draft).delete()
    draft.papers.filter(submission__isnull=True).delete()
    draft.content = {}
    draft.state = Draft.State.SUBMITTED
    draft.save(update_fields=["sealed", "state"])
    submission.content = {}
    submission.erased_at = now
    submission.save(update_fields=["sealed", "erased_at"])
    submission.statuses.update(message="")
    submission.papers.all().delete()
    subject = f"submission:{submission.receipt_number}"
    record(by=by, action="submission.erase", subject=subject, now=now)
