"""The person page (宛名の画面): one person, masked number, what the office holds about them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from config.fields import EraDateField
from exchange.together import together
from review.addressees.models import Addressee
from review.addressees.queries import search
from review.addressees.records import write_down
from review.addressees.register_forms import AccountForm, ContactForm, RelateForm
from review.addressees.relations import same_person_ids, unified_number
from review.levy.overview import years_of
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

LATEST_CHANGES = 50


class SearchForm(forms.Form):
    """Search (宛名検索): by number, or by name together with the birth date."""

    number = forms.CharField(label=gettext_lazy("宛名番号"), required=False, max_length=20)
    name = forms.CharField(label=gettext_lazy("氏名またはフリガナ"), required=False, max_length=100)
    birth_date = EraDateField(label=gettext_lazy("生年月日"), required=False)

    def clean(self) -> None:
        given = self.cleaned_data
        if not given.get("number") and not (given.get("name") and given.get("birth_date")):
            raise forms.ValidationError(_("宛名番号か、氏名と生年月日の両方を入力してください。"))


def record_look(request: StaffRequest, *people: Addressee) -> None:
    """Write down that people's data were shown (LOG-01): an entry each, added together."""
    with transaction.atomic(), together():
        for person in people:
            write_down(
                "addressee.viewed",
                person,
                by=request.actor,
                reason=str(request.purpose),
                now=request.now,
            )


@staff_only(*CASE_ROLES, person_data=True)
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """Search for a person. By POST: names and birth dates do not belong into addresses and logs."""
    form = SearchForm(request.POST or None)
    found: list[Addressee] = []
    if form.is_valid():
        found = search(**form.cleaned_data)
        if len(found) == 1:
            return redirect("person", found[0].pk)
        if not found:
            messages.info(request, _("該当する宛名はありません。"))
    record_look(request, *found)
    context = {"form": form, "found": found}
    status = 422 if form.errors else 200
    return render(request, "review/addressees/people.html", context, status=status)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One person: the register's data, cases, documents and assessments."""
    shown = get_object_or_404(Addressee, pk=person_id)
    record_look(request, shown)
    cases = shown.cases.order_by("-received_at").defer("evidence", "candidates", "checks")
    context: dict[str, Any] = {"person": shown, "years": years_of(shown), "cases": cases}
    context |= _register(request, shown)
    return render(request, "review/addressees/person.html", context)


def _register(request: StaffRequest, shown: Addressee) -> dict[str, Any]:
    """Return what else the register says of a person, and the forms for those who may write."""
    others = same_person_ids(shown) - {shown.pk}
    open_first = F("until").desc(nulls_first=True)
    return {
        "unified": unified_number(shown),
        "others": Addressee.objects.filter(pk__in=others).order_by("number"),
        "contacts": shown.contacts.order_by(open_first, "kind"),
        "accounts": shown.accounts.order_by(open_first),
        "changes": shown.changes.order_by("-id")[:LATEST_CHANGES],
        "may_write": request.user.holds(Role.CLERK),
        "contact_form": ContactForm(),
        "account_form": AccountForm(auto_id="account_%s"),
        "relate_form": RelateForm(),
    }
