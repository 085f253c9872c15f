"""The filed return as a document again, without numbers: what the portal still holds of it."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import filing
from config.context import load_municipality_file
from filing import Return
from portal.errors import PortalError
from portal.interview import payload
from portal.interview.model import Situation
from portal.models import Submission


class CopyGone(PortalError):
    """The answers were erased when their period ended; the receipt stays."""


def situation_filed(submission: Submission) -> Situation:
    """Return the answers as they were filed; CopyGone after their erasure."""
    if submission.erased_at:
        raise CopyGone(_("保存期間が過ぎたため、内容は消えています。"))
    return Situation(submission.content, submission.tax_year)


def document_filed(submission: Submission) -> Return:
    """Return what was filed (控え). 個人番号 were erased at submission, so every one is empty."""
    document = payload.to_return(
        situation_filed(submission),
        filing_id=str(submission.filing_id),
        challenge="0" * 32,
        prepared_on=timezone.localdate(submission.submitted_at),
        purpose_version=submission.draft.purpose_version,
        municipality_code=load_municipality_file(settings.MUNICIPALITY_FILE)["code"],
    )
    return filing.redact(document)
