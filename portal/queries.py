"""Reads. Every fetch of a resident's own things goes through here: another's does not exist."""

from uuid import UUID

from django.http import Http404

from config.keyed import row_by
from portal.models import Draft, Resident, Submission


class NoDraft(Exception):
    """The resident has not begun the return of this year."""


def own_draft(resident: Resident, place: str) -> Draft:
    """Return the draft that an address names (R9, or R9-… for another person's); NoDraft if none.

    Whatever the address says, it is a draft of this resident.
    """
    tax_year, _dash, whose = place.partition("-")
    draft = row_by(Draft, resident_id=resident.pk, tax_year=tax_year, whose=whose)
    if draft is None:
        raise NoDraft
    return draft


def own_submission(resident: Resident, pk: UUID) -> Submission:
    """Return the resident's submission; Http404 for any other's and for none."""
    found = row_by(Submission, resident_id=resident.pk, id=pk)
    if found is None:
        raise Http404
    return found


def person_of(held: Draft | Submission) -> str:
    """Return for whom an agent acts in a return, "" where it is one's own or erased."""
    whose = held.whose if isinstance(held, Draft) else held.draft.whose
    return str(held.content.get("principal", {}).get("name", "")) if whose else ""


def own_submissions(resident: Resident) -> list[Submission]:
    """Return the newest version of each filing, the last filed first."""
    mine = Submission.objects.filter(resident=resident).order_by("filing_id", "-version")
    mine = mine.select_related("draft").defer("draft__sealed")
    return sorted(mine.distinct("filing_id"), key=lambda s: s.submitted_at, reverse=True)


def versions_of(submission: Submission) -> list[Submission]:
    """Return the filing's other versions (版), the newest first."""
    every = Submission.objects.filter(filing_id=submission.filing_id).exclude(pk=submission.pk)
    return list(every.order_by("-version"))


def own_drafts(resident: Resident) -> list[Draft]:
    """Return the drafts that are still being filled in, the newest season first."""
    mine = Draft.objects.filter(resident=resident, state=Draft.State.OPEN)
    return sorted(mine, key=lambda draft: (-int(draft.tax_year[1:]), draft.whose))
