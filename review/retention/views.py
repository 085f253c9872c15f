"""The retention pages (保存・消去): what comes due, runs, certificates, holds."""

from collections import Counter
from datetime import date
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from review.errors import Refusal
from review.intermediate import deletions
from review.intermediate.models import CopyDeletion, DeletionFile
from review.retention import holds, queries, runs
from review.retention.access import KEEPERS
from review.retention.alarms import alarms
from review.retention.forms import CancelForm, HoldForm, ProposeForm
from review.retention.models import Erasure, Hold, Run
from review.staff.access import StaffRequest, staff_only

State = CopyDeletion.State
# A run may have to leave a hundred thousand records: reasons are counted, the first are named.
SHOWN_REFUSED = 200
KIND_WORDS = {
    "cases": gettext_noop("申請"),
    "originals": gettext_noop("原本"),
    "assessments": gettext_noop("賦課計算"),
    "merged_bases": gettext_noop("併合結果資料"),
    "disagreements": gettext_noop("資料間の不一致"),
    "source_documents": gettext_noop("課税資料"),
    "year_people": gettext_noop("新年度個人基本"),
    "basics_changes": gettext_noop("個人基本の変更"),
    "dependant_acts": gettext_noop("扶養の追加・終了・否認"),
    "notice_orders": gettext_noop("発行の起案"),
    "arrivals": gettext_noop("資料の受付(原本・資料行)"),
    "paper_entries": gettext_noop("取り消した入力票"),
    "issued_documents": gettext_noop("事業所あての通知書"),
    "print_files": gettext_noop("印刷データ"),
    "year_runs": gettext_noop("当初賦課の実施の記録"),
    "addressees": gettext_noop("宛名(転出・死亡した人)"),
    "register-runs": gettext_noop("住基連携の取込の記録"),
    "saved-filters": gettext_noop("保存した検索条件"),
    "holds": gettext_noop("消去の保留の記録"),
    "logins": gettext_noop("職員のログインの記録"),
    "exports": gettext_noop("一覧の出力の記録"),
    "tax-files": gettext_noop("連携ファイルの記録"),
    "tax-file-results": gettext_noop("取込結果ファイルの記録"),
    "forwardings": gettext_noop("回送の記録"),
    "rights": gettext_noop("本人の請求の記録"),
    "transfers": gettext_noop("データ使用承認願"),
    "hand-overs": gettext_noop("受託者への引渡しの記録"),
    "incidents": gettext_noop("事故の記録"),
    "disposals": gettext_noop("廃棄の記録"),
    "backup-places": gettext_noop("バックアップの保管場所の確認の記録"),
    "log-reviews": gettext_noop("操作記録の月次点検"),
    "certificates": gettext_noop("消去証明"),
    "log": gettext_noop("操作記録(まとまり)"),
    "run-lists": gettext_noop("消去した一覧の明細"),
}


@staff_only(*KEEPERS)
@require_safe
def retention(request: StaffRequest) -> HttpResponse:
    """Show what is held until when, what is under way, and what has gone."""
    return _overview(request)


