"""Reads of cases (申請の参照): the queue by keyset, the counts of today, one history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.states import FINAL, OWNERS, State
from review.staff.models import StaffMember
from review.staff.roles import Role

PAGE_SIZE = 50
STUCK_AFTER = timedelta(days=7)
OPEN_STATES = [state for state in State if state not in FINAL]
WAITING_FOR_STAFF = [state for state, owner in OWNERS.items() if owner != Role.BATCH]


@dataclass(frozen=True)
class Page:
    """One page of the queue and where the next begins (empty on the last page)."""

    cases: list[Case]
    following: str


def queue(filters: Mapping[str, Any], *, member: StaffMember, now: datetime) -> QuerySet[Case]:
    """Return the cases that the filters name, oldest arrival first, with all that a row shows."""
    found = Case.objects.select_related("addressee", "assigned_to").defer("evidence", "candidates")
    if view := filters.get("view"):
        found = found.filter(_views(member, now)[view])
    if filters.get("state"):
        found = found.filter(state=filters["state"])
    if filters.get("tax_year"):
        found = found.filter(tax_year=filters["tax_year"])
    if filters.get("receipt_number"):
        found = found.filter(receipt_number=filters["receipt_number"])
    return found.order_by("received_at", "id")


def _views(member: StaffMember, now: datetime) -> dict[str, Q]:
    """The ready-made selections (今日の画面の各欄)."""
    today = timezone.localdate(now)
    return {
        "open": Q(state__in=OPEN_STATES),
        "waiting": Q(state=State.QUEUED),
        "mine": Q(assigned_to=member, state__in=OPEN_STATES),
        "confirm": Q(state=State.AWAITING_CONFIRMATION) & ~Q(proposed_by=member),
        "unmatched": Q(state=State.MATCHING, due_at__isnull=True),
        "correction": Q(state=State.CORRECTION_REQUESTED),
        "overdue": Q(state=State.CORRECTION_REQUESTED, correction_due_on__lt=today),
        "stuck": _stuck(now),
        "to_close": Q(state=State.IMPORTED),
    }


def _stuck(now: datetime) -> Q:
    """Cases that stopped moving: tried again and again, or waiting for a person for a week."""
    long_ago = now - STUCK_AFTER
    return Q(attempts__gte=1) | Q(
        state__in=[State.QUEUED, State.MATCHING, State.AWAITING_CONFIRMATION],
        state_changed_at__lt=long_ago,
    )


VIEWS = (
    "open",
    "waiting",
    "mine",
    "confirm",
    "unmatched",
    "correction",
    "overdue",
    "stuck",
    "to_close",
)


def page_of(found: QuerySet[Case], after: str) -> Page:
    """Return one page by keyset: fast at any depth, and stable while cases arrive."""
    if place := read_place(after):
        arrived, last = place
        found = found.filter(Q(received_at__gt=arrived) | Q(received_at=arrived, id__gt=last))
    rows = list(found[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return Page(rows, "")
    last_row = rows[PAGE_SIZE - 1]
    return Page(rows[:PAGE_SIZE], f"{last_row.received_at.isoformat()}_{last_row.pk}")


def read_place(text: str) -> tuple[datetime, UUID] | None:
    """Return where a page begins; None for anything that is no such place."""
    moment, _, identity = text.partition("_")
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=UTC), UUID(identity)
    except ValueError:
        return None


def counts(member: StaffMember, now: datetime) -> dict[str, int]:
    """Return how many cases each ready-made selection holds, in one query."""
    parts = {name: Count("id", filter=q) for name, q in _views(member, now).items()}
    return Case.objects.aggregate(**parts)


def tax_years() -> list[str]:
    """Return the tax years (課税年度) that have cases, latest first."""
    years = Case.objects.order_by().values_list("tax_year", flat=True).distinct()
    return sorted(years, key=lambda year: -int(year[1:]))


def history(case: Case) -> list[AuditEvent]:
    """Return what was done with a case, oldest first; looks are in the log, not here."""
    done = AuditEvent.objects.filter(subject=case.subject, action__startswith="case.")
    return list(done.exclude(action="case.viewed").order_by("position"))


def names_of(numbers: set[str]) -> dict[str, str]:
    """Return the names of staff by 職員番号; batches have none."""
    return dict(StaffMember.objects.filter(number__in=numbers).values_list("number", "name"))


def is_overdue(case: Case, today: date) -> bool:
    """Tell whether the resident's time for a correction has run out."""
    due = case.correction_due_on
    return case.state == State.CORRECTION_REQUESTED and due is not None and due < today
