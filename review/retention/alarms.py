"""What somebody must be told (警報): what is due and not listed, late, left over, or unanswered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from review.intermediate import deletions, folder
from review.retention import in_backups, places
from review.retention.models import Disposal, Run
from review.retention.periods import Period, first_periods, load_periods
from review.retention.queries import is_anything_due
from review.retention.schedule import missing_kinds

OVERDUE = timedelta(days=45)
# A list that nobody approves, and a run whose time has come and that does not end.
UNAPPROVED, UNDONE = timedelta(days=14), timedelta(days=1)
State = Run.State


def alarms(now: datetime) -> list[str]:
    """Return every alarm of the retention, in words; no person's data."""
    periods = load_periods()
    found = [*_of_runs(now), *_of_what_is_due(now, periods), *_of_disposals(now), *_of_copies(now)]
    return [*found, *_of_backups(periods, now)]


def _of_runs(now: datetime) -> Iterator[str]:
    unapproved = Q(state=State.PROPOSED, proposed_at__lt=now - UNAPPROVED)
    undone = Q(state__in=(State.APPROVED, State.RUNNING), not_before__lt=now - UNDONE)
    for run in Run.objects.filter(Q(state=State.LEFTOVERS) | unapproved | undone):
        words = {
            State.LEFTOVERS: _("消去%(n)sで、消えていないものが見つかりました。"),
            State.PROPOSED: _("消去%(n)sの一覧が、14日を過ぎても承認されていません。"),
        }
        late = _("消去%(n)sが、実施の日を過ぎても終わっていません。")
        yield words.get(State(run.state), late) % {"n": run.number}


def _of_what_is_due(now: datetime, periods: dict[str, Period]) -> Iterator[str]:
    for kind in missing_kinds(periods):
        words = _(
            "保存期間表に「%(kind)s」の期間がありません。保存期間表で、提案を承認するか期間を決めるまで、"
            "この記録は消去されません。"
        )
        yield words % {"kind": first_periods()[kind].label}
    listed = Run.objects.filter(proposed_at__gte=now - OVERDUE).exists()
    if not listed and is_anything_due(timezone.localdate(now - OVERDUE), periods):
        yield _("保存期間が過ぎているのに、消去の一覧が作られていません。")


def _of_disposals(now: datetime) -> Iterator[str]:
    waiting = (Disposal.State.REQUESTED, Disposal.State.APPROVED)
    late = Disposal.objects.filter(state__in=waiting, planned_on__lt=timezone.localdate(now))
    for disposal in late.order_by("number"):
        yield _("廃棄%(n)sが、予定日を過ぎても報告されていません。") % {"n": disposal.number}


def _of_copies(now: datetime) -> Iterator[str]:
    if deletions.is_late(now):
        yield _("中間サーバーの副本が消えていないか、7日を過ぎても回答がありません。")
    if folder.lying_since(now - deletions.ANSWERED_WITHIN):
        yield _("中間サーバーの端末との受渡しに、7日を過ぎたファイルが残っています。")


def _of_backups(periods: dict[str, Period], now: datetime) -> Iterator[str]:
    if unseen := places.alarm(now):
        yield unseen
    if in_backups.is_kept_otherwise(periods):
        yield _("バックアップの保存日数の設定(BACKUPS_KEPT_DAYS)が、保存期間表と違います。")
