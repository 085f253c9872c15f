"""Many cases at once (一括処理): assigning, confirming where every check passed, never refusing.

Nothing is done before it was shown: the preview names each case with its revision, and the act
takes exactly these. Each case is a transaction of its own, so one refusal stops no other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from review.attachments.queries import held_among
from review.cases import actions
from review.cases.models import Case
from review.cases.states import State
from review.cases.worklist import handled_by
from review.errors import Refusal
from review.reconcile.models import Disagreement
from review.reconcile.services import NOTES, WAITING
from review.staff.actors import Actor
from review.staff.models import StaffMember
from review.staff.roles import Role

MOST = 200


@dataclass(frozen=True)
class Line:
    """One case of the selection and why it cannot take part (empty where it can)."""

    case: Case
    refusal: str


def chosen(ids: Iterable[UUID], *, by: Actor) -> list[Case]:
    """Return those of these cases that are the person's to handle, the longest due first.

    More than MOST are refused.
    """
    wanted = set(ids)
    if len(wanted) > MOST:
        raise Refusal(_("一度に処理できるのは%(n)s件までです。") % {"n": MOST})
    if by.member is None:
        return []
    found = handled_by(by.member).filter(pk__in=wanted).select_related("assigned_to", "addressee")
    found = found.prefetch_related("agent_checks")
    return list(found.order_by("target_at", "id"))


def preview_assignment(cases: list[Case], to: StaffMember, *, by: Actor) -> list[Line]:
    """Return which of the cases can be given to this member of staff."""
    allowed = by.member == to or Role.SUPERVISOR in by.roles
    return [Line(case, _why_not_assigned(case, to, allowed=allowed)) for case in cases]


def _why_not_assigned(case: Case, to: StaffMember, *, allowed: bool) -> str:
    if not allowed:
        return _("ほかの職員に割り当てることができるのは、監督者だけです。")
    if case.state not in (State.QUEUED, State.IN_REVIEW):
        return _("審査待ちか審査中の申請ではありません。")
    if case.state == State.IN_REVIEW and case.assigned_to_id == to.pk:
        return _("すでにこの職員の担当です。")
    return ""


def preview_confirmation(cases: list[Case], *, by: Actor) -> list[Line]:
    """Return which of the cases passed every check and may be confirmed by this person."""
    people = [case.addressee_id for case in cases if case.addressee_id]
    open_entries = Disagreement.objects.filter(addressee_id__in=people, state__in=WAITING).exclude(
        kind__in=NOTES
    )
    disputed = set(open_entries.values_list("addressee_id", "tax_year"))
    shut = held_among(cases)
    return [
        Line(
            case,
            _why_not_confirmed(case, by, (case.addressee_id, case.tax_year) in disputed)
            or (
                _("開けない添付書類があります。1件ずつ確認してください。")
                if case.pk in shut
                else ""
            ),
        )
        for case in cases
    ]


def _why_not_confirmed(case: Case, by: Actor, disputed: bool) -> str:
    if case.state != State.AWAITING_CONFIRMATION:
        return _("受理の確認を待っている申請ではありません。")
    if by.member is None or case.proposed_by_id == by.member.pk:
        return _("自分が提案した申請です。")
    if case.match_method == Case.Match.PERSON:
        return _("宛名を職員が決めた申請です。1件ずつ確認してください。")
    if case.agent_checks.all():
        return _("代理人による申告です。1件ずつ確認してください。")
    if not case.is_authentic or case.checks or case.forward or disputed:
        return _("検査に注意があります。1件ずつ確認してください。")
    return ""


def assign(
    seen: Mapping[UUID, int], to: StaffMember, *, by: Actor, reason: str, now: datetime
) -> list[Line]:
    """Give the cases to one person; return each with the refusal that met it, if any."""
    lines = []
    for line in preview_assignment(chosen(seen, by=by), to, by=by):
        refusal = line.refusal
        if not refusal:
            try:
                revision = seen[line.case.pk]
                actions.assign(line.case, to=to, by=by, reason=reason, now=now, seen=revision)
            except Refusal as error:
                refusal = str(error)
        lines.append(Line(line.case, refusal))
    return lines


def confirm(seen: Mapping[UUID, int], *, by: Actor, reason: str, now: datetime) -> list[Line]:
    """Confirm the cases that passed every check; return each with its refusal, if any."""
    lines = []
    for line in preview_confirmation(chosen(seen, by=by), by=by):
        refusal = line.refusal
        if not refusal:
            try:
                revision = seen[line.case.pk]
                actions.confirm(line.case, by=by, reason=reason, now=now, seen=revision)
            except Refusal as error:
                refusal = str(error)
        lines.append(Line(line.case, refusal))
    return lines
