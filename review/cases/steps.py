"""What this person may do now with this case (操作の候補): the buttons of the case page."""

from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from review.cases.models import Case
from review.cases.states import State, may_move
from review.staff.actors import Actor
from review.staff.roles import Role


@dataclass(frozen=True)
class Step:
    """One act: its URL name, the words on the button, the key, and the form it needs if any."""

    code: str
    label: str | Promise
    key: str = ""
    form: str = ""
    kind: str = "secondary"


TAKE = Step("take", _("担当する"), "a", kind="primary")
TAKE_OVER = Step("take_over", _("引き継ぐ"), "a")
PROPOSE = Step("propose", _("受理を提案する"), "c", kind="primary")
CONFIRM = Step("confirm", _("確認して受理する"), "c", kind="primary")
SEND_BACK = Step("send_back", _("差し戻す"), "b", form="comment")
CONFIRM_REJECTION = Step("confirm_rejection", _("確認して却下する"), "c", kind="danger")
AMEND = Step("amend", _("職権で修正する"), "e", form="amendment")
HOLD = Step("hold", _("保留にする"), "h", form="hold")
RELEASE = Step("release", _("保留を解く"), "h")
WAIVE = Step("waive", _("指摘を確認済みにする"), form="waiver")
AGENT = Step("confirm_agent", _("代理人の確認を記録する"), "g", form="agent")
NOTE = Step("note", _("メモ・受付票を書く"), "m", form="note", kind="plain")
TICK = Step("tick", _("照合を記録する"), form="tick")
CORRECT = Step("request_correction", _("補正を依頼する"), "r", form="correction")
REJECT = Step("propose_rejection", _("却下を提案する"), form="rejection", kind="danger")
FORWARD = Step("forward", _("回送を起案する"), "f", form="forward", kind="primary")
WITHDRAW = Step("withdraw", _("取下げを記録する"), kind="plain")
PUT_BACK = Step("put_back", _("担当をやめる"), kind="plain")
RESUME = Step("resume", _("審査に戻す"), "a")
IMPORT = Step("import", _("賦課に取り込む"), "c", kind="primary")
COMPLETE = Step("complete", _("完了にする"), "c", kind="primary")
STEPS = {
    step.code: step
    for step in (
        *(TAKE, TAKE_OVER, PROPOSE, CONFIRM, SEND_BACK, CORRECT),
        *(REJECT, FORWARD, WITHDRAW, PUT_BACK, RESUME, IMPORT, COMPLETE),
        *(CONFIRM_REJECTION, AMEND, HOLD, RELEASE, WAIVE, AGENT, NOTE, TICK),
    )
}


def steps_for(case: Case, by: Actor) -> list[Step]:
    """Return the acts that fit the state and that this person may do, the likeliest first.

    The page offers what the services would accept; they check again, under the lock.
    """
    found = _decisions(case, by)
    roles = by.roles_in(case.procedure)
    if not case.is_settled and not roles.isdisjoint({Role.CLERK, Role.CONFIRMER}):
        found = [*found, NOTE]
    return found


def _decisions(case: Case, by: Actor) -> list[Step]:
    found: list[Step] = []
    roles = by.roles_in(case.procedure)
    may = partial(may_move, case.state, roles=roles)
    mine = case.assigned_to_id == (by.member.pk if by.member else None)
    if case.state == State.QUEUED and may(target=State.IN_REVIEW):
        found = [TAKE]
    elif (
        case.state == State.MATCHING
        and case.due_at is None
        and may(target=State.AWAITING_REJECTION)
    ):
        found = [REJECT]
    elif case.state == State.IN_REVIEW and Role.CLERK in roles:
        found = _in_review(case) if mine else [TAKE_OVER]
    elif case.state == State.AWAITING_CONFIRMATION and Role.CONFIRMER in roles:
        own = by.member is not None and case.proposed_by_id == by.member.pk
        found = [SEND_BACK] if own else [CONFIRM, SEND_BACK]
    elif case.state == State.AWAITING_REJECTION and Role.CONFIRMER in roles:
        own = by.member is not None and case.proposed_by_id == by.member.pk
        found = [SEND_BACK] if own else [CONFIRM_REJECTION, SEND_BACK]
    elif case.state == State.CORRECTION_REQUESTED and may(target=State.IN_REVIEW):
        found = [RESUME, WITHDRAW] if mine else [RESUME]
    elif case.state == State.ACCEPTED and Role.CLERK in roles:
        found = [IMPORT]
    elif case.state == State.IMPORTED and may(target=State.CLOSED):
        found = [COMPLETE]
    return found


def _in_review(case: Case) -> list[Step]:
    """The acts of the person in charge; a finding is offered while one is left."""
    if case.put_aside:
        return [RELEASE]
    decide = [FORWARD] if case.forward else [PROPOSE]
    if case.forward and case.forwarding_decisions.exclude(state="dropped").filter(
        retracted_at=None
    ):
        # Decided on /forwarding/; the person in charge has nothing more to do for it.
        decide = []
    left = any(not entry.get("waived") for entry in case.checks)
    findings = [WAIVE] if left else []
    agent = [AGENT] if case.agent_checks.exists() else []
    return [*decide, CORRECT, *agent, AMEND, *findings, HOLD, REJECT, PUT_BACK, WITHDRAW]
