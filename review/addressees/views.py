"""The person page (宛名の画面): one person, masked number, what the office holds about them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.fields import EraDateField, PersonalNumberField
from exchange.together import together
from filing.numbers import personal_number_is_valid
from review.addressees.models import Addressee
from review.addressees.queries import search
from review.addressees.records import write_down
from review.addressees.register_forms import AccountForm, ContactForm, RelateForm
from review.addressees.relations import same_person_ids, unified_number
from review.addressees.visibility import PROCEDURE, visible
from review.audit.services import record_by
from review.levy.overview import years_of
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

LATEST_CHANGES = 50


class SearchForm(forms.Form):
    """Search (宛名検索): by number, or by name together with the birth date.

    The 個人番号 is asked for where the person may use it, and stands in no address and no log.
    """

    number = forms.CharField(label=gettext_lazy("宛名番号"), required=False, max_length=20)
    name = forms.CharField(label=gettext_lazy("氏名またはフリガナ"), required=False, max_length=100)
    birth_date = EraDateField(label=gettext_lazy("生年月日"), required=False)
    personal_number = PersonalNumberField(label=gettext_lazy("個人番号"), required=False)

    def __init__(self, *args: Any, by_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_number:
            del self.fields["personal_number"]

    def clean_personal_number(self) -> str:
        number: str = self.cleaned_data["personal_number"]
        if number and not personal_number_is_valid(number):
            raise forms.ValidationError(_("検査数字が合いません。番号を確かめてください。"))
        return number

    def clean(self) -> None:
        given = self.cleaned_data
        named = given.get("name") and given.get("birth_date")
        # A number that is wrong has its own message.
        one = given.get("number") or given.get("personal_number") or self.errors
        if not one and not named:
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
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """Search for a person. By POST: names and birth dates do not belong into addresses and logs."""
    by_number = request.user.may_handle(PROCEDURE, Role.NUMBER)
    if not by_number and request.POST.get("personal_number"):
        raise PermissionDenied
    form = SearchForm(request.POST or None, by_number=by_number)
    found: list[Addressee] = []
    if form.is_valid():
        found = search(**form.cleaned_data, member=request.user)
        if form.cleaned_data.get("personal_number"):
            _record_number_search(request, found)
        if len(found) == 1:
            return redirect("person", found[0].pk)
        if not found:
            messages.info(request, _("該当する宛名はありません。"))
    record_look(request, *found)
    context = {"form": form, "found": found}
    status = 422 if form.errors else 200
    return render(request, "review/addressees/people.html", context, status=status)


def _record_number_search(request: StaffRequest, found: list[Addressee]) -> None:
    """Write down that a 個人番号 was searched for: whom it found, never the number."""
    with transaction.atomic():
        record_by(
            request.actor,
            "addressee.searched_by_number",
            reason=str(request.purpose),
            now=request.now,
            detail={"found": [person.number for person in found]},
        )


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
        "others": visible(Addressee.objects.filter(pk__in=others), request.user).order_by("number"),
        "contacts": shown.contacts.order_by(open_first, "kind"),
        "accounts": shown.accounts.order_by(open_first),
        "inquiry_results": shown.inquiry_results.order_by("-finished_at"),
        "changes": shown.changes.order_by("-id")[:LATEST_CHANGES],
        "may_write": request.user.holds(Role.CLERK),
        "contact_form": ContactForm(),
        "account_form": AccountForm(auto_id="account_%s"),
        "relate_form": RelateForm(),
    }
