"""What may be done with a filed return (訂正・補正・取下げ・後の申告), and how the next differs."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

import filing
from config.days import day_words
from config.translations.said import say, words_of
from filing.calendar import filing_deadline
from portal import years
from portal.copies.filed import document_filed
from portal.interview.flow import first_step
from portal.interview.links import url_of
from portal.interview.locks import free_sections
from portal.interview.model import FOLLOWS, Situation
from portal.models import Draft, StatusMessage, Submission
from portal.services.signing import document_of

# Until the office accepts (受理), a newer version takes an older one's place.
BEFORE_ACCEPTANCE = {
    "submitted",
    "arrived",
    "verified",
    "queued",
    "in_review",
    "correction_requested",
}
# From then on a return of its own (後の申告) is filed, and counts once it is accepted in its turn.
ACCEPTED = {"accepted", "imported", "completed"}
WITHOUT_EFFECT = {"rejected", "withdrawn", "intake_error"}


@dataclass(frozen=True)
class Amendment:
    """An open amendment: the filed version, the office's request if any, and what differs.

    `later`: it will be a return of its own, with a receipt number of its own.
    """

    filed: Submission
    later: bool
    request: StatusMessage | None
    changes: list[dict[str, str]]
    asked: list[tuple[str | Promise, str]]


def newest_of(draft: Draft) -> Submission:
    """Return the draft's last submission."""
    return draft.submissions.latest("submitted_at")


def request_for(submission: Submission) -> StatusMessage | None:
    """Return the correction request (補正依頼) that waits for an answer, None where none does."""
    if submission.state != Submission.State.NEEDS_CORRECTION:
        return None
    return submission.statuses.filter(stage="correction_requested").last()


def may_amend(submission: Submission) -> bool:
    """Tell whether a newer version would still take this one's place."""
    return submission.stage in BEFORE_ACCEPTANCE and not submission.withdrawal_asked_at


def may_file_again(submission: Submission, *, today: date) -> bool:
    """Tell whether the filing came to nothing, so that a new one may be made from its answers.

    Until the year closes; until the deadline where an accepted return stands.
    """
    if submission.stage not in WITHOUT_EFFECT or today > years.last_day(submission.tax_year):
        return False
    return is_before_deadline(submission, today) or counting_of(submission.draft) is None


def may_file_later(submission: Submission, *, today: date) -> bool:
    """Tell whether a later return (後の申告) may take an accepted one's place: to the deadline.

    After it the tax may be decided already, and what changes it then is the office's to say.
    """
    held = submission.stage in ACCEPTED and not submission.erased_at
    return held and is_before_deadline(submission, today)


def is_before_deadline(submission: Submission, today: date) -> bool:
    """Tell whether the year's returns are still due (申告期限の日を含む)."""
    return today <= filing_deadline(submission.tax_year)


def counting_of(draft: Draft) -> Submission | None:
    """Return the accepted return that counts: the one filed last (SHK-11); None before one is."""
    return draft.submissions.filter(stage__in=ACCEPTED).order_by("-submitted_at").first()


def follower_of(submission: Submission) -> Submission | None:
    """Return the return of its own that was filed after this one, None where there is none."""
    later = submission.draft.submissions.filter(submitted_at__gt=submission.submitted_at)
    return later.exclude(filing_id=submission.filing_id).order_by("-submitted_at").first()


def amendment_of(draft: Draft, situation: Situation) -> Amendment | None:
    """Return what the pages show of an open amendment; None for a first return."""
    follows = situation.content.get(FOLLOWS)
    if not (follows or "amends" in situation.content) or draft.state != Draft.State.OPEN:
        return None
    filed = draft.submissions.get(pk=follows) if follows else newest_of(draft)
    return Amendment(
        filed=filed,
        later=bool(follows),
        request=None if follows else request_for(filed),
        changes=_changes(draft, filed),
        asked=_asked(situation),
    )


def _asked(situation: Situation) -> list[tuple[str | Promise, str]]:
    """Return the sections that a correction leaves free, each with the page that it begins at."""
    if not situation.locked:
        return []
    return [
        (section.title, url_of(situation.place, first_step(section, situation), back="check"))
        for section in free_sections(situation)
    ]


def _changes(draft: Draft, filed: Submission) -> list[dict[str, str]]:
    """Return the difference from what was signed before (新旧対照); numbers are left out."""
    new = filing.redact(document_of(draft, challenge="0" * 32, now=timezone.now()))
    return shown_changes(document_filed(filed), new)


def shown_changes(old: filing.Return, new: filing.Return) -> list[dict[str, str]]:
    """Return the difference of two returns (新旧対照) as a page writes it.

    An amount of 0 yen says no more to a person than none.
    """
    return [
        {"label": say(change.label), "old": _shown(change.old), "new": _shown(change.new)}
        for change in filing.diff(old, new)
        if (change.old or None) != (change.new or None)
    ]


def _shown(value: filing.Value) -> str:
    """Write a value as a person reads it: yen with separators, days in their era."""
    match value:
        case None:
            return ""
        case int():
            return _("%(amount)s円") % {"amount": f"{value:,}"}
        case date():
            return day_words(value)
        case str():
            return value
    return _("、").join(words_of(word) for word in value)
