"""Pages of the pictures (課税資料イメージ): find by number, look, put a note, take it off."""

from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers import Kind, PaperRefused, page_picture
from review.addressees.views import record_look
from review.addressees.visibility import visible
from review.assessment.models import SourceDocument
from review.cases.models import Case
from review.images import services
from review.images.models import DocumentNote
from review.images.rendering import ELECTRONIC, pdf_of
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell
from review.staff.forms import refuse_personal_number
from review.staff.roles import CASE_ROLES, Role

MOST_FOUND = 50
LONG_SIDE = 1_600


class FindForm(forms.Form):
    """Search (イメージの検索): by 資料番号 or 宛名番号."""

    number = forms.CharField(label=gettext_lazy("資料番号か宛名番号"), max_length=100)


class NoteForm(forms.Form):
    """A note (付箋)."""

    text = forms.CharField(
        label=gettext_lazy("付箋"), max_length=300, validators=[refuse_personal_number]
    )


@staff_only(*CASE_ROLES, person_data=True)
@require_http_methods(["GET", "POST"])
def images(request: StaffRequest) -> HttpResponse:
    """Find documents by number; by POST, so that no number stands in an address."""
    form = FindForm(request.POST or None)
    found: list[SourceDocument] = []
    if form.is_valid():
        number = form.cleaned_data["number"].strip()
        rows = SourceDocument.objects.filter(Q(source=number) | Q(addressee__number=number))
        rows = visible(rows, request.user, "addressee").select_related("addressee")
        found = list(rows.order_by("-tax_year", "kind", "source")[:MOST_FOUND])
        people = {document.addressee_id: document.addressee for document in found}
        record_look(request, *people.values())
    context = {"form": form, "found": found, "searched": form.is_bound and form.is_valid()}
    status = 422 if form.errors else 200
    return render(request, "review/images/images.html", context, status=status)


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def image(request: StaffRequest, document_id: UUID) -> HttpResponse:
    """One document: its picture and the notes beside it."""
    return _page(request, document_id, NoteForm())


def _page(
    request: StaffRequest, document_id: UUID, form: NoteForm, status: int = 200
) -> HttpResponse:
    rows = SourceDocument.objects.select_related("addressee")
    shown = get_object_or_404(rows, pk=document_id)
    record_look(request, shown.addressee)
    context = {
        "document": shown,
        "has_picture": shown.kind in ELECTRONIC,
        "case": _case_of(shown),
        "notes": shown.image_notes.order_by("-pk"),
        "form": form,
        "may_note": request.user.holds(Role.CLERK),
    }
    return render(request, "review/images/image.html", context, status=status)


def _case_of(document: SourceDocument) -> Case | None:
    """Return the case that a return came as: its original and papers are looked at there."""
    if document.kind != SourceDocument.Kind.RESIDENT_RETURN:
        return None
    receipt, _colon, version = document.source.partition(":")
    found = Case.objects.filter(receipt_number=receipt, addressee=document.addressee)
    return found.filter(version=version).first() if version.isdigit() else None


@staff_only(*CASE_ROLES, person_data=True)
@require_safe
def picture(request: StaffRequest, document_id: UUID) -> HttpResponse:
    """The picture alone: no file reaches the terminal."""
    rows = SourceDocument.objects.select_related("addressee")
    shown = get_object_or_404(rows, pk=document_id)
    if shown.kind not in ELECTRONIC:
        raise Http404
    record_look(request, shown.addressee)
    try:
        made = page_picture(pdf_of([shown], at=shown.received_at), Kind.PDF, long_side=LONG_SIDE)
    except PaperRefused:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "sandbox"}
    return HttpResponse(made, content_type="image/jpeg", headers=headers)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def add_note(request: StaffRequest, document_id: UUID) -> HttpResponse:
    """Put a note beside the picture."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, document_id, form, status=422)
    shown = get_object_or_404(SourceDocument, pk=document_id)
    text, reason = form.cleaned_data["text"], str(request.purpose)
    act_and_tell(
        request,
        lambda: services.add_note(
            shown, text=text, by=request.actor, reason=reason, now=request.now
        ),
        _("付箋を付けました。"),
    )
    return redirect("image", document_id)


@staff_only(Role.CLERK, person_data=True)
@require_POST
def remove_note(request: StaffRequest, note_id: int) -> HttpResponse:
    """Take a note off."""
    note = get_object_or_404(DocumentNote, pk=note_id)
    reason = str(request.purpose)
    act_and_tell(
        request,
        lambda: services.remove_note(note, by=request.actor, reason=reason, now=request.now),
        _("付箋を外しました。"),
    )
    return redirect("image", note.document_id)
