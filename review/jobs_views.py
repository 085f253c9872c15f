"""Health and batches (稼動・バッチの状況, OPS-03, OPS-08): what is out of the ordinary, what ran.

No person's data.
"""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from jobs.queries import Standing, standings
from review import health
from review.cases import statistics
from review.levy.models import YearRun
from review.retention import queries as retention
from review.retention.models import Erasure, Run
from review.sources.models import Arrival
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role

READERS = (Role.SUPERVISOR, Role.CONFIRMER, Role.ADMIN)
JOB_WORDS = {
    "backup": gettext_noop("バックアップと別の場所への写し"),
    "pull": gettext_noop("連絡の受け取り"),
    "push": gettext_noop("連絡の送り出し"),
    "watch": gettext_noop("連携の見張り"),
    "compare-zones": gettext_noop("三者の記録の突合せ"),
    "retention-list": gettext_noop("消去の一覧の作成(毎月)"),
    "retention-run": gettext_noop("承認された消去の実施"),
    "retention-watch": gettext_noop("消去の見張り"),
    "watch-log": gettext_noop("前日の操作記録の点検(見つかった件数)"),
    "nightly": gettext_noop("停滞の点検(夜間)"),
    "clean-up": gettext_noop("送り終えた連絡の本体の消去"),
    "process-inbox": gettext_noop("届いた連絡の処理"),
    "import-lists": gettext_noop("失効リストの取込"),
    "forget-lists": gettext_noop("使わない失効リストの消去"),
    "forget-evidence": gettext_noop("使わない検証資料の消去"),
    "intermediate": gettext_noop("中間サーバーの端末との受渡し"),
    "forget-ended": gettext_noop("ログイン状態・照会結果・ファイル・電文の記録の消去"),
    "year-run": gettext_noop("当初賦課の計算"),
    "stop-pensions": gettext_noop("年金特別徴収の中止の起案"),
    "leave-to-others": gettext_noop("他市町村の課税通知による個人基本の変更の起案"),
    "make-notices": gettext_noop("通知書の作成"),
    "watch-notices": gettext_noop("通知の期限の点検"),
    "stamp-evidence": gettext_noop("検証の証拠へのタイムスタンプ"),
    "watch-register": gettext_noop("統合宛名番号の点検"),
    "import-sources": gettext_noop("課税資料の取込"),
    "link-sources": gettext_noop("課税資料の再突合"),
    "end-sessions": gettext_noop("時間切れのログインの終了"),
    "link-files": gettext_noop("庁内連携ファイルの作成"),
    "scan-papers": gettext_noop("添付書類の検査"),
    "process-cases": gettext_noop("申請の自動処理"),
}


@staff_only(*READERS)
@require_safe
def jobs(request: StaffRequest) -> HttpResponse:
    """Show what every watch found, every scheduled task, long runs, figures and what expires."""
    context = {
        "jobs": [_row(one) for one in standings(request.now)],
        "alarms": health.anomalies(request.now),
        "long": _long_runs(),
        "months": statistics.months(request.now),
        "erasure": Erasure.objects.order_by("-made_at").first(),
        "run": Run.objects.order_by("-number").first(),
        "next_due": _next_due(request.now),
    }
    return render(request, "review/jobs.html", context)


def late_names(standing: list[Standing]) -> list[str]:
    """Return the tasks that are late or fail, in the words of this page."""
    return [_word(one.name) for one in standing if one.is_late or one.has_failed]


def _row(one: Standing) -> dict[str, Any]:
    return {
        "label": _word(one.name),
        "standing": one,
        "job": one.job,
        "counts": _counts(one.job.counts if one.job else None),
    }


def _counts(counts: Any) -> str:
    if isinstance(counts, dict):
        return ", ".join(f"{name} {count}" for name, count in counts.items())
    return "" if counts is None or counts == [] else str(counts)


def _long_runs() -> dict[str, int]:
    """Return what is under way for longer than a task: runs of a year, files, erasures."""
    open_runs = YearRun.objects.exclude(state__in=(YearRun.State.DONE, YearRun.State.DROPPED))
    return {
        _("当初賦課(実施中)"): open_runs.count(),
        _("課税資料の取込待ち"): Arrival.objects.filter(state=Arrival.State.WAITING).count(),
        _("消去(承認待ち・実施待ち・実施中)"): Run.objects.filter(state__in=Run.OPEN).count(),
    }


def _next_due(now: datetime) -> Any:
    """Return the first kind of record that comes due."""
    return next((entry for entry in retention.coming_due() if entry.due_on), None)


def _word(name: str) -> str:
    return _(JOB_WORDS[name]) if name in JOB_WORDS else name
