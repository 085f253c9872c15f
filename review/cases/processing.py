"""Processing (自動処理): moves a case from arrival to the queue, and from 受理 into assessment.

Each step is a transaction of its own that ends in a new state, so a retry never repeats what
already worked. Nothing is accepted or refused because of a fault that may pass.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

import filing
from review.assessment.services import assess_addressee, import_return
from review.cases import checks, held
from review.cases.amendments import amended_answers
from review.cases.models import AUTHENTIC, Case
from review.cases.states import State
from review.cases.transitions import advance, write_down
from review.cases.verification import verify
from review.evidence import services as evidence
from review.paper.identity import confirmed_on_paper
from review.reconcile import matching
from review.staff.actors import batch

log = logging.getLogger(__name__)
ACTOR = batch("process_cases")
REASON = "申請の自動処理"
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360)]
BATCH_SIZE = 200


def process_due_cases(*, now: datetime) -> int:
    """Process every case that is due, each as far as it gets; return how many were looked at."""
    held.look_for_lists(now)
    due = Case.objects.filter(due_at__lte=now).order_by("due_at", "id")
    ids = list(due.values_list("id", flat=True)[:BATCH_SIZE])
    for case_id in ids:
        process_case(case_id, now=now)
    return len(ids)


def process_case(case_id: UUID, *, now: datetime) -> None:
    """Take the steps of one case until it waits for a person, for time, or is done."""
    for _step in range(len(STEPS) + 1):
        try:
            if not _take_step(case_id, now):
                return
        except Exception as error:
            # Whatever went wrong, the row stays due: later, with a growing distance. The text of an
            # unexpected error may hold a person's data, so only its kind is kept.
            log.warning("case %s: step failed with %s", case_id, type(error).__name__)
            _postpone(case_id, now, trouble=type(error).__name__)
            return


def _take_step(case_id: UUID, now: datetime) -> bool:
    """Take the next step under the row's lock; False when somebody else has it or it can wait."""
    with transaction.atomic():
        rows = Case.objects.select_for_update(skip_locked=True, no_key=True)
        case = rows.filter(pk=case_id, due_at__lte=now).first()
        step = STEPS.get(State(case.state)) if case else None
        if case is None or step is None:
            return False
        step(case, now)
        return True


def _begin(case: Case, now: datetime) -> None:
    advance(case, State.VERIFYING, by=ACTOR, reason=REASON, now=now, due_at=now)


def _verify(case: Case, now: datetime) -> None:
    package = case.original.package()
    if case.is_paper:
        outcome = confirmed_on_paper(package)
    else:
        outcome = verify(case, package, received_at=case.submitted_at, checked_at=now)
    found: dict[str, Any] = {
        "verdict": outcome.verdict,
        "verdict_reason": outcome.reason,
        "verdict_message": outcome.message,
        "verified_at": now,
        "evidence": outcome.evidence,
        "certificate_issuer": outcome.issuer,
        "certificate_serial": outcome.serial,
    }
    detail = {"verdict": outcome.verdict, "reason": outcome.reason}
    if not case.is_paper:
        detail |= evidence.keep(case, outcome, package, checked_at=now)
    if outcome.verdict == Case.Verdict.INDETERMINATE:
        _hold(case, now, found, detail)
        return
    passed = outcome.verdict in AUTHENTIC
    advance(
        case,
        State.MATCHING if passed else State.INTAKE_ERROR,
        by=ACTOR,
        reason=REASON,
        now=now,
        note="" if passed else outcome.message,
        detail=detail,
        due_at=now if passed else None,
        **found,
    )


def _hold(case: Case, now: datetime, found: dict[str, Any], detail: dict[str, str]) -> None:
    """Keep the case where it is (受付保留): neither accepted nor refused, tried again later."""
    first = case.verdict != found["verdict"]
    Case.objects.filter(pk=case.pk).update(**found)
    if first:
        case.refresh_from_db()
        write_down(case, "case.held", by=ACTOR, reason=REASON, now=now, detail=detail)
    _postpone(case.pk, now, trouble=str(found["verdict_reason"]))


def _match(case: Case, now: datetime) -> None:
    document = filing.read_xml(case.original.package().files["return.xml"])
    match = matching.find(
        document.filer, issuer=case.certificate_issuer, serial=case.certificate_serial
    )
    found: dict[str, Any] = {
        "checks": checks.formal_checks(document),
        "forward": checks.lives_elsewhere(document),
    }
    if match.addressee is None:
        Case.objects.filter(pk=case.pk).update(
            due_at=None, candidates=match.candidates, trouble=match.trouble, **found
        )
        detail = {"candidates": len(match.candidates)}
        write_down(case, "case.unmatched", by=ACTOR, reason=REASON, now=now, detail=detail)
        return
    found["checks"] = [*found["checks"], *checks.person_checks(document, match.addressee)]
    advance(
        case,
        State.QUEUED,
        by=ACTOR,
        reason=REASON,
        now=now,
        detail={"match": match.method},
        addressee=match.addressee,
        match_method=match.method,
        **found,
    )


def _import(case: Case, now: datetime) -> None:
    document = import_return(case, by=ACTOR, now=now)
    filed = document.content["answers"]
    if (amended := amended_answers(case, filed)) != filed:
        document.content = {**document.content, "answers": amended}
        document.save(update_fields=["content"])
    advance(case, State.IMPORTED, by=ACTOR, reason=REASON, now=now)
    assess_addressee(document.addressee, document.tax_year, by=ACTOR, now=now)


STEPS: dict[State, Callable[[Case, datetime], None]] = {
    State.RECEIVED: _begin,
    State.VERIFYING: _verify,
    State.MATCHING: _match,
    State.ACCEPTED: _import,
}


def _postpone(case_id: UUID, now: datetime, *, trouble: str) -> None:
    """Make the case due again later; the distance grows up to six hours."""
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
        case.attempts += 1
        case.trouble = trouble
        case.due_at = now + BACKOFF[min(case.attempts, len(BACKOFF)) - 1]
        case.save(update_fields=["attempts", "trouble", "due_at"])