def _overview(
    request: StaffRequest,
    *,
    propose_form: ProposeForm | None = None,
    hold_form: HoldForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate(request.now)
    context = {
        "due": [(entry, entry.is_due(today)) for entry in queries.coming_due()],
        "alarms": alarms(request.now),
        "copies": [(State(state).label, n) for state, n in deletions.standing().items()],
        "files": DeletionFile.objects.order_by("-number")[:20],
        "runs": Run.objects.order_by("-number")[:20],
        "certificates": Erasure.objects.select_related("run").order_by("-made_at")[:50],
        "holds": queries.open_holds(request.user),
        "propose_form": propose_form or ProposeForm(initial={"as_of": today}),
        "hold_form": hold_form or HoldForm(),
    }
    return render(request, "review/retention/overview.html", context, status=status)


@staff_only(*KEEPERS)
@require_safe
def run(request: StaffRequest, number: int) -> HttpResponse:
    """Show one run: counts, samples, what may not go and why, certificates."""
    return _run_page(request, get_object_or_404(Run, number=number), CancelForm())


def _run_page(
    request: StaffRequest, shown: Run, form: CancelForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "run": shown,
        "sample": [(_word(item.kind), item) for item in queries.sample(shown)],
        "counts": _in_words(shown.counts),
        "refused": Counter(entry["why"] for entry in shown.refused).most_common(),
        "refused_first": shown.refused[:SHOWN_REFUSED],
        "refused_more": len(shown.refused) > SHOWN_REFUSED,
        "waiting_days": settings.RETENTION_WAITING_DAYS,
        "certificates": shown.certificates.order_by("number"),
        "may_approve": shown.state == Run.State.PROPOSED and shown.proposed_by != request.actor.id,
        "may_cancel": shown.state in (Run.State.PROPOSED, Run.State.APPROVED),
        "form": form,
    }
    return render(request, "review/retention/run.html", context, status=status)


@staff_only(*KEEPERS)
@require_POST
def propose(request: StaffRequest) -> HttpResponse:
    """Make the list of what has outlived its period."""
    form = ProposeForm(request.POST)
    if form.is_valid():
        try:
            made = runs.propose(form.cleaned_data["as_of"], by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("as_of", str(refusal.message))
        else:
            return redirect("retention-run", made.number)
    return _overview(request, propose_form=form, status=422)


@staff_only(*KEEPERS)
@require_POST
def approve(request: StaffRequest, number: int) -> HttpResponse:
    """Approve somebody else's list; it is carried out when the waiting period is over."""
    shown = get_object_or_404(Run, number=number)
    try:
        runs.approve(shown, by=request.actor, now=request.now)
        messages.success(request, _("承認しました。待機期間が終わると、自動で実施します。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention-run", number)


@staff_only(*KEEPERS)
@require_POST
def cancel(request: StaffRequest, number: int) -> HttpResponse:
    """Call a run off."""
    shown = get_object_or_404(Run, number=number)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _run_page(request, shown, form, status=422)
    try:
        runs.cancel(shown, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
        messages.success(request, _("消去を取りやめました。何も消していません。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention-run", number)


@staff_only(*KEEPERS)
@require_POST
def hold(request: StaffRequest) -> HttpResponse:
    """Keep a person's or a filing's records from erasure."""
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            holds.set_hold(**form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("subject", str(refusal.message))
        else:
            messages.success(request, _("消去を保留にしました。"))
            return redirect("retention")
    return _overview(request, hold_form=form, status=422)


@staff_only(*KEEPERS)
@require_POST
def end_hold(request: StaffRequest, hold_id: UUID) -> HttpResponse:
    """End somebody else's hold."""
    try:
        holds.end_hold(get_object_or_404(Hold, pk=hold_id), by=request.actor, now=request.now)
        messages.success(request, _("保留を解除しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention")


@staff_only(*KEEPERS)
@require_safe
def certificate(request: StaffRequest, number: int) -> HttpResponse:
    """Show a certificate of erasure, to be printed; it holds no person's data."""
    shown = get_object_or_404(Erasure.objects.select_related("run"), number=number)
    left = shown.backups
    context = {
        "certificate": shown,
        "counts": _in_words(shown.counts),
        "until": date.fromisoformat(left["until"]) if left.get("until") else None,
        "readable": _rows_in_words(left.get("readable", {})),
        "sealed": _rows_in_words(left.get("sealed", {})),
    }
    return render(request, "review/retention/certificate.html", context)


def _in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return the counts in words; what there is none of says nothing."""
    return [(_word(kind), count) for kind, count in counts.items() if count]


def _rows_in_words(rows: dict[str, int]) -> list[tuple[str, int]]:
    """Return rows by model under the names of the models."""
    return [(str(apps.get_model(label)._meta.verbose_name), count) for label, count in rows.items()]


def _word(kind: str) -> str:
    return _(KIND_WORDS[kind]) if kind in KIND_WORDS else kind
