"""The pages of the year's run (当初賦課), of corrections (更正) and of 月例締め."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.models import Addressee
from review.addressees.visibility import sees_restricted, visible
from review.levy import corrections, year
from review.levy.forms import CorrectionForm, MonthForm, YearForm
from review.levy.models import Collection, Decision, MonthlyClose, YearRun
from review.levy.progress import progress_of
from review.levy.queries import waiting_corrections
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 20


@staff_only(*CASE_ROLES)
@require_safe
def runs(request: StaffRequest) -> HttpResponse:
    """The runs, newest first, and what waits for a correction; people by their number alone."""
    found = YearRun.objects.order_by("-proposed_at")[:LATEST]
    done = YearRun.objects.filter(state=YearRun.State.DONE).order_by("-finished_at").first()
    stale = (
        waiting_corrections(done.tax_year, done.finished_at) if done and done.finished_at else []
    )
    proposed = Decision.objects.filter(state=Decision.State.PROPOSED).select_related("addressee")
    proposed = visible(proposed, request.user, "addressee")
    context = {
        "runs": found,
        "stale": _seen(request, stale),
        "stale_year": done.tax_year if done else "",
        "proposed": proposed.order_by("pk")[:100],
        "closes": MonthlyClose.objects.order_by("-month")[:LATEST],
    }
    return render(request, "review/levy/runs.html", context)


@staff_only(*CASE_ROLES)
@require_safe
def run(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, its totals by 区 and kind of collection, and who changed most."""
    shown = get_object_or_404(YearRun, pk=run_id)
    labels = dict(Collection.Method.choices)
    wards = [
        {
            "ward": name or "—",
            **ward,
            "methods": [
                {"label": labels[method], **ward["methods"].get(method, {"people": 0, "total": 0})}
                for method in labels
            ],
        }
        for name, ward in sorted(shown.totals.get("wards", {}).items())
    ]
    movers = _seen(request, shown.movers)
    context = {"run": shown, "progress": progress_of(shown), "wards": wards, "movers": movers}
    context["method_labels"] = labels.values()
    return render(request, "review/levy/run.html", context)


def _seen(request: StaffRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the rows of people whom the person may not see (他業務参照不可)."""
    if sees_restricted(request.user):
        return rows
    numbers = Addressee.objects.filter(number__in=[row["number"] for row in rows], restricted=True)
    hidden = set(numbers.values_list("number", flat=True))
    return [row for row in rows if row["number"] not in hidden]


@staff_only(Role.SUPERVISOR, Role.CLERK)
@require_POST
def propose_run(request: StaffRequest) -> HttpResponse:
    """Start a year's run; another person confirms it."""
    return _by_form(
        request,
        YearForm(request.POST),
        year.propose_run,
        wrong=_("課税年度は R9 のように入力してください。"),
        done=_("当初賦課を始める準備ができました。ほかの職員が確認すると計算が始まります。"),
        why=_("当初賦課"),
    )


@staff_only(Role.CONFIRMER)
@require_POST
def decide_run(request: StaffRequest, run_id: UUID, code: str) -> HttpResponse:
    """Confirm another person's run, or drop it."""
    shown = get_object_or_404(YearRun, pk=run_id)
    act, done = {
        "confirm": (year.confirm_run, _("当初賦課を確認しました。計算を始めます。")),
        "drop": (year.drop_run, _("当初賦課を取りやめました。")),
    }[code]
    return _act(request, lambda: act(shown, **given_by(request, _("当初賦課"))), done)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_correction(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """Propose a correction of a person's tax (更正の起案)."""
    person = get_object_or_404(Addressee, pk=person_id)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("更正事由を選び、説明を入力してください。"))
        return redirect("assessment", person_id, tax_year)
    given = given_by(request) | form.cleaned_data
    return _act(
        request,
        lambda: corrections.propose_correction(person, tax_year, **given),
        _("更正を起案しました。ほかの職員が確認します。"),
        "assessment",
        person_id,
        tax_year,
    )


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def decide_correction(request: StaffRequest, decision_id: int, code: str) -> HttpResponse:
    """Confirm another person's correction, or drop it."""
    shown = get_object_or_404(Decision.objects.select_related("addressee"), pk=decision_id)
    act, done = {
        "confirm": (corrections.confirm_correction, _("更正を決定しました。")),
        "drop": (corrections.drop_correction, _("更正を取りやめました。")),
    }[code]
    back = ("assessment", shown.addressee_id, shown.tax_year)
    return _act(request, lambda: act(shown, **given_by(request)), done, *back)


@staff_only(Role.SUPERVISOR)
@require_POST
def close_month(request: StaffRequest) -> HttpResponse:
    """Close a month (月例締め)."""
    return _by_form(
        request,
        MonthForm(request.POST),
        corrections.close_month,
        wrong=_("月は 2027-09 のように入力してください。"),
        done=_("月を締めました。"),
        why=_("月例締め"),
    )


def _by_form(
    request: StaffRequest,
    form: Form,
    act: Callable[..., object],
    *,
    wrong: str,
    done: str,
    why: str,
) -> HttpResponse:
    """Do an act on the one thing that a form asks for, or say what is wrong with it."""
    if not form.is_valid():
        messages.error(request, wrong)
        return redirect("levy")
    (given,) = form.cleaned_data.values()
    return _act(request, lambda: act(given, **given_by(request, why)), done)


def _act(request: StaffRequest, act: Callable[[], object], done: str, *to: object) -> HttpResponse:
    """Do an act, say what came of it, and go on."""
    act_and_tell(request, act, done)
    name, *rest = to or ("levy",)
    return redirect(str(name), *rest)
