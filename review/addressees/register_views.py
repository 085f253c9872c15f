"""Pages that write the register (宛名の登録): 住登外, 法人, 送付先, 口座, 同一人, files of 住基."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from review.addressees import contacts, non_residents, relations, residents
from review.addressees.models import Addressee, Business, ResidentRun, SamePerson
from review.addressees.queries import search_businesses
from review.addressees.register_forms import (
    AccountForm,
    BusinessChangeForm,
    BusinessForm,
    BusinessSearchForm,
    ContactForm,
    PersonForm,
    RelateForm,
    ResidentFileForm,
)
from review.addressees.views import record_look
from review.addressees.visibility import sees_restricted, visible
from review.errors import Refusal
from review.reconcile.candidates import Sought, candidates
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 50
TAKES = {
    ResidentRun.Kind.CHANGES: residents.apply_changes,
    ResidentRun.Kind.LINKS: residents.apply_links,
    ResidentRun.Kind.CONSISTENCY: residents.compare,
}


@staff_only(Role.CLERK, person_data=True)
@require_http_methods(["GET", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """Register a person who is no resident; who is there already is shown first."""
    form = PersonForm(request.POST or None)
    found = []
    looked = form.is_valid()
    if looked:
        given = form.four_attributes
        number = form.cleaned_data["personal_number"]
        found = candidates(Sought(**given, number=number))
        if not sees_restricted(request.user) and any(one.person.restricted for one in found):
            # Neither shown nor entered a second time.
            raise PermissionDenied
        for candidate in found:
            record_look(request, candidate.person)
        if not found or request.POST.get("step") == "register":
            made = _registered(request, form)
            if made:
                return redirect("person", made.pk)
    context = {"form": form, "found": found}
    status = 422 if form.errors else 200
    return render(request, "review/addressees/register.html", context, status=status)


def _registered(request: StaffRequest, form: PersonForm) -> Addressee | None:
    try:
        return non_residents.register(
            form.four_attributes,
            personal_number=form.cleaned_data["personal_number"],
            by=request.actor,
            reason=str(request.purpose),
            now=request.now,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def businesses(request: StaffRequest) -> HttpResponse:
    """The businesses, the latest first; by POST, enter one (clerks)."""
    form = BusinessForm(request.POST or None)
    if request.method == "POST" and not request.user.holds(Role.CLERK):
        messages.error(request, _("登録は審査担当が行います。"))
    elif form.is_valid():
        try:
            made = non_residents.register_business(
                **form.cleaned_data,
                by=request.actor,
                reason=str(request.purpose or _("法人の登録")),
                now=request.now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("宛名番号%(number)sで登録しました。")
            messages.success(request, text % {"number": made.number})
            return redirect("businesses")
    rows = Business.objects.order_by("-entered_at")[:LATEST]
    return _businesses(request, form, BusinessSearchForm(), rows)


@staff_only(*CASE_ROLES)
@require_POST
def business_search(request: StaffRequest) -> HttpResponse:
    """Find businesses by 法人番号, 指定番号 or name."""
    search = BusinessSearchForm(request.POST)
    found = search_businesses(search.cleaned_data["text"]) if search.is_valid() else []
    if search.is_valid() and not found:
        messages.info(request, _("該当する法人はありません。"))
    return _businesses(request, BusinessForm(), search, found)


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def business(request: StaffRequest, business_id: UUID) -> HttpResponse:
    """One business; by POST, change it (clerks)."""
    shown = get_object_or_404(Business, pk=business_id)
    known = {name: getattr(shown, name) for name in BusinessChangeForm.base_fields}
    form = BusinessChangeForm(request.POST or None, initial=known)
    if request.method == "POST" and not request.user.holds(Role.CLERK):
        messages.error(request, _("登録は審査担当が行います。"))
    elif form.is_valid():
        given = given_by(request, _("法人の変更")) | form.cleaned_data
        done = _("変更しました。")
        act_and_tell(request, lambda: non_residents.change_business(shown, **given), done)
        return redirect("business", shown.pk)
    context = {"business": shown, "form": form, "may_enter": request.user.holds(Role.CLERK)}
    status = 422 if form.errors else 200
    return render(request, "review/addressees/business.html", context, status=status)


def _businesses(
    request: StaffRequest,
    form: BusinessForm,
    search: BusinessSearchForm,
    rows: Iterable[Business],
) -> HttpResponse:
    context = {
        "form": form,
        "search": search,
        "rows": rows,
        "may_enter": request.user.holds(Role.CLERK),
    }
    status = 422 if form.errors or search.errors else 200
    return render(request, "review/addressees/businesses.html", context, status=status)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def contact(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Set where a person's notices go."""

    def write(person: Addressee, given: dict[str, Any], **written: Any) -> None:
        contacts.set_contact(person, given, **written)

    return _write(request, person_id, ContactForm(request.POST), write)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def account(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Set a person's bank account."""

    def write(person: Addressee, given: dict[str, Any], **written: Any) -> None:
        number = given.pop("account_number")
        contacts.set_account(person, given, account_number=number, **written)

    return _write(request, person_id, AccountForm(request.POST), write)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def relate(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Say that another 宛名 is the same person."""

    def write(person: Addressee, given: dict[str, Any], **written: Any) -> None:
        people = visible(Addressee.objects.all(), request.user)
        other = people.filter(number=given["other"]).first()
        if other is None:
            raise Refusal(_("この宛名番号の人はいません。番号を確かめてください。"))
        relations.relate(person, other, **written)

    return _write(request, person_id, RelateForm(request.POST), write)


def _write(
    request: StaffRequest, person_id: UUID, form: forms.Form, write: Callable[..., None]
) -> HttpResponse:
    """Write what the form gives about a person; what is wrong is said on the person's page."""
    person = get_object_or_404(Addressee, pk=person_id)
    if not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"{label} {' '.join(map(str, errors))}")
        return redirect("person", person_id)
    try:
        written: dict[str, Any] = {"by": request.actor, "now": request.now}
        write(person, dict(form.cleaned_data), reason=str(request.purpose), **written)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("記録しました。"))
    return redirect("person", person_id)


