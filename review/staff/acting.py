"""Doing an act from a page (操作の実行): as a whole or not at all, and saying what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction

from review.errors import Refusal
from review.staff.access import StaffRequest


def act_and_tell(request: StaffRequest, act: Callable[[], object], done: str) -> None:
    """Do an act in one transaction; tell the person that it is done, or why it was refused."""
    try:
        with transaction.atomic():
            act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
