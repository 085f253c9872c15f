"""Erasure (保存期間経過後の消去): physically, with a certificate, never what is still needed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from exchange.queries import undelivered_case_keys
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.services import record_by
from review.cases.models import Case, Original
from review.cases.states import FINAL, State
from review.reconcile.models import Disagreement
from review.retention.models import Erasure
from review.retention.periods import Period
from review.staff.actors import Actor

CASES, ASSESSMENT = "resident-tax-return", "assessment"
# 取込済 is as far as the office's work on a filing goes; 完了 may never be pressed.
ENDED = FINAL | {State.IMPORTED}


@dataclass(frozen=True)
class Plan:
    """What would go and what may not (消去計画): ids to erase, refusals with their reason."""

    period: Period
    ids: dict[str, list[Any]]
    items: list[str]
    refused: list[dict[str, str]]

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(ids) for name, ids in self.ids.items()}


def plan(period: Period, *, as_of: date) -> Plan:
    """Return what a procedure's period has run out for."""
    return _plan_cases(period, as_of) if period.procedure == CASES else _plan_years(period, as_of)


def _plan_cases(period: Period, as_of: date) -> Plan:
    cases = Case.objects.filter(procedure=period.procedure).order_by("receipt_number", "version")
    over = {year for year in _years(Case) if period.is_over(year, as_of)}
    due = list(cases.filter(tax_year__in=over).defer("evidence", "checks", "candidates"))
    undelivered = undelivered_case_keys({case.receipt_number for case in due})
    kept = {case.filing_id: why for case in due if (why := _why_not(case, undelivered))}
    going = [case for case in due if case.filing_id not in kept]
    refused = [
        {"receipt_number": case.receipt_number, "why": kept[case.filing_id]}
        for case in due
        if case.filing_id in kept
    ]
    ids = {"cases": [c.pk for c in going], "originals": [c.original_id for c in going]}
    return Plan(period, ids, [f"{c.receipt_number}:{c.version}" for c in going], refused)


def _why_not(case: Case, undelivered: set[str]) -> str:
    """Return why a case may not go yet (消去できない理由), empty where it may."""
    if case.hold:
        return f"保留中: {case.hold}"
    if case.state not in ENDED:
        return f"処理中: {case.get_state_display()}"
    if case.receipt_number in undelivered:
        return "申告した人への通知が届いていません"
    return ""


def _plan_years(period: Period, as_of: date) -> Plan:
    over = sorted(year for year in _years(SourceDocument) if period.is_over(year, as_of))
    bases = MergedBasis.objects.filter(tax_year__in=over)
    ids: dict[str, list[Any]] = {
        "assessments": list(
            Assessment.objects.filter(basis__in=bases).values_list("pk", flat=True)
        ),
        "merged_bases": list(bases.values_list("pk", flat=True)),
        "disagreements": list(
            Disagreement.objects.filter(tax_year__in=over).values_list("pk", flat=True)
        ),
        "source_documents": list(
            SourceDocument.objects.filter(tax_year__in=over).values_list("pk", flat=True)
        ),
    }
    return Plan(period, ids, [f"課税年度 {year}" for year in over], [])


def erase(found: Plan, *, as_of: date, by: Actor, now: datetime) -> Erasure | None:
    """Erase what the plan names and return the certificate; None where there is nothing."""
    if not any(found.ids.values()):
        return None
    with transaction.atomic():
        certificate = Erasure.objects.create(
            procedure=found.period.procedure,
            as_of=as_of,
            made_at=now,
            made_by=by.id,
            counts=found.counts,
            items=found.items,
            digest=_digest(found.ids),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('review.erasure', %s, true)", [str(certificate.pk)])
        _delete(found.ids)
        record_by(
            by,
            "retention.erased",
            reason="保存期間の経過",
            now=now,
            subject=f"erasure:{certificate.pk}",
            detail={"procedure": found.period.procedure, "counts": found.counts},
        )
    return certificate


def _delete(ids: Mapping[str, list[Any]]) -> None:
    """Delete the rows in the order that their references allow; nothing cascades."""
    if cases := ids.get("cases"):
        Case.objects.filter(pk__in=cases).update(previous=None)
        Case.objects.filter(pk__in=cases).delete()
        Original.objects.filter(pk__in=ids["originals"]).delete()
    if documents := ids.get("source_documents"):
        Assessment.objects.filter(pk__in=ids["assessments"]).delete()
        MergedBasis.objects.filter(pk__in=ids["merged_bases"]).delete()
        Disagreement.objects.filter(pk__in=ids["disagreements"]).delete()
        SourceDocument.objects.filter(pk__in=documents).update(replaced_by=None)
        SourceDocument.objects.filter(pk__in=documents).delete()


def _years(model: type[Case] | type[SourceDocument]) -> set[str]:
    return set(model._default_manager.values_list("tax_year", flat=True).distinct())


def _digest(ids: Mapping[str, list[Any]]) -> str:
    text = json.dumps({name: sorted(map(str, values)) for name, values in ids.items()})
    return hashlib.sha256(text.encode()).hexdigest()