@staff_only(*CASE_ROLES)
@require_http_methods(["GET"])
def same_persons(request: StaffRequest) -> HttpResponse:
    """Who may be one person, and what waits for a second person; by numbers alone."""
    sees_all = sees_restricted(request.user)
    waiting = SamePerson.objects.filter(confirmed_at__isnull=True)
    waiting = waiting.select_related("first", "second")
    context = {
        "pairs": [
            pair
            for pair in relations.likely_pairs()
            if sees_all or not any(person.restricted for person in pair)
        ],
        "waiting": visible(visible(waiting, request.user, "first"), request.user, "second"),
        "may_confirm": request.user.holds(Role.CONFIRMER),
    }
    return render(request, "review/addressees/same_persons.html", context)


@staff_only(Role.CONFIRMER, person_data=True)
@require_POST
def confirm_same(request: StaffRequest, relation_id: int) -> HttpResponse:
    """Confirm another person's word that two 宛名 are one person."""
    relation = get_object_or_404(SamePerson, pk=relation_id)
    try:
        reason = str(request.purpose)
        relations.confirm(relation, by=request.actor, reason=reason, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("記録しました。"))
    return redirect("same-persons")


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def resident_runs(request: StaffRequest) -> HttpResponse:
    """The files of the resident register and what became of them; by POST, take one (clerks)."""
    form = ResidentFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not request.user.holds(Role.CLERK):
        messages.error(request, _("取込みは審査担当が行います。"))
    elif form.is_valid():
        if _taken(request, form):
            return redirect("residents")
        form.add_error("file", _("このファイルは読み取れません。形式を確かめてください。"))
    context = {
        "form": form,
        "rows": ResidentRun.objects.order_by("-at", "-pk")[:LATEST],
        "missed": residents.missed(now=request.now),
        "may_take": request.user.holds(Role.CLERK),
    }
    status = 422 if form.errors else 200
    return render(request, "review/addressees/residents.html", context, status=status)


def _taken(request: StaffRequest, form: ResidentFileForm) -> bool:
    upload = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name).name
        path.write_bytes(b"".join(upload.chunks()))
        try:
            TAKES[ResidentRun.Kind(form.cleaned_data["kind"])](
                path, by=request.actor, now=request.now
            )
        except (ValueError, KeyError):
            return False
    return True
