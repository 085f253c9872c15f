"""A resident's own data (自分のデータ): taken along as a file, and drafts erased at will."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.identity.person import identity_of
from portal.models import Draft, Paper, Resident, Submission
from portal.papers.queries import open_papers, papers_of
from portal.queries import person_of
from portal.records import own_events
from portal.services.amending import give_up
from portal.services.events import record
from portal.services.submission import without_numbers


def export(
    resident: Resident, *, by: str, now: datetime, session_ends_at: datetime
) -> dict[str, Any]:
    """Return all that the portal holds of a resident, as JSON can hold it; numbers left out.

    Of sessions only the one that asks: what another device is doing cannot be found by person.
    """
    with transaction.atomic():
        held = {
            "exported_at": now.isoformat(),
            "account": {
                "email": resident.email,
                "asked_email": resident.asked_email,
                "person": resident.person,
                "joined_at": resident.joined_at.isoformat(),
                "wants_reminders": resident.wants_reminders,
                "language": resident.language,
            },
            "drafts": [_draft(draft) for draft in resident.drafts.order_by("tax_year")],
            "filings": [_filing(one) for one in resident.submissions.order_by("submitted_at")],
            "mails": [
                {"kind": mail.kind, "sent_at": _moment(mail.sent_at)}
                for mail in resident.notices.order_by("created_at")
            ],
            "account_mails": [
                {"kind": mail.kind, "email": mail.email, "asked_at": mail.created_at.isoformat()}
                for mail in resident.account_mails.order_by("created_at")
            ],
            "wrong_pins": [
                {
                    "certificate_sha256": row.certificate_sha256,
                    "count": row.count,
                    "last_at": row.changed_at.isoformat(),
                }
                for row in resident.pin_failures.order_by("changed_at")
            ],
            "app_sign_in": _app(resident),
            "session": {"ends_at": session_ends_at.isoformat()},
            "operations": [
                {"at": event.at.isoformat(), "action": event.action, "subject": event.subject}
                for event in own_events(resident)
            ],
        }
        record(by=by, action="own_data.export", subject=by, now=now)
    return held


def erase_draft(draft: Draft, *, by: str, now: datetime) -> None:
    """Erase a return that was not sent; of one that was, only what was changed since goes."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        if locked.submissions.exists():
            give_up(locked, by=by, now=now)
            return
        record(by=by, action="draft.erase", subject=f"draft:{locked.pk}", now=now)
        locked.delete()


def _app(resident: Resident) -> dict[str, Any] | None:
    """Return what the デジタル認証アプリ told: its pseudonym and the four attributes."""
    told = identity_of(resident)
    if told is None:
        return None
    pseudonym, said = told
    return {"pseudonym": pseudonym, **vars(said), "birth_date": said.birth_date.isoformat()}


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "tax_year": draft.tax_year,
        "acts_for": person_of(draft),
        "state": draft.state,
        "created_at": draft.created_at.isoformat(),
        "changed_at": draft.changed_at.isoformat(),
        "content": without_numbers(draft.content),
        "papers": [_paper(paper) for paper in open_papers(draft)],
    }


def _filing(submission: Submission) -> dict[str, Any]:
    return {
        "receipt_number": submission.receipt_number,
        "version": submission.version,
        "tax_year": submission.tax_year,
        "acts_for": person_of(submission),
        "submitted_at": submission.submitted_at.isoformat(),
        "sha256": submission.sha256,
        "state": submission.state,
        "content": without_numbers(submission.content),
        "papers": [_paper(paper) for paper in papers_of(submission)],
        "messages": [
            {"at": status.occurred_at.isoformat(), "state": status.state, "text": status.message}
            for status in submission.statuses.all()
        ],
    }


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "name": paper.name,
        "about": paper.get_topic_display(),
        "pages": paper.pages,
        "size": paper.size,
        "sha256": paper.sha256,
        "added_at": paper.added_at.isoformat(),
        "sent": paper.submission_id is not None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
