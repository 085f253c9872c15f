"""The queue (申請一覧): which cases the filters name, one's own first and then the longest due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.visibility import visible
from review.agency.models import AgentCheck
from review.attachments.queries import shut_cases
from review.cases.models import SETTLED, Case
from review.cases.states import FINAL, State
from review.staff.models import StaffMember
from review.staff.roles import CASE_ROLES

PAGE_SIZE = 50
MOST_COUNTED = 1_000
COUNT = "(SELECT count(*) FROM ({}) AS found)"
STUCK_AFTER = timedelta(days=7)
# Written as the partial indexes write it, so that the planner knows them again.
OPEN = ~Q(state__in=SETTLED)
PROPOSED = [State.AWAITING_CONFIRMATION, State.AWAITING_REJECTION]
EXACT = (
    *("state", "tax_year", "procedure", "channel"),
    *("receipt_number", "verdict", "match_method"),
)
NOBODY = "none"
VIEWS = (
    *("open", "waiting", "mine", "confirm", "unmatched"),
    *("correction", "held", "overdue", "late", "stuck", "papers", "to_close"),
)


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind this case, among one's own or among the others."""

    mine: bool
    target_at: datetime
    case: UUID


@dataclass(frozen=True)
class Page:
    """One page of the queue and where the next begins (empty on the last page)."""

    cases: list[Case]
    following: str


def select(filters: Mapping[str, Any], *, member: StaffMember, now: datetime) -> QuerySet[Case]:
    """Return the cases that the filters name, the longest due first, with all that a row shows."""
    found = shown_in_rows(handled_by(member))
    found = found.filter(**{name: filters[name] for name in EXACT if filters.get(name)})
    if view := filters.get("view"):
        found = found.filter(_views(member, now)[view])
    if ward := filters.get("ward"):
        found = found.filter(addressee__ward=ward)
    if assigned := filters.get("assigned"):
        nobody = assigned == NOBODY
        wanted = Q(assigned_to__isnull=True) if nobody else Q(assigned_to__number=assigned)
        found = found.filter(wanted)
    if since := filters.get("since"):
        found = found.filter(received_at__gte=_midnight(since))
    if until := filters.get("until"):
        found = found.filter(received_at__lt=_midnight(until) + timedelta(days=1))
    if filters.get("late"):
        found = found.filter(_late(now))
    return found.order_by("target_at", "id")


