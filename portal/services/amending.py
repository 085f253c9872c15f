"""Amending (訂正・補正): a filed return is opened again, and is sent as the filing's next version.

The filed version stays what it is, in force until the next one is sent. Once it was accepted, or
came to nothing, the next is a return of its own (後の申告). Numbers were erased when it was sent:
the filer's comes from the card again, the family's are asked for again.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.amending import (
    ACCEPTED,
    WITHOUT_EFFECT,
    counting_of,
    may_amend,
    may_file_again,
    may_file_later,
    newest_of,
    request_for,
)
from portal.errors import PortalError
from portal.interview.locks import forget_number_pages, locks_for
from portal.interview.model import FOLLOWS, Situation, Text, whose_of
from portal.models import Draft, PreparedSignature, Submission
from portal.services.events import record
from portal.services.submission import as_filed


def begin(submission: Submission, *, by: str, now: datetime) -> Draft:
    """Open the draft of a filed return again; one that is open already is returned as it is.

    After a correction request only the items that the office named are free. Raises PortalError
    where the filing can no longer be changed from here.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=submission.draft_id)
        newest = newest_of(draft)
        if newest.pk != submission.pk or newest.erased_at:
            raise PortalError(_("この申告より新しい申告があります。新しい方を開いてください。"))
        if draft.state == Draft.State.OPEN:
            return draft
        today = timezone.localdate(now)
        if may_file_again(newest, today=today) or may_file_later(newest, today=today):
            draft.filing_id = uuid4()
            draft.content = _unnumbered(newest.content) | _follows(draft)
        elif may_amend(newest):
            draft.content = _unnumbered(newest.content) | {"amends": _amends(newest)}
        else:
            raise PortalError(_cannot(newest))
        _reopen(draft, now)
        subject = f"submission:{newest.receipt_number}"
        record(by=by, action="amend.begin", subject=subject, now=now, version=newest.version)
    return draft


def give_up(draft: Draft, *, by: str, now: datetime) -> Draft:
    """Throw away what was changed since the last submission; the filed version stays in force."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        newest = newest_of(locked)
        if locked.state != Draft.State.OPEN:
            return locked
        PreparedSignature.objects.filter(draft=locked).delete()
        locked.papers.filter(submission__isnull=True).delete()
        locked.content = as_filed(newest.content)
        if not newest.erased_at:
            # Another person may have been named since (代理): the address is of the one filed for.
            locked.whose = whose_of(newest.content)
        locked.filing_id = newest.filing_id
        locked.state = Draft.State.SUBMITTED
        locked.version += 1
        locked.changed_at = now
        locked.save()
        record(by=by, action="amend.give_up", subject=f"draft:{locked.pk}", now=now)
    return locked


def _amends(newest: Submission) -> dict[str, Any]:
    """Return what the draft keeps of the version that it amends: its number and what is locked."""
    asked = request_for(newest)
    situation = Situation(newest.content, newest.tax_year)
    return {
        "version": newest.version,
        "locked": locks_for(situation, asked.fields) if asked else [],
    }


def _follows(draft: Draft) -> dict[str, str]:
    """Return what the draft keeps of the accepted return that it would replace, {} for none."""
    counting = counting_of(draft)
    return {FOLLOWS: str(counting.pk)} if counting else {}


def _cannot(newest: Submission) -> Text:
    """Return why a filed return can be neither amended nor followed by another one from here."""
    if newest.stage in ACCEPTED | WITHOUT_EFFECT:
        return _("申告の期限を過ぎたため、ここでは出し直せません。市役所にお電話ください。")
    return _("この申告は、ここでは訂正できません。市役所にお電話ください。")


def _unnumbered(content: dict[str, Any]) -> dict[str, Any]:
    """Return filed answers as a draft: the pages that ask for numbers wait again."""
    answers = {name: content[name] for name in ("form", "card", "principal", "data")}
    forget_number_pages(answers["data"])
    return answers


def _reopen(draft: Draft, now: datetime) -> None:
    draft.state = Draft.State.OPEN
    draft.version += 1
    draft.changed_at = now
    draft.save(update_fields=["sealed", "filing_id", "state", "version", "changed_at"])
