"""Applications for use (データ使用承認願): written down by one person, approved by another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.retention.periods import Period, load_periods
from review.staff.actors import Actor
from review.transfers.models import UseRequest
from review.transfers.targets import BY_HAND, Item, Target, items, targets

State = UseRequest.State
NUMBER_LOCK = 0x75736572


@dataclass(frozen=True)
class Application:
    """What an office hands in (承認願の記載): ground, purpose, conditions, period and data."""

    target: str
    route: str
    basis: str
    purpose: str
    conditions: str
    items: Sequence[str]
    starts_on: date
    ends_on: date
    applicant: str
    identified_by: str = ""


def ask(asked: Application, *, by: Actor, now: datetime) -> UseRequest:
    """Write down what an office asks for; nothing is given before another person approved it."""
    today = timezone.localdate(now)
    _check(asked, target_of(asked.target, today), today)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
        made = UseRequest.objects.create(
            **(vars(asked) | {"items": list(asked.items)}),
            number=(UseRequest.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            requested_by=by.id,
            requested_at=now,
        )
        _log(made, "transfer.requested", by, now, items=made.items)
    return made


def target_of(target: str, day: date) -> Target:
    """Return a 移転先 of a day; Refusal where it is none, or an authority outside the city."""
    found = targets(day).get(target)
    if found is None or not found.is_transfer:
        raise Refusal(_("この日の移転先にありません。移転先の一覧を確かめてください。"))
    return found


def _check(asked: Application, target: Target, today: date) -> None:
    """Raise Refusal where the assessment (評価書) does not let the target have this."""
    if asked.route not in target.routes:
        raise Refusal(
            _("この移転先に認められた方法は%(routes)sです。") % {"routes": target.route_labels}
        )
    if asked.route in BY_HAND and not asked.identified_by:
        raise Refusal(_("紙・媒体で渡すときは、申請者の本人確認の方法を入力してください。"))
    beyond = [items()[id].label for id in asked.items if id not in target.items]
    if beyond:
        raise Refusal(
            _("この移転先に認められていない項目があります: %(items)s")
            % {"items": "、".join(beyond)}
        )
    if asked.ends_on < asked.starts_on or asked.ends_on < today:
        raise Refusal(_("使用期間の末日は、初日以後で、今日以後の日にしてください。"))
    kept = period().last_day_after(today)
    if kept is not None and asked.ends_on > kept:
        raise Refusal(_("使用期間が、承認願の保存期間より長くなっています。"))


def approve(row: UseRequest, *, decision: str, by: Actor, now: datetime) -> UseRequest:
    """Approve what another person wrote down (承認), by a decision (決裁)."""
    with transaction.atomic():
        locked = _others(row, by)
        # The list may have changed since: what is approved is what holds today.
        asked = Application(**{name: getattr(locked, name) for name in Application.__annotations__})
        today = timezone.localdate(now)
        _check(asked, target_of(locked.target, today), today)
        locked.decision = decision
        return _decided(locked, State.APPROVED, "transfer.approved", by, now)


def refuse(row: UseRequest, *, remark: str, by: Actor, now: datetime) -> UseRequest:
    """Decide against an application, with the reason (不承認)."""
    with transaction.atomic():
        locked = _others(row, by)
        locked.remark = remark
        return _decided(locked, State.REFUSED, "transfer.refused", by, now)


def end(row: UseRequest, *, remark: str, by: Actor, now: datetime) -> UseRequest:
    """End an approved use before its last day (中止): the next look and the next file fail."""
    with transaction.atomic():
        locked = _locked(row, State.APPROVED)
        locked.state, locked.remark = State.ENDED, remark
        locked.ended_by, locked.ended_at = by.id, now
        locked.save()
        _log(locked, "transfer.ended", by, now)
    return locked


def all_in_force(day: date) -> dict[str, list[UseRequest]]:
    """Return every application in force on a day, by target, in one query."""
    found: dict[str, list[UseRequest]] = {}
    for row in _approved(day).order_by("number"):
        found.setdefault(row.target, []).append(row)
    return found


def _approved(day: date) -> QuerySet[UseRequest]:
    return UseRequest.objects.filter(state=State.APPROVED, starts_on__lte=day, ends_on__gte=day)


def in_force(target: str, day: date, routes: Collection[str] = ()) -> list[UseRequest]:
    """Return the approved applications of a target whose period runs on a day (ACC-15).

    `routes` narrows them to ways of handing over. None where the target itself is none that day.
    """
    if target not in targets(day):
        return []
    found = _approved(day).filter(target=target)
    if routes:
        found = found.filter(route__in=routes)
    return list(found.order_by("number"))


def allowed_items(target: Target, requests: Sequence[UseRequest]) -> list[Item]:
    """Return what the applications in force cover, and never more than the target's own list."""
    covered = {id for request in requests for id in request.items}
    return [item for item in target.item_list if item.id in covered]


def period() -> Period:
    """Return how long applications are kept (保存期間, RET-06)."""
    return load_periods()["transfers"]


def _others(row: UseRequest, by: Actor) -> UseRequest:
    locked = _locked(row, State.REQUESTED)
    if locked.requested_by == by.id:
        raise Refusal(_("自分が登録した承認願は決定できません。別の職員が決定してください。"))
    return locked


def _locked(row: UseRequest, *states: str) -> UseRequest:
    locked = UseRequest.objects.select_for_update().get(pk=row.pk)
    if locked.state not in states:
        raise Refusal(
            _("この承認願は、いま「%(state)s」です。画面を読み直してください。")
            % {"state": locked.get_state_display()}
        )
    return locked


def _decided(row: UseRequest, state: str, action: str, by: Actor, now: datetime) -> UseRequest:
    row.state, row.decided_by, row.decided_at = state, by.id, now
    row.save()
    _log(row, action, by, now)
    return row


def _log(row: UseRequest, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    about = {"target": row.target, "route": row.route, "decision": row.decision, **detail}
    reason = "データ使用承認願"
    record_by(by, action, reason=reason, now=now, subject=row.subject, detail=about)
