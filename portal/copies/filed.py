"""The filed return as a document again, without numbers: what the portal still holds of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import filing
from config.context import load_municipality_file
from filing import Return
from filing.model import filer_values, from_values, header_values
from portal.errors import PortalError
from portal.interview import payload
from portal.interview.model import Situation
from portal.interview.versions import FILED
from portal.models import Submission


class CopyGone(PortalError):
    """The answers were erased when their period ended; the receipt stays."""


def situation_filed(submission: Submission) -> Situation:
    """Return the answers as they were filed; CopyGone after their erasure."""
    if submission.erased_at:
        raise CopyGone(_("保存期間が過ぎたため、内容は消えています。"))
    return Situation(submission.content, submission.tax_year)


def as_signed(document: Return) -> dict[str, Any]:
    """Return what is kept of the return that was signed (署名した申告書): all but 個人番号.

    The copies are made from it, so that no later change of a question or of the law's tables makes
    them say something else than was signed. `numbers` names the parts whose number was given.
    """
    bare = filing.redact(document)
    return {
        "header": header_values(bare),
        "filer": filer_values(bare),
        "answers": bare.answers,
        "numbers": [
            part
            for part in _parts_of_people(document)
            if filing.value_at(document, f"{part}.personal_number")
        ],
    }


def document_filed(submission: Submission) -> Return:
    """Return what was filed (控え). 個人番号 were erased at submission, so every one is empty."""
    return document_held(submission, situation_filed(submission))


def document_held(submission: Submission, situation: Situation) -> Return:
    """As `document_filed`, where the answers are unsealed already."""
    kept = situation.content.get(FILED)
    if kept is None:
        return _written_anew(submission, situation)
    return from_values(kept["header"], kept["filer"], kept["answers"])


def parts_with_number(situation: Situation, document: Return) -> list[str]:
    """Return the parts ("answers.relatives.0") that bore a 個人番号 when they were signed.

    Submissions from before this was kept do not tell: of them it is assumed of everybody.
    """
    kept = situation.content.get(FILED)
    return kept["numbers"] if kept else [*_parts_of_people(document)]


def _parts_of_people(document: Return) -> Iterator[str]:
    """Yield the parts of a return that have a place for a 個人番号."""
    yield "filer"
    for code, value in document.answers.items():
        entries = enumerate(value) if isinstance(value, list) else [("", value)]
        for place, entry in entries:
            if isinstance(entry, dict) and "personal_number" in entry:
                yield f"answers.{code}.{place}".rstrip(".")


def _written_anew(submission: Submission, situation: Situation) -> Return:
    """Return the document of a submission from before it was kept, as its answers make it."""
    document = payload.to_return(
        situation,
        filing_id=str(submission.filing_id),
        challenge="0" * 32,
        prepared_on=timezone.localdate(submission.submitted_at),
        purpose_version=submission.draft.purpose_version,
        municipality_code=load_municipality_file(settings.MUNICIPALITY_FILE)["code"],
    )
    return filing.redact(document)
