"""What may be done with a filed return (訂正・補正・取下げ), and how an amended one differs."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

import filing
from config.days import day_words
from config.translations.said import say, words_of
from portal.interview.flow import first_step
from portal.interview.links import url_of
from portal.interview.locks import free_sections
from portal.interview.model import Situation
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
WITHOUT_EFFECT = {"rejected", "withdrawn", "intake_error"}


@dataclass(frozen=True)
class Amendment:
    """An open amendment: the filed version, the office's request if any, and what differs."""

    filed: Submission
    request: StatusMessage | None
    changes: list[dict[str, str]]
    restricted: bool
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


def may_file_again(submission: Submission) -> bool:
    """Tell whether the filing came to nothing, so that a new one may be made from its answers."""
    return submission.stage in WITHOUT_EFFECT


def amendment_of(draft: Draft, situation: Situation) -> Amendment | None:
    """Return what the pages show of an open amendment; None for a first return."""
    if "amends" not in situation.content or draft.state != Draft.State.OPEN:
        return None
    filed = newest_of(draft)
    return Amendment(
        filed=filed,
        request=request_for(filed),
        changes=_changes(draft, filed, situation),
        restricted=bool(situation.locked),
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


def _changes(draft: Draft, filed: Submission, situation: Situation) -> list[dict[str, str]]:
    """Return the difference from the filed version (新旧対照); numbers are left out of both."""
    before = Draft(
        tax_year=draft.tax_year, filing_id=draft.filing_id, purpose_version=draft.purpose_version
    )
    before.content = filed.content
    old, new = (
        filing.redact(document_of(version, challenge="0" * 32, now=timezone.now()))
        for version in (before, draft)
    )
    return shown_changes(old, new)


def shown_changes(old: filing.Return, new: filing.Return) -> list[dict[str, str]]:
    """Return the difference of two returns (新旧対照) as a page writes it."""
    return [
        {"label": say(change.label), "old": _shown(change.old), "new": _shown(change.new)}
        for change in filing.diff(old, new)
    ]


def _shown(value: str | int | None) -> str:
    """Write a value as a person reads it: yen with separators, days in their era."""
    if value is None:
        return ""
    if isinstance(value, int):
        return _("%(amount)s円") % {"amount": f"{value:,}"}
    try:
        return day_words(date.fromisoformat(value))
    except ValueError:
        return _("、").join(words_of(word) for word in value.split("・"))
