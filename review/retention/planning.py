"""What has outlived its period (消去計画): what would go, and what may not, with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.cases.models import Case
from review.letters.models import Domicile, Mailing
from review.levy.models import BasicsChange, YearPerson, YearRun
from review.notices.models import PrintFile
from review.paper.models import PaperEntry
from review.reconcile.models import DependantAct, Disagreement
from review.retention.aged import AGED, plan_aged, plan_log, plan_run_lists
from review.retention.keeping import REFERRED, Plan, held_people, reasons_to_keep, years_over
from review.retention.leavers import plan_register
from review.retention.periods import Period, load_periods
from review.retention.schedule_models import Zone
from review.retention.yearly import OF_A_YEAR, paper_entries, whole_years
from review.sources.models import Arrival

CASES, ASSESSMENT = "resident-tax-return", "assessment"


def plans(as_of: date) -> list[Plan]:
    """Return the plan of every kind of record that runs of this zone carry out."""
    periods = load_periods().values()
    return [plan(period, as_of=as_of) for period in periods if is_carried_out(period)]


def plan(period: Period, *, as_of: date) -> Plan:
    """Return what a kind's period has run out for; KeyError where no run knows the kind."""
    return _PLANNERS[period.kind](period, as_of)


def is_carried_out(period: Period) -> bool:
    """Tell whether runs of this zone erase a kind of record by a period of its own."""
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
    typed, open_ = paper_entries(years_over(PaperEntry, period, as_of)[0])
    refused += open_
    ids = {"cases": [row.pk for row in going], "originals": [row.original for row in going]}
    if typed:
        ids["paper_entries"] = typed
    labels = [f"{row.receipt_number}:{row.version}" for row in going]
    return Plan(period, ids, labels, refused, frozenset(row.tax_year for row in going))


NO_EVENT = "起算日が分かりません(課税年度を確認してください)"


def _case_rows(due: QuerySet[Case]) -> Any:
    names = ("pk", "original_id", "receipt_number", "version", "filing_id", "tax_year")
    return due.order_by("receipt_number", "version").values_list(*names).iterator(10_000)


def _plan_years(period: Period, as_of: date) -> Plan:
    over, missing = set[str](), set[str]()
    # A year of which only a disagreement or a result is left is over just the same.
    for model in (*OF_A_YEAR, Disagreement, YearRun, PrintFile, Mailing):
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
    bases = list(going(MergedBasis).iterator())
    assessments = Assessment.objects.filter(basis__in=going(MergedBasis))
    ids: dict[str, list[Any]] = {
        "assessments": list(assessments.values_list("pk", flat=True).iterator()),
        "merged_bases": bases,
        "disagreements": list(going(Disagreement).iterator()),
        "source_documents": list(going(SourceDocument).iterator()),
        "year_people": list(going(YearPerson).iterator()),
        "domiciles": list(going(Domicile)),
        "basics_changes": list(going(BasicsChange).iterator()),
        "dependant_acts": list(acts.values_list("pk", flat=True)),
        "arrivals": _arrivals(over, held | referred),
        **whole_years(over, held | referred),
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


def _arrivals(over: set[str], staying: set[str]) -> list[Any]:
    """A file goes whole, so that one in which somebody stands who has to stay, stays."""
    files = Arrival.objects.filter(tax_year__in=over)
    return list(files.exclude(entries__addressee__number__in=staying).values_list("pk", flat=True))


_PLANNERS: dict[str, Callable[[Period, date], Plan]] = {
    CASES: _plan_cases,
    ASSESSMENT: _plan_years,
    "register": plan_register,
    "log": plan_log,
    "run-lists": plan_run_lists,
    **dict.fromkeys(AGED, plan_aged),
}
