"""Which act fits which state and whom (操作の条件): asked under the row's lock, before the act."""

from django.utils.translation import gettext as _

from review.cases.models import SETTLED, Case
from review.cases.states import State
from review.cases.transitions import lock
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.roles import Role

_CLERK = frozenset({Role.CLERK})
_CONFIRMER = frozenset({Role.CONFIRMER})
_REVIEW = frozenset({State.IN_REVIEW})
_OPEN = frozenset(State) - {State(name) for name in SETTLED}

# The table of transitions says which moves exist; several acts share a move (担当する, 差し戻す and
# 審査に戻す all end in 審査中), so each act names here where it begins and who may do it.
RULES: dict[str, tuple[frozenset[State], frozenset[Role]]] = {
    "take": (frozenset({State.QUEUED}), _CLERK),
    "take_over": (_REVIEW, _CLERK),
    "assign": (frozenset({State.QUEUED, State.IN_REVIEW}), _CLERK | {Role.SUPERVISOR}),
    "propose": (_REVIEW, _CLERK),
    "confirm": (frozenset({State.AWAITING_CONFIRMATION}), _CONFIRMER),
    "send_back": (
        frozenset({State.AWAITING_CONFIRMATION, State.AWAITING_REJECTION}),
        _CONFIRMER,
    ),
    "propose_rejection": (frozenset({State.IN_REVIEW, State.MATCHING}), _CLERK),
    "confirm_rejection": (frozenset({State.AWAITING_REJECTION}), _CONFIRMER),
    "request_correction": (_REVIEW, _CLERK),
    "forward": (_REVIEW, _CLERK),
    "withdraw": (frozenset({State.IN_REVIEW, State.CORRECTION_REQUESTED}), _CLERK),
    "put_back": (_REVIEW, _CLERK),
    "resume": (frozenset({State.CORRECTION_REQUESTED}), _CLERK),
    "import": (frozenset({State.ACCEPTED}), _CLERK),
    "complete": (frozenset({State.IMPORTED}), _CLERK),
    "amend": (_REVIEW, _CLERK),
    "confirm_amendment": (
        frozenset({State.IN_REVIEW, State.AWAITING_CONFIRMATION}),
        _CONFIRMER,
    ),
    "drop_amendment": (
        frozenset({State.IN_REVIEW, State.AWAITING_CONFIRMATION}),
        _CLERK | _CONFIRMER,
    ),
    "hold": (_REVIEW, _CLERK),
    "release": (_REVIEW, _CLERK | {Role.BATCH}),
    "waive": (_REVIEW, _CLERK),
    "confirm_agent": (_REVIEW, _CLERK),
    "tick": (frozenset({State.IN_REVIEW, State.AWAITING_CONFIRMATION}), _CLERK | _CONFIRMER),
    "note": (_OPEN, _CLERK | _CONFIRMER),
}


def begin(act: str, case: Case, *, by: Actor, seen: int | None) -> Case:
    """Return the case locked for an act; raises Refusal where state or role do not fit it."""
    locked = lock(case, seen=seen)
    states, roles = RULES[act]
    if roles.isdisjoint(by.roles_in(locked.procedure)):
        raise Refusal(_("この操作をする権限がありません。"))
    if locked.state not in states:
        label = locked.get_state_display()
        raise Refusal(_("「%(state)s」の申請には、この操作はできません。") % {"state": label})
    return locked


def may_tick(case: Case, by: Actor) -> bool:
    """Tell whether the page offers to record what was held against what (照合)."""
    states, roles = RULES["tick"]
    return case.state in states and not roles.isdisjoint(by.roles_in(case.procedure))
