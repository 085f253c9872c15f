"""Withdrawal (取下げ): the resident's word to the office, sent through the mailbox."""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchange.services import post
from portal.amending import may_amend, newest_of
from portal.errors import PortalError
from portal.models import Draft, Submission
from portal.services.amending import give_up
from portal.services.events import record


def withdraw(submission: Submission, *, by: str, now: datetime) -> Submission:
    """Ask the office to withdraw a filing; asking twice is asking once.

    An amendment that was begun ends. Raises PortalError once the office has accepted the filing:
    what then happens is the office's answer, and the resident is told to call.
    """
    with transaction.atomic():
        # The draft's row comes first everywhere, so that two writers cannot wait for one another.
        draft = Draft.objects.select_for_update().get(pk=submission.draft_id)
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if locked.withdrawal_asked_at:
            return locked
        if newest_of(draft).pk != locked.pk or not may_amend(locked):
            raise PortalError(
                _("この申告は、もう取り下げることができません。市役所にお電話ください。")
            )
        give_up(draft, by=by, now=now)
        body = {
            "receipt_number": locked.receipt_number,
            "version": locked.version,
            "asked_at": now.isoformat(),
        }
        post(
            kind="withdrawal",
            body=json.dumps(body).encode(),
            to="review",
            case_key=locked.receipt_number,
            by=by,
            now=now,
        )
        locked.withdrawal_asked_at = now
        locked.save(update_fields=["withdrawal_asked_at"])
        record(by=by, action="withdraw", subject=f"submission:{locked.receipt_number}", now=now)
    return locked
