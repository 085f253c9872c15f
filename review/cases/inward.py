"""Messages from the resident about a filing that is here (申出): the kind "withdrawal" (取下げ)."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from exchange.errors import Refused
from review.cases.models import Case
from review.cases.outward import OUTWARD, tell
from review.cases.states import State, may_move
from review.cases.transitions import advance, write_down
from review.staff.actors import batch

if TYPE_CHECKING:
    from exchange.inbox import Delivery

ACTOR = batch("inward")
REASON = "申告者からの取下げの申出"


class NotHereYet(Exception):
    """The filing that a message is about has not arrived: the mailbox tries the message again."""


def receive_withdrawal(delivery: "Delivery", *, now: datetime) -> None:
    """Withdraw the version that the resident names (取下げ), or say that it is too late.

    Until acceptance (受理) a filing is the resident's to withdraw; afterwards the facts are the
    office's, and the resident is told why nothing was withdrawn. A second message changes nothing.
    """
    number, version = _read(delivery)
    case = (
        Case.objects.select_for_update(no_key=True)
        .filter(receipt_number=number, version=version)
        .first()
    )
    if case is None:
        raise NotHereYet
    if case.state == State.WITHDRAWN:
        return
    if may_move(case.state, State.WITHDRAWN, ACTOR.roles):
        advance(case, State.WITHDRAWN, by=ACTOR, reason=REASON, now=now)
        return
    _say_too_late(case, now)
    write_down(
        case,
        "case.withdrawal_too_late",
        by=ACTOR,
        reason=REASON,
        now=now,
        detail={"state": case.state},
    )


def _read(delivery: "Delivery") -> tuple[str, int]:
    """Return receipt number and version; Refused where the message is none that is known here."""
    try:
        body = json.loads(delivery.body)
        number, version = str(body["receipt_number"]), int(body["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("malformed_withdrawal") from error
    if number != delivery.case_key:
        raise Refused("wrong_case_key")
    return number, version


def _say_too_late(case: Case, now: datetime) -> None:
    """Repeat how the case stands, with the answer; its state and stage do not change."""
    words = OUTWARD[State(case.state)]
    status: dict[str, Any] = {
        "state": words.state,
        "stage": words.stage,
        "message": _(
            "取下げの申出が届きましたが、申告はもう受理されているか、手続きが終わっています。"
            "取り下げることはできません。市役所にお電話ください。"
        ),
        "occurred_at": now.isoformat(),
        "fields": [],
        "due_on": None,
    }
    tell(case, status, by=ACTOR.id, now=now)
