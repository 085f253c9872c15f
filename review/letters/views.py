"""Pages of letters to other authorities: what waits, mailings by two people, where people live."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.addressees.visibility import sees_restricted, visible
from review.errors import Refusal
from review.letters import homes, services
from review.letters.forms import DomicileForm, MakeForm
from review.letters.models import Domicile, Mailing
from review.letters.targets import non_residents, targets
from review.notices import counting
from review.recipients.downloads import as_download
from review.recipients.sealing import Sealed
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 100
PAGE_SIZE = 100


@staff_only(*CASE_ROLES, Role.NUMBER)
@require_safe
def letters(request: StaffRequest) -> HttpResponse:
    """How many wait for which letter of a year, and the mailings; nobody's name."""
    years, year = _years(request)
    day = timezone.localdate(request.now)
    found = {kind: targets(kind, year, day) for kind in (Mailing.Kind if year else ())}
    waiting = [(k.label, len(rows), services.unregistered(rows)) for k, rows in found.items()]
    context = {
        "years": years,
        "year": year,
        "waiting": waiting,
        "mailings": Mailing.objects.select_related("recipient").order_by("-number")[:LATEST],
        "form": MakeForm(initial={"tax_year": year}),
        "may_make": request.user.holds(Role.CLERK),
        "may_work": request.user.holds(*CASE_ROLES),
    }
    return render(request, "review/letters/letters.html", context)


def _years(request: StaffRequest) -> tuple[list[str], str]:
    years = counting.years()
    year = request.GET.get("year", "")
    return years, year if year in years else next(iter(years), "")


@staff_only(Role.CLERK)
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    """Put what waits into mailings, one a recipient."""
    form = MakeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("種類と課税年度を選んでください。"))
        return redirect("letters")
    given = form.cleaned_data | given_by(request, _("通知・照会の発送"))
    act_and_tell(
        request,
        lambda: services.make(**given),
        _("発送をまとめました。ほかの職員が確認します。"),
    )
    return redirect("letters")


@staff_only(*CASE_ROLES, Role.NUMBER, person_data=True)
@require_safe
def letter(request: StaffRequest, number: int) -> HttpResponse:
    """One mailing: whom it is about, what each letter says, and what may be done with it."""
    shown = get_object_or_404(Mailing.objects.select_related("recipient"), pk=number)
    rows = shown.letters.select_related("addressee", "dependant").order_by("pk")
    if not sees_restricted(request.user):
        rows = visible(rows, request.user, "addressee")
        rows = rows.exclude(Q(dependant__restricted=True))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = list(page)
    people = {one.addressee.pk: one.addressee for one in listed}
    people |= {one.dependant.pk: one.dependant for one in listed if one.dependant}
    record_look(request, *people.values())
    waits = shown.state == Mailing.State.PROPOSED
    open_ = shown.state in (Mailing.State.CONFIRMED, Mailing.State.SENT)
    holds = request.user.holds
    context = {
        "mailing": shown,
        "page_obj": page,
        "hidden": shown.count - page.paginator.count,
        "may_confirm": waits and shown.made_by != request.actor.id and holds(Role.CONFIRMER),
        "may_drop": shown.state in (Mailing.State.PROPOSED, Mailing.State.CONFIRMED)
        and holds(*CASE_ROLES),
        "may_take": open_ and (holds(Role.NUMBER) if shown.has_numbers else holds(*CASE_ROLES)),
    }
    return render(request, "review/letters/letter.html", context)


@staff_only(Role.CONFIRMER)
@require_POST
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """Confirm another person's mailing."""
    return _act(request, number, services.confirm, _("発送を確認しました。"))


@staff_only(*CASE_ROLES)
@require_POST
def drop(request: StaffRequest, number: int) -> HttpResponse:
    """Give a mailing up before it is sent."""
    return _act(request, number, services.drop, _("発送を取りやめました。"))


