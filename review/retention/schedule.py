"""Changing the schedule (保存期間表の変更): one person proposes, another puts it in force."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.retention.models import Run
from review.retention.periods import Period, first_periods, load_periods, period_of
from review.retention.schedule_models import Rule, Schedule
from review.staff.actors import Actor


def make_first(**_signal: Any) -> None:
    """Store the version that came with the product, where there is none (after migrations).

    Where there is one, kinds of record that came with a later release are proposed: somebody has
    to put them in force, and until then nothing of these kinds is erased.
    """
    if Schedule._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic():
        if Schedule.objects.exists():
            _propose_missing()
            return
        first = Schedule.objects.create(
            number=1, reason="初版", proposed_by="batch:release", proposed_at=timezone.now()
        )
        _write_rules(first, first_periods())
        Schedule.objects.filter(pk=first.pk).update(state=Schedule.State.IN_FORCE)


def missing_kinds(known: dict[str, Period] | None = None) -> list[str]:
    """Return the kinds of record that the product knows and the schedule in force does not."""
    return sorted(first_periods().keys() - (load_periods() if known is None else known).keys())


def _propose_missing() -> None:
    known, first = load_periods(), first_periods()
    waiting = Schedule.objects.filter(state=Schedule.State.PROPOSED).exists()
    if not known or waiting or not missing_kinds():
        return
    added = {kind: period for kind, period in first.items() if kind not in known}
    version = Schedule.objects.create(
        number=_next_number(),
        reason="新しい種類の記録",
        proposed_by="batch:release",
        proposed_at=timezone.now(),
    )
    _write_rules(version, {**known, **added})


def _next_number() -> int:
    return (Schedule.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def propose(
    kind: str, *, amount: int, unit: str, basis: str, reason: str, by: Actor, now: datetime
) -> Schedule:
    """Propose a next version in which one kind is kept for another period."""
    with transaction.atomic():
        current = Schedule.objects.select_for_update().get(state=Schedule.State.IN_FORCE)
        if Schedule.objects.filter(state=Schedule.State.PROPOSED).exists():
            raise Refusal(
                _("承認を待っている変更があります。先にそれを承認するか、取りやめてください。")
            )
        periods = load_periods()
        before = periods[kind]
        if before.parent:
            raise Refusal(_("この記録は、元の記録と一緒に消去します。期間は変えられません。"))
        changed = {**asdict(before), "amount": amount, "unit": unit, "basis": basis}
        changed["unconfirmed"] = False
        if Period(**changed) == before:
            raise Refusal(_("いまの保存期間と同じです。"))
        version = Schedule.objects.create(
            number=_next_number(),
            reason=reason,
            proposed_by=by.id,
            proposed_at=now,
        )
        _write_rules(version, {**periods, kind: Period(**changed)})
        _log(version, "retention.schedule_proposed", by, now, replaces=current.number, kind=kind)
    return version


def approve(version: Schedule, *, by: Actor, now: datetime) -> Schedule:
    """Put somebody else's version in force; never while a list made under the old one is open."""
    with transaction.atomic():
        current = Schedule.objects.select_for_update().get(state=Schedule.State.IN_FORCE)
        row = _proposed(version)
        if row.proposed_by == by.id:
            raise Refusal(_("自分が提案した変更は承認できません。別の職員が承認してください。"))
        if Run.objects.filter(state__in=Run.OPEN).exists():
            raise Refusal(_("終わっていない消去があります。それを終えるか、取りやめてください。"))
        current.state = Schedule.State.REPLACED
        current.save(update_fields=["state"])
        row.state, row.approved_by, row.approved_at = Schedule.State.IN_FORCE, by.id, now
        row.save(update_fields=["state", "approved_by", "approved_at"])
        _log(row, "retention.schedule_approved", by, now, replaces=current.number)
    return row


def refuse(version: Schedule, *, by: Actor, now: datetime) -> Schedule:
    """Drop a proposed version, one's own or another's (取りやめ)."""
    with transaction.atomic():
        row = _proposed(version)
        row.state = Schedule.State.REFUSED
        row.save(update_fields=["state"])
        _log(row, "retention.schedule_refused", by, now)
    return row


def changes(version: Schedule) -> list[tuple[Period | None, Period]]:
    """Return what a proposed version would change: (now, then); no "now" for a new kind."""
    now = load_periods()
    then = {rule.kind: period_of(rule) for rule in version.rules.all()}
    return [(now.get(kind), then[kind]) for kind in then if now.get(kind) != then[kind]]


def _proposed(version: Schedule) -> Schedule:
    row = Schedule.objects.select_for_update().get(pk=version.pk)
    if row.state != Schedule.State.PROPOSED:
        raise Refusal(_("この変更は、もう処理されています。画面を読み直してください。"))
    return row


def _write_rules(version: Schedule, periods: dict[str, Period]) -> None:
    Rule.objects.bulk_create(
        Rule(schedule=version, place=place, **asdict(period))
        for place, period in enumerate(periods.values(), start=1)
    )


def _log(version: Schedule, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    record_by(
        by,
        action,
        reason=version.reason,
        now=now,
        subject=f"schedule:{version.number}",
        detail=detail,
    )