def shown_in_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases with what a row of a list shows of each, and without what it does not."""
    by_agent = Exists(AgentCheck.objects.filter(case=OuterRef("pk")))
    found = cases.select_related("addressee", "assigned_to").defer("evidence", "candidates")
    return found.annotate(by_agent=by_agent)


def handled_by(member: StaffMember) -> QuerySet[Case]:
    """Return the cases of the procedures (手続) that the member's rights at the desk cover.

    People whom the member may not see (他業務参照不可) have none.
    """
    cases = visible(Case.objects.all(), member, "addressee")
    if member.may_handle("", *CASE_ROLES):
        return cases
    return cases.filter(procedure__in=member.procedures_of(*CASE_ROLES))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _late(now: datetime) -> Q:
    """Past the 処理期限 while the clock ran (期限超過)."""
    return OPEN & Q(target_at__lt=now, paused_at__isnull=True)


def _views(member: StaffMember, now: datetime) -> dict[str, Q]:
    """The ready-made selections (今日の画面の各欄)."""
    today = timezone.localdate(now)
    proposed = Q(state__in=PROPOSED)
    return {
        "open": OPEN,
        "waiting": Q(state=State.QUEUED),
        "mine": OPEN & Q(assigned_to=member),
        "confirm": proposed & ~Q(proposed_by=member),
        "unmatched": Q(state=State.MATCHING, due_at__isnull=True),
        "correction": Q(state=State.CORRECTION_REQUESTED),
        "held": OPEN & ~Q(put_aside=""),
        "overdue": Q(state=State.CORRECTION_REQUESTED, correction_due_on__lt=today),
        "late": _late(now),
        "stuck": _stuck(now),
        "papers": OPEN & Q(pk__in=shut_cases(now)),
        "to_close": Q(state=State.IMPORTED),
    }


def _stuck(now: datetime) -> Q:
    """Cases that stopped moving: tried and put off, or waiting for a person for a week.

    A first try that is still going on has left nothing yet.
    """
    tried = Q(attempts__gte=1) & (Q(attempts__gte=2) | ~Q(trouble=""))
    return OPEN & tried | Q(
        state__in=[State.QUEUED, State.MATCHING, State.IN_REVIEW, *PROPOSED],
        state_changed_at__lt=now - STUCK_AFTER,
        paused_at__isnull=True,
    )


def counts(member: StaffMember, now: datetime) -> dict[str, int]:
    """Return how many cases each ready-made selection holds, at most MOST_COUNTED, in one query.

    Each count follows an index of its own and stops there: counting the whole backlog of March
    would cost more than the page that shows the numbers.
    """
    parts: list[str] = []
    values: list[Any] = []
    for name in VIEWS:
        found = select({"view": name}, member=member, now=now).order_by().values("pk")
        part, given = found[:MOST_COUNTED].query.sql_with_params()
        parts.append(COUNT.format(part))
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        row = cursor.fetchone()
    assert row is not None
    return dict(zip(VIEWS, row, strict=True))


def counted(number: int) -> str:
    """Return a count as the pages write it; one that stopped at MOST_COUNTED says so."""
    if number < MOST_COUNTED:
        return str(number)
    return str(_("%(n)s以上") % {"n": f"{MOST_COUNTED:,}"})


def page_of(found: QuerySet[Case], after: str, *, member: StaffMember) -> Page:
    """Return one page by keyset, one's own open cases first: fast at any depth, nothing twice.

    Two reads instead of one sorted by "mine": each follows an index.
    """
    own = OPEN & Q(assigned_to=member)
    place = read_place(after)
    rows: list[Case] = []
    if place is None or place.mine:
        rows = list(_behind(found.filter(own), place)[: PAGE_SIZE + 1])
        place = None
    if len(rows) <= PAGE_SIZE:
        rows += _behind(found.exclude(own), place)[: PAGE_SIZE + 1 - len(rows)]
    if len(rows) <= PAGE_SIZE:
        return Page(rows, "")
    last = rows[PAGE_SIZE - 1]
    mine = last.assigned_to_id == member.pk and last.state not in FINAL
    return Page(rows[:PAGE_SIZE], f"{'m' if mine else 'o'}_{last.target_at.isoformat()}_{last.pk}")


def _behind(found: QuerySet[Case], place: Place | None) -> QuerySet[Case]:
    if place is None:
        return found
    later = Q(target_at__gt=place.target_at) | Q(target_at=place.target_at, id__gt=place.case)
    # The first condition says nothing new, but it is the one that an index can start from.
    return found.filter(later, target_at__gte=place.target_at)


def read_place(text: str) -> Place | None:
    """Return where a page begins; None for anything that is no such place."""
    whose, _, rest = text.partition("_")
    moment, _, identity = rest.partition("_")
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC)
        return Place(whose == "m", at, UUID(identity))
    except (ValueError, OverflowError):
        return None


DISTINCT = """
WITH RECURSIVE found AS (
    (SELECT {column} AS value FROM cases_case ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT {column} FROM cases_case WHERE {column} > found.value
            ORDER BY {column} LIMIT 1)
    FROM found WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
"""


def tax_years() -> list[str]:
    """Return the tax years (課税年度) that have cases, latest first."""
    return sorted(_distinct("tax_year"), key=lambda year: -int(year[1:]))


def procedures() -> list[str]:
    """Return the procedures (手続) that have cases."""
    return _distinct("procedure")


def _distinct(column: str) -> list[str]:
    """Return the values of an indexed column by hopping from one to the next, not by a scan."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT.format(column=connection.ops.quote_name(column)))
        return [value for (value,) in cursor.fetchall()]
