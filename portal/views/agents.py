"""Beginning a return for somebody else (代理人による申告): for whom, by what right, which year."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.days import day_words
from config.fields import EraDateField
from filing.calendar import income_year_end
from portal import purpose
from portal.errors import PortalError, StaleDraft
from portal.interview.authorities import AUTHORITIES
from portal.interview.fields import OneOfField, PlainTextField
from portal.interview.model import Situation
from portal.models import Draft
from portal.services import agents
from portal.services.events import actor_of
from portal.views.access import kept_answers, owner_token, personal, resident_of
from portal.views.frame import frame, open_for, version_of
from portal.views.pace import at_pace
from portal.views.start import StartForm, year_choices


class PrincipalForm(forms.Form):
    """For whom an agent files (本人), and by what right."""

    authority = OneOfField(
        label=gettext_lazy("どの立場で申告しますか?"), choices=list(AUTHORITIES.items())
    )
    name = PlainTextField(
        label=gettext_lazy("本人(申告する人)の名前"),
        help_text=gettext_lazy("住民票と同じ字で入力します。例 佐藤 トメ"),
        max_length=120,
    )
    birth_date = EraDateField(label=gettext_lazy("本人の生まれた日"))

    #: The year (課税年度) of a return that is begun already; else the form asks for it.
    begun_for = ""

    def clean_birth_date(self) -> object:
        born = self.cleaned_data["birth_date"]
        if born >= timezone.localdate():
            raise forms.ValidationError(_("生まれた日を確かめてください。まだ来ていない日です。"))
        return born

    def clean(self) -> dict[str, Any]:
        """Refuse whoever was born after the year of the income: they had none (所得の年)."""
        cleaned = super().clean() or {}
        year, born = cleaned.get("tax_year") or self.begun_for, cleaned.get("birth_date")
        if year and born and born > income_year_end(year):
            message = _(
                "「本人の生まれた日」が、所得の年の最後の日(%(day)s)より後です。"
                "日付を直してください。それより後に生まれた人は、この年度の申告がいりません。"
            )
            self.add_error("birth_date", message % {"day": day_words(income_year_end(year))})
        return cleaned


class AgentStartForm(PrincipalForm, StartForm):
    """For whom a return is begun, beside what every start asks."""

    from_last_year = None  # type: ignore[assignment]  # nobody's answers are another agent's start
    field_order = ["authority", "name", "birth_date", "tax_year"]


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@at_pace("saves")
def start(request: HttpRequest) -> HttpResponse:
    """Say what an agent needs, and open the draft for the person who is named."""
    choices = year_choices(timezone.localdate())
    kept = kept_answers(request) if request.method == "GET" else None
    form = AgentStartForm(
        request.POST or (kept and kept.as_posted()),
        choices=choices,
        initial={"tax_year": choices[0][0], "purpose_version": purpose.VERSION},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("portal:hub", _begin(request, form).place)
            except PortalError as error:
                form.add_error(None, error.message)
    words = {
        "form": form,
        "purpose": purpose.TEXT,
        "purpose_version": purpose.VERSION,
        "kept": kept,
        "keep": owner_token(request),
    }
    return render(request, "portal/start_for.html", words, status=status)


def _begin(request: HttpRequest, form: AgentStartForm) -> Draft:
    resident, given = resident_of(request), form.cleaned_data
    return agents.open_draft_for(
        resident,
        given["tax_year"],
        name=given["name"],
        birth_date=given["birth_date"],
        authority=given["authority"],
        purpose_version=given["purpose_version"],
        by=actor_of(resident),
        now=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@at_pace("saves")
def correct(request: HttpRequest, place: str) -> HttpResponse:
    """Correct a mistyped name, birth date or right while the return has not been sent."""
    draft, situation = open_for(request, place)
    if not situation.principal:
        raise Http404
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    kept = kept_answers(request) if request.method == "GET" else None
    form = PrincipalForm(
        request.POST or (kept and kept.as_posted()) or None, initial=_said(situation)
    )
    form.begun_for = draft.tax_year
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("portal:check", _correct(request, draft, form).place)
            except PortalError as error:
                status = 409 if isinstance(error, StaleDraft) else 422
                form.add_error(None, error.message)
                draft, situation = open_for(request, place)
    shown = {"form": form, "kept": kept, "keep": owner_token(request)}
    words = frame(draft, situation, "basic") | shown
    return render(request, "portal/correct_principal.html", words, status=status)


def _said(situation: Situation) -> dict[str, object]:
    said = situation.principal
    return dict(said) | {"birth_date": date.fromisoformat(said["birth_date"])}


def _correct(request: HttpRequest, draft: Draft, form: PrincipalForm) -> Draft:
    given = form.cleaned_data
    return agents.correct_principal(
        draft,
        name=given["name"],
        birth_date=given["birth_date"],
        authority=given["authority"],
        version=version_of(request),
        by=actor_of(resident_of(request)),
        now=timezone.now(),
    )
