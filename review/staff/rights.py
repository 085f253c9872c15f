"""Granting and revoking rights (権限の付与・取消し): by decision, dated, by two people."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.grants import RoleGrant
from review.staff.models import StaffMember
from review.staff.roles import Role
from review.transfers.targets import all_targets


def request(
    member: StaffMember,
    *,
    role: str,
    procedure: str,
    department: str,
    starts_on: date,
    ends_on: date | None,
    decision: str,
    by: Actor,
    now: datetime,
) -> RoleGrant:
    """Ask for a right for somebody else, by a decision; it holds once another approved it."""
    if by.id == member.number:
        raise Refusal(_("自分の権限を申請することはできません。"))
    if ends_on is not None and ends_on < starts_on:
        raise Refusal(_("終了日は、開始日以後の日にしてください。"))
    names_office = any(target.id == procedure for target in all_targets())
    if (role == Role.READER) != names_office:
        raise Refusal(_("「他部署の参照」には移転先を1つ選び、ほかの権限には選ばないでください。"))
    with transaction.atomic():
        grant = RoleGrant.objects.create(
            member=member,
            role=role,
            procedure=procedure,
            department=department,
            starts_on=starts_on,
            ends_on=ends_on,
            decision=decision,
            requested_by=by.id,
            requested_at=now,
        )
        _write_down(grant, "grant.requested", by=by, now=now)
    return grant


def approve(grant: RoleGrant, *, by: Actor, now: datetime) -> RoleGrant:
    """Approve a right that another person asked for, for somebody else."""
    with transaction.atomic():
        locked = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        if by.id in (locked.requested_by, locked.member.number):
            raise Refusal(_("申請した人と本人は、権限を承認できません。"))
        if locked.approved_at or locked.revoked_at:
            raise Refusal(_("すでに承認されたか、取り消されています。"))
        locked.approved_by, locked.approved_at = by.id, now
        locked.save(update_fields=["approved_by", "approved_at"])
        _write_down(locked, "grant.approved", by=by, now=now)
    return locked


def revoke(grant: RoleGrant, *, decision: str, by: Actor, now: datetime) -> RoleGrant:
    """End a right at once (異動・退職): the person's next request has it no more."""
    with transaction.atomic():
        locked = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        if by.id == locked.member.number:
            raise Refusal(_("自分の権限を取り消すことはできません。"))
        if locked.revoked_at:
            raise Refusal(_("すでに取り消されています。"))
        locked.revoked_by, locked.revoked_at, locked.revoked_decision = by.id, now, decision
        locked.save(update_fields=["revoked_by", "revoked_at", "revoked_decision"])
        _write_down(locked, "grant.revoked", by=by, now=now, revoked_decision=decision)
    return locked


def transfer(
    member: StaffMember, *, department: str, decision: str, by: Actor, now: datetime
) -> None:
    """Move a person to another department, or let them go where none is named (異動・退職).

    Rights that name the department before end with the move, at the person's next request; who
    leaves cannot log in any more.
    """
    if by.id == member.number:
        raise Refusal(_("自分の異動を記録することはできません。"))
    with transaction.atomic():
        locked = StaffMember.objects.select_for_update().get(pk=member.pk)
        before = locked.department
        locked.department = department or before
        locked.is_active = bool(department)
        locked.save(update_fields=["department", "is_active"])
        action = "staff.transferred" if department else "staff.left"
        detail = {"from": before, "to": department, "decision": decision}
        subject = f"staff:{member.number}"
        record_by(by, action, reason="権限の管理", now=now, subject=subject, detail=detail)


def table(day: date) -> list[RoleGrant]:
    """Return the access table (アクセス権限表) of a day: who holds what, since when, by what."""
    return list(
        RoleGrant.active(day)
        .filter(member__is_active=True)
        .select_related("member")
        .order_by("member__department", "member__number", "role", "id")
    )


def _write_down(grant: RoleGrant, action: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    about = {
        "role": grant.role,
        "procedure": grant.procedure,
        "department": grant.department,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat() if grant.ends_on else "",
        "decision": grant.decision,
        **detail,
    }
    subject = f"staff:{grant.member.number}"
    record_by(by, action, reason="権限の管理", now=now, subject=subject, detail=about)
