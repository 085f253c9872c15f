"""更正 (地方税法321条の2): a decision after the first, proposed by one, confirmed by another."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.assessment.models import Assessment
from review.assessment.preparing import Employer
from review.assessment.services import assess_addressee
from review.audit.services import record_by
from review.errors import Refusal
from review.levy.collecting import Planned
from review.levy.models import Collection, Decision, MonthlyClose
from review.levy.queries import collection_rows, last_decision
from review.levy.terms import recollect
from review.rights.services import refuse_stopped
from review.staff.actors import Actor

State = Decision.State


def propose_correction(
    addressee: Addressee,
    tax_year: str,
    *,
    cause: str,
    remark: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Decision:
    """Compute a person's tax anew and put the change before a second person (更正の起案).

    The first decision of a person whom the run left out is made this way too. Refused while
    something between the documents waits, or where nothing would change.
    """
    with transaction.atomic():
        assessment = assess_addressee(addressee, tax_year, by=by, now=now)
        person = assessment.basis.addressee
        _may_be_decided(assessment)
        before = last_decision(person, tax_year)
        if before and before.state == State.PROPOSED:
            raise Refusal(_("この人には、確認を待っている更正があります。"))
        planned = _planned(assessment)
        held = _planned(before.assessment) if before else []
        assert assessment.total is not None
        if before and before.total == assessment.total and held == planned:
            raise Refusal(_("税額も徴収方法も変わらないため、更正は要りません。"))
        rows, refund = recollect(held, planned, tax_year, timezone.localdate(now))
        assessment.collections.all().delete()
        Collection.objects.bulk_create(collection_rows(assessment.pk, rows))
        decision = Decision.objects.create(
            tax_year=tax_year,
            addressee=person,
            assessment=assessment,
            number=before.number + 1 if before else 1,
            state=State.PROPOSED,
            cause=cause,
            remark=remark,
            total=assessment.total,
            previous_total=before.total if before else None,
            refund=refund,
            proposed_by=by.id,
        )
        _write_down(decision, "decision.proposed", by=by, reason=reason, now=now)
    return decision


def _may_be_decided(assessment: Assessment) -> None:
    if assessment.state == Assessment.State.FAILED:
        raise Refusal(_("計算できないため、決定できません: %(why)s") % {"why": assessment.trouble})
    if assessment.state == Assessment.State.CHECK:
        raise Refusal(_("資料間の不一致が残っています。確認してから決定してください。"))


def _planned(assessment: Assessment) -> list[Planned]:
    return [
        Planned(
            row.method,
            list(row.amounts),
            Employer(row.employer, row.employer_number) if row.employer else None,
        )
        for row in assessment.collections.order_by("id")
    ]


def confirm_correction(decision: Decision, *, by: Actor, reason: str, now: datetime) -> Decision:
    """Confirm another person's proposal (更正の決定); it falls into the first month still open."""
    with transaction.atomic():
        locked = _locked(decision)
        if locked.proposed_by == by.id:
            raise Refusal(_("自分が起案した更正を自分で確認することはできません。"))
        refuse_stopped(locked.addressee)
        locked.state, locked.confirmed_by = State.DECIDED, by.id
        locked.decided_on = timezone.localdate(now)
        locked.month = _open_month(locked.decided_on)
        locked.save()
        _write_down(locked, "decision.confirmed", by=by, reason=reason, now=now)
    return locked


def drop_correction(decision: Decision, *, by: Actor, reason: str, now: datetime) -> Decision:
    """Drop a proposal (更正の取りやめ)."""
    with transaction.atomic():
        locked = _locked(decision)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])
        _write_down(locked, "decision.dropped", by=by, reason=reason, now=now)
    return locked


def close_month(month: date, *, by: Actor, reason: str, now: datetime) -> MonthlyClose:
    """Close a month (月例締め): what was decided in it is counted, nothing more falls into it."""
    month = month.replace(day=1)
    with transaction.atomic():
        if month > timezone.localdate(now):
            raise Refusal(_("まだ始まっていない月は締められません。"))
        if MonthlyClose.objects.select_for_update().filter(month=month).exists():
            raise Refusal(_("この月は、すでに締めています。"))
        decided = Decision.objects.filter(month=month, state=State.DECIDED, number__gt=1)
        changes = [new - (old or 0) for new, old in decided.values_list("total", "previous_total")]
        counts = {
            "corrections": len(changes),
            "more": sum(change for change in changes if change > 0),
            "less": sum(change for change in changes if change < 0),
        }
        close = MonthlyClose.objects.create(
            month=month, counts=counts, closed_by=by.id, closed_at=now
        )
        subject = f"month:{month:%Y-%m}"
        record_by(by, "month.closed", reason=reason, now=now, subject=subject, detail=counts)
    return close


def _open_month(day: date) -> date:
    closed = set(MonthlyClose.objects.select_for_update().values_list("month", flat=True))
    month = day.replace(day=1)
    while month in closed:
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return month


def _locked(decision: Decision) -> Decision:
    locked = Decision.objects.select_for_update().get(pk=decision.pk)
    if locked.state != State.PROPOSED:
        raise Refusal(_("この更正は、すでに決定されたか取りやめられています。"))
    return locked


def _write_down(decision: Decision, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    person = decision.addressee
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"decision:{decision.pk}",
        addressee_number=person.number,
        four_attributes=person.four_attributes,
        detail={
            "tax_year": decision.tax_year,
            "number": decision.number,
            "cause": decision.cause,
            "total": decision.total,
            "previous_total": decision.previous_total,
        },
    )
