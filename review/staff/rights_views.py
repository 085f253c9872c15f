"""Users and rights (利用者・権限): who holds what, the access table, granting by two people."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from review.errors import Refusal
from review.staff import rights, services
from review.staff.access import StaffRequest, staff_only
from review.staff.forms import DecisionForm, GrantForm, TransferForm
from review.staff.grants import RoleGrant
from review.staff.models import StaffMember
from review.staff.roles import Role


@staff_only(Role.ADMIN)
@require_safe
def users(request: StaffRequest) -> HttpResponse:
    """Who has which rights today, and whose account is locked."""
    locked = services.locked_numbers()
    held: dict[int, list[str]] = {}
    for grant in rights.table(timezone.localdate(request.now)):
        held.setdefault(grant.member_id, []).append(grant.get_role_display())
    rows = [
        {"member": member, "locked": member.number in locked, "roles": held.get(member.pk, [])}
        for member in StaffMember.objects.order_by("number")
    ]
    waiting = RoleGrant.objects.filter(approved_at__isnull=True, revoked_at__isnull=True)
    context = {"rows": rows, "waiting": waiting.select_related("member").order_by("id")}
    return render(request, "review/staff/users.html", context)


@staff_only(Role.ADMIN, Role.AUDITOR, Role.SUPERVISOR)
@require_safe
def table(request: StaffRequest) -> HttpResponse:
    """The access table (アクセス権限表) of today, to print."""
    day = timezone.localdate(request.now)
    context = {"rows": rights.table(day), "day": day}
    return render(request, "review/staff/table.html", context)


@staff_only(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def member(request: StaffRequest, number: str) -> HttpResponse:
    """One person's rights, past ones too; by POST, ask for another right."""
    shown = get_object_or_404(StaffMember, number=number)
    form = GrantForm(request.POST or None)
    if form.is_valid():
        return _do(
            request, shown, rights.request, shown, _("権限を申請しました。"), **form.cleaned_data
        )
    grants = shown.grants.order_by("-id")
    keys = shown.securitykey_set.order_by("id")
    context = {"member": shown, "grants": grants, "keys": keys, "form": form}
    context["transfer_form"] = TransferForm(auto_id="transfer_%s")
    status = 422 if form.errors else 200
    return render(request, "review/staff/member.html", context, status=status)


@staff_only(Role.ADMIN)
@require_POST
def transfer(request: StaffRequest, number: str) -> HttpResponse:
    """Record that a person moves to another department or leaves."""
    shown = get_object_or_404(StaffMember, number=number)
    form = TransferForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("異動の決裁番号を入力してください。"))
        return redirect("staff-member", number)
    return _do(request, shown, rights.transfer, shown, _("記録しました。"), **form.cleaned_data)


@staff_only(Role.ADMIN)
@require_POST
def approve(request: StaffRequest, grant_id: int) -> HttpResponse:
    """Approve a right that another administrator asked for."""
    grant = get_object_or_404(RoleGrant.objects.select_related("member"), pk=grant_id)
    return _do(request, grant.member, rights.approve, grant, _("権限を承認しました。"))


@staff_only(Role.ADMIN)
@require_POST
def revoke(request: StaffRequest, grant_id: int) -> HttpResponse:
    """End a right at once."""
    grant = get_object_or_404(RoleGrant.objects.select_related("member"), pk=grant_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("取消しの決裁番号を入力してください。"))
        return redirect("staff-member", grant.member.number)
    done = _("権限を取り消しました。")
    return _do(request, grant.member, rights.revoke, grant, done, **form.cleaned_data)


def _do(
    request: StaffRequest,
    shown: StaffMember,
    service: Callable[..., Any],
    about: Any,
    done: str,
    **given: Any,
) -> HttpResponse:
    try:
        service(about, by=request.actor, now=request.now, **given)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff-member", shown.number)
