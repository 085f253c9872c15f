"""States of a case (申請の状態) and who may move it: the one table, and the words for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from review.staff.roles import Role


class State(models.TextChoices):
    """State of a case (状態), in the order of the usual way and then the exits."""

    RECEIVED = "received", _("到達")
    VERIFYING = "verifying", _("署名検証中")
    MATCHING = "matching", _("突合")
    QUEUED = "queued", _("審査待ち")
    IN_REVIEW = "in_review", _("審査中")
    CORRECTION_REQUESTED = "correction_requested", _("補正待ち")
    AWAITING_CONFIRMATION = "awaiting_confirmation", _("確認待ち")
    AWAITING_REJECTION = "awaiting_rejection", _("却下の確認待ち")
    ACCEPTED = "accepted", _("受理")
    IMPORTED = "imported", _("取込済")
    CLOSED = "closed", _("完了")
    REJECTED = "rejected", _("却下")
    WITHDRAWN = "withdrawn", _("取下げ")
    INTAKE_ERROR = "intake_error", _("受付エラー")
    FORWARDED = "forwarded", _("回送")
    SUPERSEDED = "superseded", _("旧版")


BATCH, CLERK, CONFIRMER = Role.BATCH, Role.CLERK, Role.CONFIRMER
SUPERVISOR = Role.SUPERVISOR

# from → to → who. What is recorded is the same for all: state, time, actor and reason, in the audit
# log and, where outward.py has words for the new state, in a message to the resident.
TRANSITIONS: dict[State, dict[State, frozenset[Role]]] = {
    State.RECEIVED: {
        State.VERIFYING: frozenset({BATCH}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.VERIFYING: {
        State.MATCHING: frozenset({BATCH}),
        State.INTAKE_ERROR: frozenset({BATCH}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.MATCHING: {
        State.QUEUED: frozenset({BATCH, CLERK}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
        State.AWAITING_REJECTION: frozenset({CLERK}),
    },
    State.QUEUED: {
        State.IN_REVIEW: frozenset({CLERK, SUPERVISOR}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.IN_REVIEW: {
        State.QUEUED: frozenset({CLERK}),
        State.CORRECTION_REQUESTED: frozenset({CLERK}),
        State.AWAITING_CONFIRMATION: frozenset({CLERK}),
        State.AWAITING_REJECTION: frozenset({CLERK}),
        State.FORWARDED: frozenset({CLERK}),
        State.WITHDRAWN: frozenset({BATCH, CLERK}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.CORRECTION_REQUESTED: {
        State.IN_REVIEW: frozenset({CLERK}),
        State.WITHDRAWN: frozenset({BATCH, CLERK}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.AWAITING_CONFIRMATION: {
        State.ACCEPTED: frozenset({CONFIRMER}),
        State.IN_REVIEW: frozenset({CONFIRMER}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.AWAITING_REJECTION: {
        State.REJECTED: frozenset({CONFIRMER}),
        # Back to where it came from: to the search for the addressee, where none is known yet.
        State.IN_REVIEW: frozenset({CONFIRMER}),
        State.MATCHING: frozenset({CONFIRMER}),
        State.WITHDRAWN: frozenset({BATCH}),
        State.SUPERSEDED: frozenset({BATCH}),
    },
    State.ACCEPTED: {
        State.IMPORTED: frozenset({BATCH}),
    },
    State.IMPORTED: {
        State.CLOSED: frozenset({CLERK}),
    },
    State.CLOSED: {},
    State.REJECTED: {},
    State.WITHDRAWN: {},
    State.INTAKE_ERROR: {},
    State.FORWARDED: {},
    State.SUPERSEDED: {},
}

FINAL = frozenset(state for state, ways in TRANSITIONS.items() if not ways)
# A newer version takes the place of what has not been accepted yet (SHK-04).
REPLACEABLE = frozenset(state for state, ways in TRANSITIONS.items() if State.SUPERSEDED in ways)
# Whose turn it is: every state that is not final has an owner who can move it on.
OWNERS: dict[State, Role] = {
    State.RECEIVED: BATCH,
    State.VERIFYING: BATCH,
    State.MATCHING: BATCH,
    State.QUEUED: CLERK,
    State.IN_REVIEW: CLERK,
    State.CORRECTION_REQUESTED: CLERK,
    State.AWAITING_CONFIRMATION: CONFIRMER,
    State.AWAITING_REJECTION: CONFIRMER,
    State.ACCEPTED: BATCH,
    State.IMPORTED: CLERK,
}


def may_move(source: str, target: str, roles: frozenset[str]) -> bool:
    """Tell whether somebody with these roles may move a case from `source` to `target`."""
    allowed = TRANSITIONS[State(source)].get(State(target), frozenset())
    return not allowed.isdisjoint(roles)
