"""Doing an act from a page (操作の実行): as a whole or not at all, and saying what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction

from review.errors import Refusal
from review.staff.access import StaffRequest


def given_by(request: StaffRequest, why: str = "") -> dict[str, Any]:
    """Return who acts, why and when, as services ask; `why` where no 処理事由 is needed."""
    return {"by": request.actor, "reason": str(request.purpose or why), "now": request.now}


def act_and_tell(request: StaffRequest, act: Callable[[], object], done: str) -> None:
    """Do an act in one transaction; tell the person that it is done, or why it was refused."""
    try:
        with transaction.atomic():
            act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
