"""Monthly analysis (操作記録の月次分析): operations that somebody has to look at and explain.

Nothing here says that something wrong was done; each finding is a question to the person named.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from filing.calendar import is_business_day
from review.addressees.models import Addressee
from review.audit.models import AuditEvent, MonthlyReview
from review.audit.services import record_by
from review.cases.models import Case
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.models import StaffMember

LOOKS = (
    *("case.viewed", "case.paper_viewed", "addressee.viewed", "case.number_revealed"),
    # A look of another office (移転情報の参照).
    "transfer.viewed",
)
# The office works from 7 to 22 o'clock at most; who works longer is asked why.
DAY_STARTS, DAY_ENDS = time(7), time(22)
MANY_A_DAY = 150
_CITY = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Finding:
    """One question (点検事項): which kind, about whom, how often, and where to look."""

    kind: str
    label: str
    actor: str
    count: int
    example: int


def first_of(month: date) -> date:
    return month.replace(day=1)


def month_after(month: date) -> date:
    return first_of(first_of(month) + timedelta(days=32))


def analyse(month: date) -> list[Finding]:
    """Return the findings of a month, the gravest kind first."""
    return _between(first_of(month), month_after(month))


def analyse_day(day: date) -> list[Finding]:
    """Return what the operations of one day ask, long before the month is over."""
    return _between(day, day + timedelta(days=1))


def _between(first: date, after: date) -> list[Finding]:
    start, end = _midnight(first), _midnight(after)
    events = AuditEvent.objects.filter(at__gte=start, at__lt=end).exclude(actor__startswith="batch")
    looks = events.filter(action__in=LOOKS)
    return [
        *_of_people(looks),
        *_without_case(looks),
        *_many(looks),
        *_at_night(looks),
        *_refused(events),
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _of_people(looks: Any) -> Iterable[Finding]:
    """Looks at one's own record, at one's household, and at colleagues."""
    numbers = dict(
        StaffMember.objects.exclude(addressee_number="").values_list("addressee_number", "number")
    )
    households = _households(numbers)
    watched = looks.filter(addressee_number__in={*numbers, *households})
    found: dict[tuple[str, str], list[int]] = {}
    rows = watched.order_by("position").values_list("actor", "addressee_number", "position")
    for actor, addressee, position in rows:
        if numbers.get(addressee) == actor:
            kind = "own"
        elif actor in households.get(addressee, ()):
            kind = "household"
        elif addressee in numbers:
            kind = "colleague"
        else:
            continue
        found.setdefault((kind, actor), []).append(position)
    return [_finding(kind, actor, len(at), at[0]) for (kind, actor), at in sorted(found.items())]


def _households(numbers: dict[str, str]) -> dict[str, set[str]]:
    """Return for each person living with a member of staff: whose 職員番号 those are."""
    homes: dict[str, set[str]] = {}
    own = Addressee.objects.filter(number__in=numbers).values_list("number", "address")
    for number, address in own:
        homes.setdefault(address, set()).add(numbers[number])
    people = Addressee.objects.filter(address__in=homes).exclude(number__in=numbers)
    return {number: homes[at] for number, at in people.values_list("number", "address")}


def _without_case(looks: Any) -> Iterable[Finding]:
    """Looks at people who have no case at all in the office."""
    seen = looks.filter(action="addressee.viewed").exclude(addressee_number="")
    known = Case.objects.filter(addressee__isnull=False).values("addressee__number")
    return _by_actor("no_case", seen.exclude(addressee_number__in=known))


def _many(looks: Any) -> Iterable[Finding]:
    """More different people on one day than a day's work can explain."""
    days = (
        looks.exclude(addressee_number="")
        .annotate(day=TruncDate("at", tzinfo=_CITY))
        .values("actor", "day")
        .annotate(people=Count("addressee_number", distinct=True))
        .filter(people__gt=MANY_A_DAY)
        .order_by("actor", "day")
    )
    return [_finding("many", row["actor"], row["people"], 0) for row in days]


def _at_night(looks: Any) -> Iterable[Finding]:
    """Looks at night, on weekends and on holidays."""
    count: Counter[str] = Counter()
    first: dict[str, int] = {}
    for actor, at, position in looks.values_list("actor", "at", "position").iterator(2000):
        local = at.astimezone(_CITY)
        inside = DAY_STARTS <= local.time() < DAY_ENDS and is_business_day(local.date())
        if not inside:
            count[actor] += 1
            first.setdefault(actor, position)
    return [_finding("night", actor, n, first[actor]) for actor, n in sorted(count.items())]


def _refused(events: Any) -> Iterable[Finding]:
    """Pages that were refused, and log-ins that failed."""
    denied = _by_actor("denied", events.filter(action="access.denied"))
    failed = events.filter(action__in=("login.refused", "login.code_refused", "login.blocked"))
    return [*denied, *_by_actor("login", failed)]


def _by_actor(kind: str, events: Any) -> list[Finding]:
    rows = events.order_by("position").values_list("actor", "position")
    count: Counter[str] = Counter()
    first: dict[str, int] = {}
    for actor, position in rows:
        count[actor] += 1
        first.setdefault(actor, position)
    return [_finding(kind, actor, n, first[actor]) for actor, n in sorted(count.items())]


def _finding(kind: str, actor: str, count: int, example: int) -> Finding:
    return Finding(kind, kind_words()[kind], actor, count, example)


def kind_words() -> dict[str, str]:
    """Return the kinds of questions in words."""
    return {
        "own": _("自分の情報の閲覧"),
        "household": _("同じ住所の人の情報の閲覧"),
        "colleague": _("職員の情報の閲覧"),
        "no_case": _("申請のない人の閲覧"),
        "many": _("1日に多くの人の閲覧"),
        "night": _("時間外・休日の閲覧"),
        "denied": _("権限のない画面の操作"),
        "login": _("ログインの失敗"),
    }


def sign_off(month: date, remark: str, *, by: Actor, reason: str, now: datetime) -> MonthlyReview:
    """Sign a past month off (点検の確認), once, with what the questions led to."""
    if _midnight(month_after(month)) > now:
        raise Refusal(_("終わっていない月は、まだ点検できません。"))
    findings = analyse(month)
    if by.id in {finding.actor for finding in findings}:
        raise Refusal(_("自分の操作が点検事項にある月は、ほかの職員が点検します。"))
    with transaction.atomic():
        if MonthlyReview.objects.filter(month=first_of(month)).exists():
            raise Refusal(_("この月は、すでに点検されています。"))
        signed = MonthlyReview.objects.create(
            month=first_of(month),
            findings=[asdict(finding) for finding in findings],
            remark=remark,
            signed_by=by.id,
            signed_at=now,
        )
        detail = {"month": f"{month:%Y-%m}", "findings": len(findings)}
        record_by(by, "audit.month_signed", reason=reason, now=now, detail=detail)
    return signed
