"""The page of the backups' places (バックアップの保管場所): what is set, and who saw it last."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config import backup_places
from review.errors import Refusal
from review.retention import places as services
from review.retention.access import KEEPERS
from review.retention.forms import PlaceForm
from review.retention.models import PlaceAttestation
from review.staff.access import StaffRequest, staff_only

SHOWN = 50
DECISIONS = {"confirm": services.confirm, "drop": services.drop}


@staff_only(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: StaffRequest) -> HttpResponse:
    """Show both places and the attestations of the second; a POST proposes the next."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose(**form.cleaned_data, by=request.actor, now=request.now)
        except Refusal as refusal:
            form.add_error("seen_on", str(refusal.message))
        else:
            messages.success(request, _("確認を記録しました。別の職員の確認を待ちます。"))
            return redirect("retention-places")
    rows = PlaceAttestation.objects.order_by("-proposed_at", "-pk")[:SHOWN]
    context = {
        "places": backup_places.named(),
        "standing": services.standing(),
        "alarm": services.alarm(request.now),
        "rows": [(row, _may_confirm(request, row)) for row in rows],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "review/retention/places.html", context, status=status)


def _may_confirm(request: StaffRequest, row: PlaceAttestation) -> bool:
    return row.state == row.State.PROPOSED and row.proposed_by != request.actor.id


@staff_only(*KEEPERS)
@require_POST
def act(request: StaffRequest, attestation_id: int, code: str) -> HttpResponse:
    """Confirm or drop an attestation."""
    if code not in DECISIONS:
        raise Http404
    row = get_object_or_404(PlaceAttestation, pk=attestation_id)
    try:
        DECISIONS[code](row, by=request.actor, now=request.now)
        messages.success(request, _("保存しました。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("retention-places")
