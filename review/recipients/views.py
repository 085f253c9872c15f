"""Recipients (引渡し先): who gets files and letters, entered by one and confirmed by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange import keys
from review.recipients import services
from review.recipients.forms import FingerprintForm, RecipientForm
from review.recipients.models import Recipient
from review.recipients.queries import in_force
from review.staff.access import StaffRequest, staff_only
from review.staff.acting import act_and_tell, given_by
from review.staff.roles import CASE_ROLES, Role

LATEST = 100


@staff_only(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def recipients(request: StaffRequest) -> HttpResponse:
    """Who counts now, what waits for a second person, and the history; by POST, propose one."""
    may_propose = request.user.holds(Role.CLERK, Role.SUPERVISOR)
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and not may_propose:
        messages.error(request, _("登録は審査担当か監督者が行います。"))
    elif form.is_valid():
        given = dict(form.cleaned_data)
        why, told = given.pop("why"), given_by(request, _("引渡し先の登録"))
        act_and_tell(
            request,
            lambda: services.propose(given, why=why, **told),
            _("引渡し先を起案しました。ほかの職員が、指紋を相手に確かめて確認します。"),
        )
        return redirect("recipients")
    rows = Recipient.objects.order_by("-pk")
    context = {
        "form": form,
        "current": in_force(),
        "waiting": rows.filter(state=Recipient.State.PROPOSED),
        "history": rows.exclude(state=Recipient.State.PROPOSED)[:LATEST],
        "may_propose": may_propose,
        "may_confirm": request.user.holds(Role.CONFIRMER),
    }
    status = 422 if form.errors else 200
    return render(request, "review/recipients/recipients.html", context, status=status)


@staff_only(Role.CONFIRMER)
@require_POST
def decide(request: StaffRequest, recipient_id: int, code: str) -> HttpResponse:
    """Confirm another person's entry by the fingerprint, or drop it."""
    row = get_object_or_404(Recipient, pk=recipient_id)
    given = given_by(request, _("引渡し先の登録"))
    form = FingerprintForm(request.POST)
    typed = form.cleaned_data["fingerprint"] if form.is_valid() else ""
    if code == "confirm":
        act_and_tell(
            request,
            lambda: services.confirm(row, fingerprint=typed, **given),
            _("引渡し先を確認しました。"),
        )
    else:
        dropped = _("引渡し先の起案を取りやめました。")
        act_and_tell(request, lambda: services.drop(row, **given), dropped)
    return redirect("recipients")


@staff_only(Role.CLERK, Role.SUPERVISOR)
@require_POST
def end(request: StaffRequest, recipient_id: int) -> HttpResponse:
    """Propose that a recipient is one no more."""
    row = get_object_or_404(Recipient, pk=recipient_id, state=Recipient.State.DECIDED)
    names = ("kind", "code", "name", "department", "postal_code", "address", "pem")
    given = {name: getattr(row, name) for name in names} | {"ends": True}
    act_and_tell(
        request,
        lambda: services.propose(
            given, why=_("引渡しの終了"), **given_by(request, _("引渡しの終了"))
        ),
        _("引渡しの終了を起案しました。"),
    )
    return redirect("recipients")


@staff_only(*CASE_ROLES)
@require_safe
def own_key(request: StaffRequest) -> HttpResponse:
    """Hand out the public key by which recipients know that a file is from this city."""
    key = keys.own_signing_key().public()
    response = HttpResponse(key.pem, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{key.kid}.pem"'
    return response
