"""Last year's return (去年の申告) beside this year's: where it is found, and what differs."""

from django.utils import timezone

import filing
from portal.amending import WITHOUT_EFFECT, shown_changes
from portal.interview import payload
from portal.interview.last_year import last_year_of
from portal.interview.model import Situation
from portal.models import Draft, Resident, Submission
from portal.services.signing import document_of


def filed_last_year(resident: Resident, tax_year: str) -> Submission | None:
    """Return the newest own return of the year before that had effect and is still held."""
    before = f"R{int(tax_year[1:]) - 1}"
    mine = Submission.objects.filter(
        resident=resident, tax_year=before, erased_at=None, draft__whose=""
    )
    return mine.exclude(stage__in=WITHOUT_EFFECT).order_by("-submitted_at").first()


def changes_since_last_year(draft: Draft, situation: Situation) -> list[dict[str, str]]:
    """Return what differs from the return that the draft was begun from; [] for an empty start."""
    before = last_year_of(situation)
    if before is None or not situation.parties_are_known:
        return []
    new = document_of(draft, challenge="0" * 32, now=timezone.now())
    old = payload.to_return(
        before,
        filing_id=new.filing_id,
        challenge=new.challenge,
        prepared_on=new.prepared_on,
        purpose_version=new.purpose_version,
        municipality_code=new.municipality_code,
    )
    return shown_changes(filing.redact(old), filing.redact(new))
