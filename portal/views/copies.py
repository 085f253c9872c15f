"""Files to keep (控え): the copy as PDF and XML, and the calendar."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import filing
from portal.copies.due import days_to_pay
from portal.copies.filed import document_filed
from portal.copies.pdf import pdf_of
from portal.copies.schedule import calendar_of
from portal.errors import PortalError
from portal.models import Submission
from portal.queries import own_submission
from portal.views.access import personal, resident_of
from portal.views.pace import at_pace


@require_safe
@personal
@at_pace("files")
def copy_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the copy as PDF, without numbers."""
    return _file(request, pk, pdf_of, "application/pdf", "pdf")


@require_safe
@personal
@at_pace("files")
def copy_xml(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the answers in the return's own form: without numbers, and so without signature."""
    return _file(request, pk, lambda s: filing.write_xml(document_filed(s)), "text/xml", "xml")


@require_safe
@personal
@at_pace("files")
def calendar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the days to pay on for the resident's own calendar."""

    def made(submission: Submission) -> bytes:
        due = days_to_pay(submission)
        if not due:
            raise PortalError(_("いまの申告の内容では、自分で納める日はありません(目安)。"))
        return calendar_of(
            submission.tax_year, due, address=settings.PORTAL_URL, now=submission.submitted_at
        )

    return _file(request, pk, made, "text/calendar; charset=utf-8", "ics")


def _file(
    request: HttpRequest, pk: UUID, make: Callable[[Submission], bytes], kind: str, suffix: str
) -> HttpResponse:
    submission = own_submission(resident_of(request), pk)
    try:
        content = make(submission)
    except PortalError as refused:
        messages.warning(request, refused.message)
        return redirect("portal:filing", pk)
    name = f"{submission.receipt_number}-v{submission.version}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
