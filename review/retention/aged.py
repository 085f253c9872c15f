"""Records whose clock runs from a day of their own (年度によらない記録): exports, runs, the log."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Max, Min, Q
from django.utils import timezone

from review.addressees.models import ResidentRun
from review.audit.models import AuditEvent, MonthlyReview
from review.cases.models import Export, SavedFilter
from review.forwarding.models import Forwarding
from review.incidents.models import Incident
from review.retention.keeping import Plan, held_people
from review.retention.models import Disposal, Erasure, Hold, PlaceAttestation, Run
from review.retention.periods import Period
from review.rights.models import RightsRequest
from review.staff.models import LoginAttempt
from review.taxfiles.models import ResultFile, TaxFile
from review.transfers.models import HandOver, UseRequest

# Entries of the log that go in one chunk: the log is erased from its beginning only.
LOG_RANGE = 10_000
NO_END = "期間が過ぎましたが、まだ終わっていません(起算日がありません)"


@dataclass(frozen=True)
class Aged:
    """One such kind: its model, the moment that starts the clock, when it came into being."""

    model: type[models.Model]
    event: str
    begun: str
    # How the person is found whose hold keeps a row, if a row is about one.
    person: str = ""


AGED = {
    "exports": Aged(Export, "requested_at", "requested_at"),
    "tax-files": Aged(TaxFile, "made_at", "made_at"),
    "tax-file-results": Aged(ResultFile, "at", "at"),
    "forwardings": Aged(Forwarding, "made_at", "made_at"),
    "rights": Aged(RightsRequest, "answered_at", "requested_at", "addressee__number"),
    "disposals": Aged(Disposal, "reported_at", "requested_at"),
    "backup-places": Aged(PlaceAttestation, "decided_at", "proposed_at"),
    "transfers": Aged(UseRequest, "requested_at", "requested_at"),
    "hand-overs": Aged(HandOver, "ended_on", "entered_at"),
    "incidents": Aged(Incident, "closed_at", "written_at"),
    "register-runs": Aged(ResidentRun, "at", "at"),
    "saved-filters": Aged(SavedFilter, "created_at", "created_at"),
    "holds": Aged(Hold, "ended_at", "set_at"),
    "logins": Aged(LoginAttempt, "at", "at"),
    "log-reviews": Aged(MonthlyReview, "signed_at", "signed_at"),
    "certificates": Aged(Erasure, "finished_at", "made_at"),
}


def plan_aged(period: Period, as_of: date) -> Plan:
    """Return the rows whose period is over; what has no event yet is named and stays."""
    aged = AGED[period.kind]
    bound = _bound(period, as_of)
    if bound is None:
        return Plan(period, {period.kind: []}, [], [])
    rows: Any = aged.model._default_manager
    due = rows.filter(**{f"{aged.event}__lt": bound})
    refused = []
    if aged.person:
        held = Q(**{f"{aged.person}__in": held_people(as_of)})
        refused = [{"record": str(pk), "why": "消去の保留"} for pk in _ids(due.filter(held))]
        due = due.exclude(held)
    open_ = rows.filter(**{f"{aged.event}__isnull": True, f"{aged.begun}__lt": bound})
    refused += [{"record": str(pk), "why": NO_END} for pk in _ids(open_)]
    return Plan(period, {period.kind: _ids(due)}, [], refused)


def plan_run_lists(period: Period, as_of: date) -> Plan:
    """Return the runs that ended long enough ago for their lists of records to go."""
    bound = _bound(period, as_of)
    if bound is None:
        return Plan(period, {period.kind: []}, [], [])
    done = Run.objects.filter(finished_at__lt=bound, items__isnull=False).distinct()
    return Plan(period, {period.kind: _ids(done)}, [], [])


def plan_log(period: Period, as_of: date) -> Plan:
    """Return the log's beginning (操作記録) up to the first entry that has to stay."""
    bound = _bound(period, as_of)
    first = AuditEvent.objects.aggregate(first=Min("position"))["first"]
    if bound is None or first is None:
        return Plan(period, {period.kind: []}, [], [])
    over = AuditEvent.objects.filter(position__lt=_stays_from(Q(at__gte=bound)))
    held = Q(addressee_number__in=held_people(as_of))
    stop = _stays_from(Q(at__gte=bound) | held)
    refused = []
    if over.filter(position__gte=stop).exists():
        refused = [{"record": f"{stop}-", "why": "消去の保留: ここから後の操作記録を残します"}]
    ranges = [
        f"{start}-{min(start + LOG_RANGE, stop) - 1}" for start in range(first, stop, LOG_RANGE)
    ]
    return Plan(period, {period.kind: ranges}, [], refused)


def _stays_from(stays: Q) -> int:
    """Return the position of the first entry that stays, one past the last where none does."""
    first: int | None = AuditEvent.objects.filter(stays).aggregate(first=Min("position"))["first"]
    if first is not None:
        return first
    return (AuditEvent.objects.aggregate(last=Max("position"))["last"] or 0) + 1


def _bound(period: Period, as_of: date) -> datetime | None:
    """Return the moment before which an event's period is over."""
    last = period.last_event_over(as_of)
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def _ids(rows: Any) -> list[Any]:
    return list(rows.values_list("pk", flat=True))
