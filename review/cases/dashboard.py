"""Dashboard (進行管理): inflow, backlog by age, corrections asked for, load, what is stuck."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from filing import load_form
from review.attachments.queries import shut_cases
from review.cases.clock import add_working_days
from review.cases.models import SETTLED, Case
from review.cases.states import OWNERS, State
from review.cases.worklist import OPEN
from review.staff.models import RoleGrant, StaffMember
from review.staff.roles import Role

DAYS = 14
# Working days left until the 処理期限, the backlog's age seen from its end.
SOON = 5
MOVED_BY_BATCH = [state for state, role in OWNERS.items() if role == Role.BATCH]


@dataclass(frozen=True)
class Stuck:
    """A way in which cases stop moving (`cause`), how many do, and where they are listed."""

    cause: str
    label: str
    count: int
    query: str


def inflow(now: datetime) -> list[tuple[date, int]]:
    """Return how many cases arrived on each of the last days, the latest first."""
    today = timezone.localdate(now)
    start = timezone.localtime(now) - timedelta(days=DAYS)
    arrived = Case.objects.filter(received_at__gte=start).annotate(day=TruncDate("received_at"))
    counted = dict(arrived.values_list("day").annotate(n=Count("id")))
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return [(day, counted.get(day, 0)) for day in days]


def backlog(now: datetime) -> dict[str, int]:
    """Return the open cases by how they stand to their 処理期限."""
    soon = now + (add_working_days(timezone.localdate(now), SOON) - timezone.localdate(now))
    running = Q(paused_at__isnull=True)
    return Case.objects.filter(OPEN).aggregate(
        late=Count("id", filter=running & Q(target_at__lt=now)),
        soon=Count("id", filter=running & Q(target_at__gte=now, target_at__lt=soon)),
        later=Count("id", filter=running & Q(target_at__gte=soon)),
        paused=Count("id", filter=~running),
    )


def load() -> list[StaffMember]:
    """Return the staff with open cases, counted as `open_cases`, the fullest desk first."""
    mine = ~Q(assigned_cases__state__in=SETTLED)
    members = StaffMember.objects.filter(assigned_cases__isnull=False)
    counted = members.annotate(open_cases=Count("assigned_cases", filter=mine))
    return list(counted.filter(open_cases__gt=0).order_by("-open_cases", "number"))


def corrections(tax_year: str) -> list[tuple[str, int, int]]:
    """Return for each block of the form how many filings were asked to correct it, of how many."""
    cases = Case.objects.filter(tax_year=tax_year)
    asked = cases.exclude(correction_fields=[]).values_list("correction_fields", flat=True)
    count: Counter[str] = Counter(field for fields in asked.iterator() for field in set(fields))
    labels = {f"answers.{group.code}": group.label for group in load_form(tax_year).groups}
    total = cases.count()
    return [(labels.get(field, field), n, total) for field, n in count.most_common()]


def _without_owner(today: date) -> list[State]:
    """Return the states whose turn is that of a role which nobody holds today."""
    held = set(
        RoleGrant.active(today).filter(member__is_active=True).values_list("role", flat=True)
    )
    return [state for state, role in OWNERS.items() if role != Role.BATCH and role not in held]


def _all_held() -> int:
    """Return how many people have open cases, every one of which is put aside."""
    people = Case.objects.filter(OPEN, addressee__isnull=False).values("addressee")
    counted = people.annotate(open=Count("id"), held=Count("id", filter=~Q(put_aside="")))
    return counted.filter(open=F("held")).count()


def stuck(now: datetime) -> list[Stuck]:
    """Return the cases that stopped moving, by cause (停滞の点検)."""
    today = timezone.localdate(now)
    nobody = Q(state=State.IN_REVIEW, assigned_to__isnull=True)
    gone = Q(assigned_to__is_active=False)
    stopped = Q(state__in=MOVED_BY_BATCH, due_at__isnull=True) | Q(state__in=_without_owner(today))
    found: dict[str, Any] = Case.objects.filter(OPEN).aggregate(
        nobody=Count("id", filter=nobody | gone),
        held=Count("id", filter=Q(put_aside_until__lt=today)),
        overdue=Count(
            "id", filter=Q(state=State.CORRECTION_REQUESTED, correction_due_on__lt=today)
        ),
        tried=Count("id", filter=Q(attempts__gte=3)),
        stopped=Count("id", filter=stopped),
        papers=Count("id", filter=Q(pk__in=shut_cases(now))),
    )
    return [
        Stuck(
            "nobody",
            _("担当がいない、または担当が休職・退職"),
            found["nobody"],
            "state=in_review",
        ),
        Stuck("held", _("保留の期限が過ぎた"), found["held"], "view=held"),
        Stuck("overdue", _("補正の期限が過ぎた"), found["overdue"], "view=overdue"),
        Stuck("papers", _("添付書類が検査を通らない"), found["papers"], "view=papers"),
        Stuck("tried", _("自動処理が進まない"), found["tried"], "view=stuck"),
        Stuck("stopped", _("次に進める人も処理もない"), found["stopped"], "view=open"),
        Stuck("all_held", _("申請がすべて保留になっている人"), _all_held(), "view=held"),
    ]
