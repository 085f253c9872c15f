"""What has outlived its period (消去計画): what would go, and what may not, with the reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from exchange.queries import undelivered_case_keys
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.cases.models import Case
from review.cases.states import FINAL, State
from review.levy.models import YearPerson
from review.reconcile.models import Disagreement
from review.retention.models import Hold
from review.retention.periods import Period, load_periods

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
    years: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(ids) for name, ids in self.ids.items()}


def plans(as_of: date) -> list[Plan]:
    """Return the plan of every procedure."""
    return [plan(period, as_of=as_of) for period in load_periods().values()]


def plan(period: Period, *, as_of: date) -> Plan:
    """Return what a procedure's period has run out for."""
    return _plan_cases(period, as_of) if period.procedure == CASES else _plan_years(period, as_of)


def reasons_to_keep(cases: Collection[Case], *, as_of: date) -> dict[Any, str]:
    """Return why filings may not go, by filing id: one version that must stay keeps all of them."""
    undelivered = undelivered_case_keys({case.receipt_number for case in cases})
    held = _held_cases(cases, as_of)
    return {
        case.filing_id: why
        for case in cases
        if (why := held.get(case.pk) or _why_not(case, undelivered))
    }


def held_people(as_of: date) -> set[str]:
    """Return the 宛名番号 of those whose records a hold keeps on this day."""
    return set(
        _holds(as_of).exclude(addressee_number="").values_list("addressee_number", flat=True)
    )


def _holds(as_of: date) -> Any:
    lasting = Q(until__isnull=True) | Q(until__gte=as_of)
    return Hold.objects.filter(lasting, ended_at__isnull=True)


def _held_cases(cases: Iterable[Case], as_of: date) -> dict[Any, str]:
    by_person: dict[str, Hold] = {}
    by_filing: dict[str, Hold] = {}
    for hold in _holds(as_of):
        (by_person if hold.addressee_number else by_filing)[
            hold.addressee_number or hold.receipt_number
        ] = hold
    held = {}
    for case in cases:
        person = case.addressee.number if case.addressee else ""
        hold = by_filing.get(case.receipt_number) or by_person.get(person)
        if hold:
            held[case.pk] = f"消去の保留({hold.get_kind_display()}): {hold.reason}"
    return held


def _plan_cases(period: Period, as_of: date) -> Plan:
    cases = Case.objects.filter(procedure=period.procedure).order_by("receipt_number", "version")
    over = {year for year in _years(Case) if period.is_over(year, as_of)}
    due = list(
        cases.filter(tax_year__in=over)
        .select_related("addressee")
        .defer("evidence", "checks", "candidates")
    )
    kept = reasons_to_keep(due, as_of=as_of)
    going = [case for case in due if case.filing_id not in kept]
    refused = [
        {"receipt_number": case.receipt_number, "why": kept[case.filing_id]}
        for case in due
        if case.filing_id in kept
    ]
    years = frozenset(case.tax_year for case in going)
    ids = {"cases": [c.pk for c in going], "originals": [c.original_id for c in going]}
    return Plan(period, ids, [f"{c.receipt_number}:{c.version}" for c in going], refused, years)


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
    held = held_people(as_of)
    going = Q(tax_year__in=over) & ~Q(addressee__number__in=held)
    bases = MergedBasis.objects.filter(going)
    ids: dict[str, list[Any]] = {
        "assessments": list(
            Assessment.objects.filter(basis__in=bases).values_list("pk", flat=True)
        ),
        "merged_bases": list(bases.values_list("pk", flat=True)),
        "disagreements": list(Disagreement.objects.filter(going).values_list("pk", flat=True)),
        "source_documents": list(SourceDocument.objects.filter(going).values_list("pk", flat=True)),
        "year_people": list(YearPerson.objects.filter(going).values_list("pk", flat=True)),
    }
    kept = SourceDocument.objects.filter(tax_year__in=over, addressee__number__in=held)
    refused = [
        {"addressee_number": number, "why": "消去の保留"}
        for number in kept.values_list("addressee__number", flat=True).distinct()
    ]
    return Plan(period, ids, [f"課税年度 {year}" for year in over], refused)


def _years(model: type[Case] | type[SourceDocument]) -> set[str]:
    return set(model._default_manager.values_list("tax_year", flat=True).distinct())
