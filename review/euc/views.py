"""Pages of the extracts (EUC): choose a subject and items; the list of exports goes on."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from review.cases.views.exports import ask_for_list
from review.euc.datasets import datasets
from review.euc.forms import ExtractForm
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def extract(request: StaffRequest, code: str) -> HttpResponse:
    """Ask for an extract of one subject; another person allows it."""
    if code not in datasets():
        raise Http404
    dataset = datasets()[code]
    form = ExtractForm(request.POST or None, dataset=dataset, member=request.user)
    if form.is_valid():
        given = form.cleaned_data
        about = {name: given.get(name, "") for name in ("tax_year", "ward") if given.get(name)}
        which = {"dataset": dataset.code, "items": given["items"], "query": urlencode(about)}
        return ask_for_list(request, given, **which)
    context = {"form": form, "dataset": dataset, "datasets": datasets().values()}
    status = 422 if form.errors else 200
    return render(request, "review/euc/extract.html", context, status=status)
