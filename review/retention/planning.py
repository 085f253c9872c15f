"""What has outlived its period (消去計画): what would go, and what may not, with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.cases.models import Case
from review.levy.models import BasicsChange, YearPerson
from review.notices.models import Order
from review.reconcile.models import DependantAct, Disagreement
from review.retention.aged import AGED, plan_aged, plan_log, plan_run_lists
from review.retention.keeping import REFERRED, Plan, held_people, reasons_to_keep, years_over
from review.retention.periods import Period, load_periods
from review.retention.schedule_models import Zone
from review.sources.models import Arrival

CASES, ASSESSMENT = "resident-tax-return", "assessment"


def plans(as_of: date) -> list[Plan]:
    """Return the plan of every kind of record that runs of this zone carry out."""
    periods = load_periods().values()
    return [plan(period, as_of=as_of) for period in periods if _is_carried_out(period)]


def plan(period: Period, *, as_of: date) -> Plan:
    """Return what a kind's period has run out for; KeyError where no run knows the kind."""
    return _PLANNERS[period.kind](period, as_of)


def _is_carried_out(period: Period) -> bool:
    return period.zone == Zone.REVIEW and not period.parent


@dataclass(frozen=True)
class _Row:
    pk: Any
    original: Any
    receipt_number: str
    version: int
    filing: Any
    tax_year: str


def _plan_cases(period: Period, as_of: date) -> Plan:
    chosen = Case.objects.filter(procedure=period.kind)
    over, missing = years_over(Case, period, as_of)
    due = chosen.filter(tax_year__in=over)
    kept = reasons_to_keep(due, over=over, as_of=as_of)
    rows = [_Row(*values) for values in _case_rows(due)]
    going = [row for row in rows if row.filing not in kept]
    refused = [
        {"receipt_number": row.receipt_number, "why": kept[row.filing]}
        for row in rows
        if row.filing in kept
    ]
    eventless = chosen.filter(tax_year__in=missing).values_list("receipt_number", flat=True)
    refused += [{"receipt_number": number, "why": NO_EVENT} for number in eventless]
    ids = {"cases": [row.pk for row in going], "originals": [row.original for row in going]}
    labels = [f"{row.receipt_number}:{row.version}" for row in going]
    return Plan(period, ids, labels, refused, frozenset(row.tax_year for row in going))


NO_EVENT = "起算日が分かりません(課税年度を確認してください)"


def _case_rows(due: QuerySet[Case]) -> Any:
    names = ("pk", "original_id", "receipt_number", "version", "filing_id", "tax_year")
    return due.order_by("receipt_number", "version").values_list(*names).iterator(10_000)


def _plan_years(period: Period, as_of: date) -> Plan:
    over, missing = years_over(SourceDocument, period, as_of)
    # A year of which only a disagreement or a result is left is over just the same.
    for model in (MergedBasis, Disagreement, Arrival):
        more, none = years_over(model, period, as_of)
        over, missing = over | more, missing | none
    held = held_people(as_of)
    referred = set(
        SourceDocument.objects.filter(tax_year__in=over)
        .exclude(merged_into__isnull=True)
        .exclude(merged_into__tax_year__in=over)
        .values_list("addressee__number", flat=True)
    )

    def going(model: Any) -> Any:
        rows = model._default_manager.filter(tax_year__in=over)
        return rows.exclude(addressee__number__in=held | referred).values_list("pk", flat=True)

    acts = DependantAct.objects.filter(tax_year__in=over)
    acts = acts.exclude(claimant__number__in=held | referred)
    # An order's files hold many people's notices: they stay while anybody of the year does.
    orders = Order.objects.filter(tax_year__in=over).exclude(
        tax_year__in=_kept_years(held | referred)
    )
    bases = list(going(MergedBasis).iterator())
    assessments = Assessment.objects.filter(basis__in=going(MergedBasis))
    ids: dict[str, list[Any]] = {
        "assessments": list(assessments.values_list("pk", flat=True).iterator()),
        "merged_bases": bases,
        "disagreements": list(going(Disagreement).iterator()),
        "source_documents": list(going(SourceDocument).iterator()),
        "year_people": list(going(YearPerson).iterator()),
        "basics_changes": list(going(BasicsChange).iterator()),
        "dependant_acts": list(acts.values_list("pk", flat=True)),
        "notice_orders": list(orders.values_list("pk", flat=True)),
        "arrivals": _arrivals(over, held | referred),
    }
    numbers = SourceDocument.objects.filter(tax_year__in=over).values_list(
        "addressee__number", flat=True
    )
    staying = numbers.filter(addressee__number__in=held | referred).distinct()
    refused = [
        {"addressee_number": number, "why": "消去の保留" if number in held else REFERRED}
        for number in staying
    ]
    eventless = SourceDocument.objects.filter(tax_year__in=missing)
    refused += [
        {"addressee_number": number, "why": NO_EVENT}
        for number in eventless.values_list("addressee__number", flat=True).distinct()
    ]
    labels = [f"課税年度 {year}" for year in sorted(over)]
    years = frozenset(over) if any(ids.values()) else frozenset()
    return Plan(period, ids, labels, refused, years)


def _kept_years(staying: set[str]) -> set[str]:
    """Return the years of which somebody's records have to stay."""
    people = YearPerson.objects.filter(addressee__number__in=staying)
    return set(people.values_list("tax_year", flat=True))


def _arrivals(over: set[str], staying: set[str]) -> list[Any]:
    """A file goes whole, so that one in which somebody stands who has to stay, stays."""
    files = Arrival.objects.filter(tax_year__in=over)
    return list(files.exclude(entries__addressee__number__in=staying).values_list("pk", flat=True))


_PLANNERS: dict[str, Callable[[Period, date], Plan]] = {
    CASES: _plan_cases,
    ASSESSMENT: _plan_years,
    "log": plan_log,
    "run-lists": plan_run_lists,
    **dict.fromkeys(AGED, plan_aged),
}
