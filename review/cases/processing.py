"""Processing (自動処理): moves a case from arrival to the queue, and from 受理 into assessment.

Each step ends in a new state, so a retry never repeats what already worked. Many cases share a
transaction while all goes well; where something fails, each step of that case has one of its own.
Nothing is accepted or refused because of a fault that may pass.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import filing
from exchange.together import together
from review.agency import services as agency
from review.assessment.models import Assessment
from review.assessment.services import assess_addressee, import_return
from review.cases import checks, held
from review.cases.amendments import amended_answers
from review.cases.models import AUTHENTIC, Case
from review.cases.states import State
from review.cases.tasks import wake
from review.cases.transitions import move, write_down
from review.cases.verification import verify
from review.evidence import services as evidence
from review.paper.identity import confirmed_on_paper
from review.reconcile import matching
from review.sources.problems import RELATION, Problem
from review.staff.actors import batch
from review.taxfiles import faults

log = logging.getLogger(__name__)
ACTOR = batch("process_cases")
REASON = "申請の自動処理"
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360)]
BATCH_SIZE, MOST = 20, 200


def process_due_cases(*, now: datetime) -> int:
    """Process every case that is due, each as far as it gets; return how many were looked at.

    What is looked at for the first time is taken together; a case that was tried before is alone in
    its transaction, so that whatever is wrong with it takes no other along.
    """
    held.look_for_lists(now)
    count = 0
    while count < MOST and (ids := _claim(now, attempts=0, most=BATCH_SIZE)):
        process_together(ids, now=now)
        count += len(ids)
    for _ in range(MOST - count):
        ids = _claim(now, attempts__gt=0, most=1)
        if not ids:
            break
        process_case(ids[0], now=now)
        count += 1
    return count


def _claim(now: datetime, *, most: int, **which: Any) -> list[UUID]:
    """Take cases that are due and count the attempt before it begins.

    They are due again later, with a growing distance, unless a step says otherwise: what a killed
    worker had taken, and what kills its worker.
    """
    with transaction.atomic():
        rows = Case.objects.select_for_update(skip_locked=True, no_key=True)
        found = rows.filter(due_at__lte=now, **which).order_by("due_at", "id")[:most]
        tried = list(found.values_list("id", "attempts"))
        for attempts in {before for _, before in tried}:
            Case.objects.filter(pk__in=[pk for pk, before in tried if before == attempts]).update(
                due_at=now + _distance(attempts + 1), attempts=attempts + 1
            )
    return [pk for pk, _ in tried]


def process_together(case_ids: list[UUID], *, now: datetime) -> None:
    """Take all steps of claimed cases in one transaction; those that fail, each on its own."""
    try:
        with transaction.atomic(), together():
            rows = _locked().filter(pk__in=case_ids, due_at=now + _distance(1))
            failed = process_locked(list(rows.order_by("id")), now=now)
    except Exception as error:
        log.error("%d cases failed as a whole: %s", len(case_ids), type(error).__name__)
        failed = case_ids
    for case_id in failed:
        process_case(case_id, now=now)


def process_locked(cases: list[Case], *, now: datetime) -> list[UUID]:
    """Take all steps of cases whose rows this transaction holds; return those that failed.

    Each has a savepoint of its own, so that one which fails stays as it was.
    """
    failed = []
    for case in cases:
        try:
            with transaction.atomic(), together():
                _take_steps(case, now)
        except Exception as error:
            log.warning("case %s: a step failed with %s", case.pk, type(error).__name__)
            failed.append(case.pk)
    return failed


def _take_steps(case: Case, now: datetime) -> None:
    """Take all steps that a case is due for, and save it once."""
    case.due_at = now
    while _is_due(case, now):
        STEPS[State(case.state)](case, now)
    case.save()


def process_arrived(case_ids: list[UUID]) -> None:
    """Take the steps of cases that this transaction has just stored, as far as that goes well.

    They are read again: what arrived after one of them may have replaced it. All share a savepoint;
    where one fails, each has its own.
    """
    rows = _locked().filter(pk__in=case_ids).order_by("id")
    try:
        with transaction.atomic(), together():
            for case in rows:
                _take_steps(case, case.received_at)
    except Exception as error:
        log.warning("%d cases failed as a whole: %s", len(case_ids), type(error).__name__)
        failed = [case for case in rows.all() if process_locked([case], now=case.received_at)]
        if failed:
            wake()


def process_case(case_id: UUID, *, now: datetime) -> None:
    """Take the steps of one claimed case, each in its transaction, until it waits or is done."""
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
        case = _locked().filter(pk=case_id).first()
        # As this worker's claim left it, or its last step; another's claim is later than both.
        if case is None or case.due_at not in (now, now + _distance(case.attempts)):
            return False
        case.due_at = now
        if not _is_due(case, now):
            return False
        STEPS[State(case.state)](case, now)
        case.save()
        return True


def _locked() -> QuerySet[Case]:
    rows = Case.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return rows.select_related("original")


def _is_due(case: Case, now: datetime) -> bool:
    return case.due_at is not None and case.due_at <= now and case.state in STEPS


def _distance(attempts: int) -> timedelta:
    """Return how long after so many attempts a case is due again."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def _begin(case: Case, now: datetime) -> None:
    move(case, State.VERIFYING, by=ACTOR, reason=REASON, now=now, due_at=now)


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
    move(
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
    _set(case, **found)
    if first:
        write_down(case, "case.held", by=ACTOR, reason=REASON, now=now, detail=detail)
    _put_off(case, now, trouble=str(found["verdict_reason"]))


def _set(case: Case, **found: Any) -> None:
    for name, value in found.items():
        setattr(case, name, value)


def _match(case: Case, now: datetime) -> None:
    document = filing.read_xml(case.original.package().files["return.xml"])
    if document.agent:
        match = matching.find_principal(document.filer)
    else:
        match = matching.find(
            document.filer, issuer=case.certificate_issuer, serial=case.certificate_serial
        )
    agency.expect(case, document)
    found: dict[str, Any] = {
        "checks": [
            *checks.formal_checks(document),
            *checks.house_checks(document),
            *checks.agent_checks(case, document),
        ],
        "forward": checks.lives_elsewhere(document),
    }
    if match.addressee is None:
        _set(case, due_at=None, candidates=match.candidates, trouble=match.trouble, **found)
        detail = {"candidates": len(match.candidates)}
        write_down(case, "case.unmatched", by=ACTOR, reason=REASON, now=now, detail=detail)
        return
    found["checks"] = [*found["checks"], *checks.person_checks(document, match.addressee)]
    move(
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
    move(case, State.IMPORTED, by=ACTOR, reason=REASON, now=now)
    assessment = assess_addressee(document.addressee, document.tax_year, by=ACTOR, now=now)
    faults.settle_own(case, remark="取り込んだ", by=ACTOR, now=now, steps=True)
    if assessment.state == Assessment.State.FAILED:
        problem = Problem(RELATION, faults.ASSESSMENT, assessment.trouble)
        faults.keep_own(case, [problem], by=ACTOR, reason=REASON, now=now)


STEPS: dict[State, Callable[[Case, datetime], None]] = {
    State.RECEIVED: _begin,
    State.VERIFYING: _verify,
    State.MATCHING: _match,
    State.ACCEPTED: _import,
}


def _postpone(case_id: UUID, now: datetime, *, trouble: str) -> None:
    """Make the case due again later, in a transaction of its own."""
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
        if case.state == State.ACCEPTED:
            problem = Problem(faults.STEP_FAILED, faults.STEP, trouble)
            faults.keep_own(case, [problem], by=ACTOR, reason=REASON, now=now)
        _put_off(case, now, trouble=trouble)
        case.save(update_fields=["attempts", "trouble", "due_at"])


def _put_off(case: Case, now: datetime, *, trouble: str) -> None:
    """Make the case due again later; the distance grows up to six hours.

    The attempt was counted when the case was claimed; a step that had moved it began a new count.
    """
    attempts = max(case.attempts, 1)
    _set(case, attempts=attempts, trouble=trouble, due_at=now + _distance(attempts))
