"""The pages of papers (書類): all of them, one of them with its pages, and their pictures."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers import Kind, PaperRefused, page_picture
from portal.errors import PortalError
from portal.models import Draft, Paper
from portal.papers import pace, services, words
from portal.papers.forms import AddForm, PapersForm, ReplaceForm
from portal.papers.queries import open_papers, own_open_paper, sent_before
from portal.services.events import actor_of
from portal.views.access import personal, resident_of
from portal.views.frame import frame, open_for
from portal.views.pace import at_pace

SHOWN_SIDE = 1_400


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def papers(request: HttpRequest, place: str) -> HttpResponse:
    """Show all papers of the return, and take more."""
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    acting = bool(situation.principal)
    form = AddForm(request.POST or None, request.FILES or None, acting=acting)
    if request.method == "POST" and _added(request, draft, form):
        return redirect("portal:papers", place)
    mine = open_papers(draft)
    context = {
        "form": form,
        "papers": mine,
        "waiting": [one for one in mine if one.scan == Paper.Scan.WAITING],
        "earlier": sent_before(draft),
        "bytes": sum(one.size for one in mine),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/papers.html", frame(draft, situation) | context, status=status)


def _added(request: HttpRequest, draft: Draft, form: AddForm) -> bool:
    """Take what was chosen; False, with errors on the form, where any of it was not taken."""
    if form.is_valid() and not form.chosen and not _dropped(request):
        form.add_error("papers", _("写真かPDFを選んでください。"))
    topic = form.cleaned_data.get("topic", "")
    return form.is_valid() and add_papers(request, draft, form, topic=topic)


def add_papers(
    request: HttpRequest,
    draft: Draft,
    form: PapersForm,
    *,
    topic: str,
    instead_of: Paper | None = None,
) -> bool:
    """Take the files of a form; False, with errors on it, where one was refused."""
    if not form.is_valid():
        return False
    if not pace.may_add(resident_of(request), len(form.chosen), now=timezone.now()):
        form.add_error("papers", words.too_fast())
        return False
    uploads = [services.Upload(one.name or "", one.read()) for one in form.chosen]
    by, now = actor_of(resident_of(request)), timezone.now()
    try:
        added = services.attach(draft, uploads, topic=topic, by=by, now=now, instead_of=instead_of)
    except PortalError as refused:
        form.add_error("papers", refused.message)
        return False
    if added.papers:
        messages.success(request, _("書類を%(n)s個受け取りました。") % {"n": len(added.papers)})
    for sentence in [*_dropped(request), *added.refusals]:
        form.add_error("papers", sentence)
    return form.is_valid()


def _dropped(request: HttpRequest) -> list[str]:
    """Return why files did not even reach us, in words."""
    dropped = getattr(request, "refused_uploads", [])
    sentences = [words.refusal(code, name) for code, name in dropped if code != "too_many"]
    return sentences + [words.too_many() for code, _name in dropped if code == "too_many"][:1]


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def paper(request: HttpRequest, place: str, pk: UUID) -> HttpResponse:
    """Show one paper page by page; posted, another file takes its place."""
    draft, situation = open_for(request, place)
    shown = own_open_paper(draft, pk)
    form = ReplaceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid() and len(form.chosen) + len(_dropped(request)) != 1:
            form.add_error("papers", _("代わりのファイルを1つ選んでください。"))
        if form.is_valid() and add_papers(
            request, draft, form, topic=shown.topic, instead_of=shown
        ):
            return redirect("portal:papers", place)
    context = {"form": form, "paper": shown, "numbers": range(1, shown.pages + 1)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/paper.html", frame(draft, situation) | context, status=status)


@require_POST
@personal
@at_pace("saves")
def turn(request: HttpRequest, place: str, pk: UUID) -> HttpResponse:
    """Turn a paper by a quarter."""
    draft, _situation = open_for(request, place)
    try:
        services.turn(
            own_open_paper(draft, pk), by=actor_of(resident_of(request)), now=timezone.now()
        )
    except PortalError as refused:
        messages.warning(request, refused.message)
    return redirect("portal:paper", place, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@at_pace("saves")
def remove(request: HttpRequest, place: str, pk: UUID) -> HttpResponse:
    """Ask whether a paper shall go, for its bytes go for good; posted, take it out."""
    draft, situation = open_for(request, place)
    shown = own_open_paper(draft, pk)
    if request.method != "POST":
        return render(
            request, "portal/paper_remove.html", frame(draft, situation) | {"paper": shown}
        )
    try:
        services.remove(shown, by=actor_of(resident_of(request)), now=timezone.now())
        messages.success(request, _("書類を1つ外しました。"))
    except PortalError as refused:
        messages.warning(request, refused.message)
    return redirect("portal:papers", place)


@require_safe
@personal
def small(request: HttpRequest, place: str, pk: UUID) -> HttpResponse:
    """The small picture of a paper's first page."""
    draft, _situation = open_for(request, place)
    return _picture(own_open_paper(draft, pk).thumbnail)


@require_safe
@personal
@at_pace("pictures")
def page(request: HttpRequest, place: str, pk: UUID, number: int) -> HttpResponse:
    """A page as a picture, made here: the browser never gets the file itself."""
    draft, _situation = open_for(request, place)
    shown = own_open_paper(draft, pk)
    if shown.scan == Paper.Scan.INFECTED or not 1 <= number <= shown.pages:
        raise Http404
    try:
        made = page_picture(
            shown.content, Kind(shown.kind), page=number, long_side=SHOWN_SIDE, turn=shown.turn
        )
    except PaperRefused as refused:
        if refused.code == "busy":
            return HttpResponse(status=503, headers={"Retry-After": "5"})
        raise Http404 from refused
    return _picture(made)


def _picture(content: bytes) -> HttpResponse:
    if not content:
        raise Http404
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "sandbox"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