@staff_only(*CASE_ROLES, Role.NUMBER, person_data=True)
@require_POST
def take(request: StaffRequest, number: int) -> HttpResponse:
    """Hand out the letters as a PDF, the data sealed; or the list of whom they are about."""
    shown = get_object_or_404(Mailing, pk=number)
    try:
        if request.POST.get("part") == "list":
            return _as_pdf(
                f"{shown.kind}-{shown.number}-list.pdf",
                services.list_pdf(shown, **given_by(request)),
            )
        taken = services.take(shown, **given_by(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("letter", number)
    if isinstance(taken, Sealed):
        return as_download(taken)
    return _as_pdf(f"{shown.kind}-{shown.number}.pdf", taken)


def _as_pdf(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _act(request: StaffRequest, number: int, act: Any, done: str) -> HttpResponse:
    shown = get_object_or_404(Mailing, pk=number)
    given = given_by(request, _("通知・照会の発送"))
    act_and_tell(request, lambda: act(shown, **given), done)
    return redirect("letter", number)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def domiciles(request: StaffRequest, tax_year: str) -> HttpResponse:
    """Whose 住民票 is not found yet: taxed non-residents, and dependants nobody could identify."""
    known = homes.of_taxpayers(tax_year)
    taxed = visible(non_residents(tax_year), request.user, "addressee")
    without = [one.addressee for one in taxed if one.addressee_id not in known][:LATEST]
    number = request.GET.get("number", "").strip()[:20]
    unknown = [
        one
        for one in homes.unresolved(tax_year, number=number, most=LATEST)
        if sees_restricted(request.user) or not one["claimant"].restricted
    ]
    rows = Domicile.objects.filter(tax_year=tax_year).select_related("addressee")
    rows = visible(rows, request.user, "addressee").order_by("-pk")
    waiting = list(rows.filter(state=Domicile.State.PROPOSED))
    done = list(rows.exclude(state=Domicile.State.PROPOSED)[:LATEST])
    people = [*without, *(one["claimant"] for one in unknown)]
    people += [row.addressee for row in (*waiting, *done)]
    record_look(request, *{person.pk: person for person in people}.values())
    context = {
        "tax_year": tax_year,
        "without": without,
        "unknown": unknown,
        "number": number,
        "waiting": waiting,
        "done": done,
        "form": DomicileForm(auto_id="own_%s"),
        "may_write": request.user.holds(Role.CLERK),
        "may_confirm": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/letters/domiciles.html", context)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_domicile(request: StaffRequest, tax_year: str) -> HttpResponse:
    """Propose where a person or a claimed dependant is registered."""
    form = DomicileForm(request.POST)
    people = visible(Addressee.objects.all(), request.user)
    if not form.is_valid():
        messages.error(
            request, _("宛名番号、6けたの市区町村コード、住所、分かった経緯を入力してください。")
        )
        return redirect("domiciles", tax_year)
    given = dict(form.cleaned_data)
    number, why = given.pop("number"), given.pop("why")
    person = people.filter(number=number).first()
    if person is None:
        messages.error(request, _("この宛名番号は見つかりません。番号を確かめてください。"))
        return redirect("domiciles", tax_year)
    act_and_tell(
        request,
        lambda: homes.propose(person, tax_year, given, why=why, **given_by(request)),
        _("住所地を起案しました。ほかの職員が確認します。"),
    )
    return redirect("domiciles", tax_year)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def decide_domicile(request: StaffRequest, domicile_id: int, code: str) -> HttpResponse:
    """Confirm what another person found, or drop it."""
    row = get_object_or_404(Domicile.objects.select_related("addressee"), pk=domicile_id)
    act, done = {
        "confirm": (homes.confirm, _("住所地を決定しました。")),
        "drop": (homes.drop, _("住所地の起案を取りやめました。")),
    }[code]
    act_and_tell(request, lambda: act(row, **given_by(request)), done)
    return redirect("domiciles", row.tax_year)
