"""The page of a person's basics and dependants (個人基本・扶養情報): see, change, confirm."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from review.addressees.models import Addressee
from review.addressees.views import record_look
from review.addressees.visibility import sees_restricted
from review.assessment.queries import held_documents
from review.assessment.services import assess_addressee
from review.levy import basics
from review.levy.forms import AddForm, BasicsForm, RemoveForm
from review.levy.models import BasicsChange, YearPerson
from review.reconcile import dependant_acts as dependants
from review.reconcile.models import DependantAct
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def person_basics(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """A person as of 1 January, whom the tax counts as dependants, and the history of both."""
    person = get_object_or_404(Addressee, pk=person_id)
    shown = basics.basics_of(person, tax_year)
    open_to = sees_restricted(request.user)
    current = [
        one if open_to or not (one.person and one.person.restricted) else one._replace(person=None)
        for one in dependants.dependants_of(person, tax_year)
    ]
    acts = DependantAct.objects.filter(claimant=person, tax_year=tax_year)
    acts = acts.select_related("dependant").order_by("-pk")
    record_look(request, person, *(one.person for one in current if one.person))
    labels = dict(YearPerson.Residency.choices)
    changes = BasicsChange.objects.filter(addressee=person, tax_year=tax_year).order_by("-pk")
    context = {
        "person": person,
        "tax_year": tax_year,
        "basics": shown,
        "changes": [
            {"row": row, "before": _shown(row.before, labels), "after": _shown(row.after, labels)}
            for row in changes
        ],
        "dependants": current,
        "acts": acts,
        "basics_form": BasicsForm(initial=_initial(shown, person)),
        "add_form": AddForm(auto_id="add_%s"),
        "removals": [c for c in DependantAct.Kind.choices if c[0] != "add"],
        "may_write": request.user.holds(Role.CLERK),
        "may_confirm": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/levy/basics.html", context)


def _initial(shown: YearPerson | None, person: Addressee) -> dict[str, Any]:
    found = {name: getattr(shown or person, name, "") for name in basics.FIELDS}
    return found if shown else {**found, "residency": person.kind}


def _shown(values: dict[str, str], labels: dict[str, Any]) -> list[Any]:
    return [labels.get(values[name], values[name]) for name in basics.FIELDS if values.get(name)]


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_basics(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """Propose a change of the basics."""
    person = get_object_or_404(Addressee, pk=person_id)
    form = BasicsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("区分、1月1日の住所、理由を入力してください。"))
        return redirect("basics", person_id, tax_year)
    given = dict(form.cleaned_data)
    why = given.pop("why")
    act_and_tell(
        request,
        lambda: basics.propose_basics(person, tax_year, given, why=why, **given_by(request)),
        _("個人基本の変更を起案しました。ほかの職員が確認します。"),
    )
    return redirect("basics", person_id, tax_year)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def decide_basics(request: StaffRequest, change_id: int, code: str) -> HttpResponse:
    """Confirm another person's change of the basics, or drop it."""
    change = get_object_or_404(BasicsChange.objects.select_related("addressee"), pk=change_id)
    act, done = {
        "confirm": (basics.confirm_basics, _("個人基本の変更を決定しました。")),
        "drop": (basics.drop_basics, _("個人基本の変更を取りやめました。")),
    }[code]
    act_and_tell(request, lambda: act(change, **given_by(request)), done)
    return redirect("basics", change.addressee_id, change.tax_year)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def propose_dependant(request: StaffRequest, person_id: UUID, tax_year: str) -> HttpResponse:
    """Propose to add a dependant, to end one or to deny one."""
    person = get_object_or_404(Addressee, pk=person_id)
    adds = "number" in request.POST
    form = (AddForm if adds else RemoveForm)(request.POST)
    propose = dependants.propose_addition if adds else dependants.propose_removal
    if not form.is_valid():
        messages.error(request, _("対象の人、内容、理由を入力してください。"))
        return redirect("basics", person_id, tax_year)
    act_and_tell(
        request,
        lambda: propose(person, tax_year, **form.cleaned_data, **given_by(request)),
        _("扶養の変更を起案しました。ほかの職員が確認します。"),
    )
    return redirect("basics", person_id, tax_year)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def decide_dependant(request: StaffRequest, act_id: int, code: str) -> HttpResponse:
    """Confirm another person's act on a dependant and compute by it at once, or drop it."""
    act = get_object_or_404(DependantAct.objects.select_related("claimant"), pk=act_id)

    def confirm() -> None:
        dependants.confirm_act(act, **given_by(request))
        if held_documents(act.claimant, act.tax_year):
            assess_addressee(act.claimant, act.tax_year, by=request.actor, now=request.now)

    if code == "confirm":
        act_and_tell(request, confirm, _("扶養の変更を決定し、税額を計算し直しました。"))
    else:
        dropped = _("扶養の変更を取りやめました。")
        act_and_tell(request, lambda: dependants.drop_act(act, **given_by(request)), dropped)
    return redirect("basics", act.claimant_id, act.tax_year)
