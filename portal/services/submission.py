"""Submission (送信): receipt number, envelope, receipt and erasure in one transaction."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.services import post
from filing import Return
from filing.numbers import make_receipt_number
from portal.copies.figures import as_estimated
from portal.copies.filed import as_signed
from portal.errors import StaleDraft
from portal.interview.model import Situation
from portal.interview.versions import FILED, REMOVED
from portal.models import Draft, PreparedSignature, Submission
from portal.notices import order_notice
from portal.papers.sending import package_of, sendable, sent
from portal.services.events import record
from portal.services.signing import SignedReturn

# One statement, which waits for whoever is giving out a number at this moment.
COUNT_ON = """
    INSERT INTO portal_receiptcounter AS counter (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""


def submit(draft: Draft, signed: SignedReturn, *, by: str, now: datetime) -> Submission:
    """Take the signed return once and for all; a draft already taken yields its first receipt."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        if locked.state == Draft.State.SUBMITTED:
            return locked.submissions.latest("submitted_at")
        if locked.version != signed.draft_version:
            raise StaleDraft(
                _("署名のあとで内容が変わりました。もう一度、内容を確認してください。")
            )
        papers = sendable(locked, signed.papers)
        number = _receipt_number(signed.document, timezone.localdate(now).year)
        submission = Submission(
            resident_id=locked.resident_id,
            draft=locked,
            draft_version=locked.version,
            tax_year=locked.tax_year,
            filing_id=locked.filing_id,
            version=signed.document.version,
            receipt_number=number,
            sha256=hashlib.sha256(signed.xml).hexdigest(),
            submitted_at=now,
        )
        message = post(
            kind="submission",
            body=package_of(submission, signed, papers),
            to="review",
            case_key=number,
            by=by,
            now=now,
        )
        submission.message_id = message.pk
        estimated = as_estimated(Situation(locked.content, locked.tax_year))
        kept = as_signed(signed.document) | estimated
        submission.content = as_filed(locked.content) | {FILED: kept}
        submission.save(force_insert=True)
        sent(papers, submission)
        _close(locked, now)
        record(by=by, action="submit", subject=f"submission:{number}", now=now)
        order_notice(submission, "submitted", now=now)
    return submission


def as_filed(content: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a filed draft: no numbers, nothing of the year before or taken out.

    Last year's answers have a retention period of their own, which a copy here would outlive. The
    signed document belongs to its submission alone.
    """
    gone = ("last_year", REMOVED, FILED)
    return without_numbers({name: value for name, value in content.items() if name not in gone})


def without_numbers(content: dict[str, Any]) -> dict[str, Any]:
    """Return a draft's content with every 個人番号 taken out and the rest as it was.

    An empty one stays: it tells that none was typed.
    """

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if k != "personal_number" or v == ""}
        return [clean(entry) for entry in value] if isinstance(value, list) else value

    return clean(content)


def _receipt_number(document: Return, year: int) -> str:
    """Return the filing's number: an amended version keeps the one that the first was given."""
    if document.version == 1:
        return _next_receipt_number(year)
    return Submission.objects.get(filing_id=document.filing_id, version=1).receipt_number


def _next_receipt_number(year: int) -> str:
    """Give out the year's next number; the row stays locked until the commit, so none is lost."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ON, [year])
        return make_receipt_number(year, cursor.fetchone()[0])


def _close(draft: Draft, now: datetime) -> None:
    """Close the draft and erase its numbers, together with the document that was signed."""
    PreparedSignature.objects.filter(draft=draft).delete()
    draft.content = as_filed(draft.content)
    draft.state = Draft.State.SUBMITTED
    draft.changed_at = now
    draft.save(update_fields=["sealed", "state", "changed_at"])
