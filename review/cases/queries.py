"""Reads about one case (申請の参照): its history and who did what."""

from datetime import date

from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.states import State
from review.staff.models import StaffMember


def history(case: Case) -> list[AuditEvent]:
    """Return what was done with a case, oldest first; looks are in the log, not here."""
    done = AuditEvent.objects.filter(subject=case.subject, action__startswith="case.")
    looks = ["case.viewed", "case.number_revealed", "case.paper_viewed", "case.paper_clean"]
    return list(done.exclude(action__in=looks).order_by("position"))


def names_of(numbers: set[str]) -> dict[str, str]:
    """Return the names of staff by 職員番号; batches have none."""
    return dict(StaffMember.objects.filter(number__in=numbers).values_list("number", "name"))


def is_overdue(case: Case, today: date) -> bool:
    """Tell whether the resident's time for a correction has run out."""
    due = case.correction_due_on
    return case.state == State.CORRECTION_REQUESTED and due is not None and due < today
