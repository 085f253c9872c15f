"""Log search (操作記録の検索) for those who check it. Searching is itself written down."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from review.audit.queries import search
from review.audit.services import record_by
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import Role


class SearchForm(forms.Form):
    """Filters of the log (検索条件)."""

    actor = forms.CharField(label=_("職員番号"), required=False, max_length=60)
    addressee_number = forms.CharField(label=_("宛名番号"), required=False, max_length=20)
    subject = forms.CharField(label=_("対象"), required=False, max_length=100)
    action = forms.CharField(label=_("操作"), required=False, max_length=60)
    reason = forms.CharField(label=_("処理事由"), required=False, max_length=100)
    since = forms.DateField(
        label=_("この日から"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("この日まで"), required=False, widget=forms.DateInput({"type": "date"})
    )


@staff_only(Role.AUDITOR, person_data=True)
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    """The log, newest first, by the filters in the address; a page is 100 entries."""
    form = SearchForm(request.GET or None)
    filters: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    given = {name: str(value) for name, value in filters.items() if value}
    with transaction.atomic():
        record_by(
            request.actor,
            "audit.searched",
            reason=str(request.purpose),
            now=request.now,
            detail=given,
        )
    page = search(filters, before=request.GET.get("before", ""))
    return render(request, "review/audit/search.html", {"form": form, "page": page})
