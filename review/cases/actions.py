"""What staff do with a case (審査の操作): one function an act, each refused where it does not fit.

Every act names who (`by`), why (`reason`, the 処理事由) and which revision of the case their page
showed (`seen`); an act on an old page is refused with an explanation.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import filing
from filing import FilingError
from review.addressees.models import Addressee
from review.agency.services import refuse_unconfirmed
from review.assessment.models import Assessment
from review.cases import amendments, checks
from review.cases.models import Case
from review.cases.rules import begin
from review.cases.states import State
from review.cases.tasks import wake
from review.cases.transitions import advance, lock, write_down
from review.errors import Refusal
from review.reconcile.services import open_disagreements
from review.staff.actors import Actor
from review.staff.models import StaffMember
from review.staff.roles import Role


def take(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Take a waiting case (担当する)."""
    with transaction.atomic():
        locked = begin("take", case, by=by, seen=seen)
        return advance(
            locked, State.IN_REVIEW, by=by, reason=reason, now=now, assigned_to=by.member
        )


def take_over(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Become the person in charge of a case that a colleague had (担当の引継ぎ)."""
    with transaction.atomic():
        locked = begin("take_over", case, by=by, seen=seen)
        assert by.member is not None
        return _hand_over(locked, by.member, by=by, reason=reason, now=now)


def assign(
    case: Case, *, to: StaffMember, by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Give a case to a member of staff (担当の割当て): oneself, or as a supervisor anybody."""
    if by.member != to and Role.SUPERVISOR not in by.roles:
        raise Refusal(_("ほかの職員に割り当てることができるのは、監督者だけです。"))
    if not to.is_active or not to.holds(Role.CLERK):
        raise Refusal(_("審査担当の権限がある職員にだけ割り当てることができます。"))
    with transaction.atomic():
        locked = begin("assign", case, by=by, seen=seen)
        if locked.state == State.IN_REVIEW:
            return _hand_over(locked, to, by=by, reason=reason, now=now)
        return advance(
            locked,
            State.IN_REVIEW,
            by=by,
            reason=reason,
            now=now,
            detail={"assigned": to.number},
            assigned_to=to,
        )


def _hand_over(locked: Case, to: StaffMember, *, by: Actor, reason: str, now: datetime) -> Case:
    open_elsewhere = locked.editing_until is not None and locked.editing_until > now
    if open_elsewhere and Role.SUPERVISOR not in by.roles and locked.assigned_to != by.member:
        raise Refusal(
            _("担当の職員がこの申請を開いています。終わるのを待つか、監督者に頼んでください。")
        )
    before = locked.assigned_to.number if locked.assigned_to else ""
    locked.assigned_to = to
    locked.editing_until = None
    locked.revision += 1
    locked.save(update_fields=["assigned_to", "editing_until", "revision"])
    detail = {"from": before, "to": to.number}
    write_down(locked, "case.assigned", by=by, reason=reason, now=now, detail=detail)
    return locked


def put_back(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Return a case to the queue (担当をやめる)."""
    return _by_assignee(
        case, "put_back", State.QUEUED, by=by, reason=reason, now=now, seen=seen, assigned_to=None
    )


def resume(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Go on with a case whose correction is not waited for any longer (審査に戻す)."""
    with transaction.atomic():
        locked = begin("resume", case, by=by, seen=seen)
        return advance(
            locked, State.IN_REVIEW, by=by, reason=reason, now=now, assigned_to=by.member
        )


def propose(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Propose acceptance (受理の提案): a second person confirms it."""
    with transaction.atomic():
        locked = begin("propose", case, by=by, seen=seen)
        if any(entry["level"] == "error" and not entry.get("waived") for entry in locked.checks):
            raise Refusal(
                _("形式審査の不備が残っています。補正を依頼するか、理由を付けて確認済みにします。")
            )
        if not locked.is_authentic:
            raise Refusal(_("本人が申告したことを確認できていないため、受理できません。"))
        if locked.addressee is None:
            raise Refusal(_("宛名が決まっていないため、受理できません。"))
        refuse_unconfirmed(locked)
        if locked.forward:
            raise Refusal(_("1月1日の住所がほかの市区町村です。受理せず、回送してください。"))
        return _by_assignee(
            locked,
            "propose",
            State.AWAITING_CONFIRMATION,
            by=by,
            reason=reason,
            now=now,
            proposed_by=by.member,
            proposed_at=now,
        )


def confirm(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Confirm another person's proposal (受理の確認). Never one's own; the table refuses too."""
    with transaction.atomic():
        locked = begin("confirm", case, by=by, seen=seen)
        if by.member is None or locked.proposed_by_id == by.member.pk:
            raise Refusal(
                _("自分が提案した受理を自分で確認することはできません。ほかの職員が確認します。")
            )
        refuse_unconfirmed(locked)
        if amendments.waiting(locked).exists():
            raise Refusal(_("確認されていない職権修正があります。先に確認してください。"))
        moved = advance(
            locked,
            State.ACCEPTED,
            by=by,
            reason=reason,
            now=now,
            confirmed_by=by.member,
            confirmed_at=now,
            due_at=now,
        )
        wake()
        return moved


def send_back(
    case: Case, *, by: Actor, reason: str, now: datetime, seen: int, comment: str
) -> Case:
    """Return a proposal to the person in charge (差戻し), saying why."""
    with transaction.atomic():
        locked = begin("send_back", case, by=by, seen=seen)
        unmatched = locked.state == State.AWAITING_REJECTION and locked.addressee_id is None
        return advance(
            locked,
            State.MATCHING if unmatched else State.IN_REVIEW,
            by=by,
            reason=reason,
            now=now,
            detail={"comment": comment},
            proposed_by=None,
            proposed_at=None,
            decision_reason=comment,
        )


def propose_rejection(
    case: Case, *, by: Actor, reason: str, now: datetime, seen: int, comment: str
) -> Case:
    """Propose to refuse the filing (却下の提案); the resident will read `comment`, the ground."""
    return _by_assignee(
        case,
        "propose_rejection",
        State.AWAITING_REJECTION,
        by=by,
        reason=reason,
        now=now,
        seen=seen,
        detail={"comment": comment},
        decision_reason=comment,
        proposed_by=by.member,
        proposed_at=now,
    )


def confirm_rejection(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Refuse the filing (却下) as another person proposed. Never one's own; the table refuses."""
    with transaction.atomic():
        locked = begin("confirm_rejection", case, by=by, seen=seen)
        if by.member is None or locked.proposed_by_id == by.member.pk:
            raise Refusal(
                _("自分が提案した却下を自分で確認することはできません。ほかの職員が確認します。")
            )
        return advance(
            locked,
            State.REJECTED,
            by=by,
            reason=reason,
            now=now,
            note=locked.decision_reason,
            confirmed_by=by.member,
            confirmed_at=now,
        )


def withdraw(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Record that the resident withdrew the filing (取下げ)."""
    return _by_assignee(case, "withdraw", State.WITHDRAWN, by=by, reason=reason, now=now, seen=seen)


def request_correction(
    case: Case,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    seen: int,
    fields: list[str],
    message: str,
    due_on: date,
) -> Case:
    """Ask the resident to correct (補正依頼): which items, what about them, until when."""
    if due_on <= timezone.localdate(now):
        raise Refusal(_("補正の期限は、明日以後の日にしてください。"))
    return _by_assignee(
        case,
        "request_correction",
        State.CORRECTION_REQUESTED,
        by=by,
        reason=reason,
        now=now,
        seen=seen,
        note=message,
        detail={"fields": fields, "due_on": due_on.isoformat()},
        correction_fields=fields,
        correction_message=message,
        correction_due_on=due_on,
    )


def choose_addressee(
    case: Case, addressee: Addressee, *, by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Decide who filed (宛名の特定) where no number did; the case then waits for review."""
    with transaction.atomic():
        locked = lock(case, seen=seen)
        try:
            document = filing.read_xml(locked.original.package().files["return.xml"])
        except FilingError as error:
            raise Refusal(_("申告書を読めないため、宛名を決められません。")) from error
        if str(addressee.pk) not in {entry["addressee"] for entry in locked.candidates}:
            raise Refusal(_("候補にない宛名です。候補の中から選んでください。"))
        return advance(
            locked,
            State.QUEUED,
            by=by,
            reason=reason,
            now=now,
            detail={"match": "person", "chosen": addressee.number},
            addressee=addressee,
            match_method=Case.Match.PERSON,
            checks=[*locked.checks, *checks.person_checks(document, addressee)],
        )


def complete(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Close an imported case (完了) once its assessment stands and nothing is disputed."""
    with transaction.atomic():
        locked = begin("complete", case, by=by, seen=seen)
        computed = Assessment.objects.filter(
            basis__addressee=locked.addressee, basis__tax_year=locked.tax_year, total__isnull=False
        )
        if not computed.exists():
            raise Refusal(_("税額の計算が終わっていないため、完了にできません。"))
        if locked.addressee and open_disagreements(locked.addressee, locked.tax_year):
            raise Refusal(_("資料間の不一致が残っています。確認してから完了にしてください。"))
        return advance(locked, State.CLOSED, by=by, reason=reason, now=now)


def _by_assignee(case: Case, act: str, to: State, *, by: Actor, **rest: Any) -> Case:
    """Only the person in charge decides: a colleague takes the case over first."""
    with transaction.atomic():
        locked = begin(act, case, by=by, seen=rest.pop("seen", None))
        if locked.assigned_to_id and (by.member is None or locked.assigned_to_id != by.member.pk):
            raise Refusal(_("この申請の担当者ではありません。引き継いでから操作してください。"))
        return advance(locked, to, by=by, **rest)
