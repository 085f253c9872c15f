"""What stands for a whole 課税年度 (年度ごとの記録): runs, print files, lists of employees.

They name many people at once, so that a year in which somebody has to stay keeps them.
"""

from collections.abc import Collection, Iterable
from typing import Any

from review.assessment.models import MergedBasis, SourceDocument
from review.letters.models import Mailing
from review.levy.models import YearPerson, YearRun
from review.notices.models import IssuedDocument, Order, PrintFile
from review.paper.models import PaperEntry
from review.sources.models import Arrival

# Where a person of a year stands; one row that stays keeps what is about the whole year.
PEOPLE_OF_A_YEAR = (SourceDocument, MergedBasis, YearPerson)
# Everything that the key of a year may still have to open, or whose year is not over with it.
OF_A_YEAR = (SourceDocument, MergedBasis, YearPerson, Arrival, PaperEntry, IssuedDocument)
STILL_OPEN = "処理中: 入力票を登録するか、取り消してください"


def whole_years(over: Iterable[str], staying: Collection[str]) -> dict[str, list[Any]]:
    """Return the ids of what goes with its whole year, the years with somebody staying left out."""
    gone = set(over) - years_with(staying)
    documents = IssuedDocument.objects.filter(tax_year__in=gone, decision__isnull=True)
    return {
        "issued_documents": _ids(documents),
        "print_files": _ids(PrintFile.objects.filter(tax_year__in=gone)),
        "mailings": _ids(Mailing.objects.filter(tax_year__in=gone)),
        "notice_orders": _ids(Order.objects.filter(tax_year__in=gone)),
        "year_runs": _ids(YearRun.objects.filter(tax_year__in=gone)),
    }


def years_with(people: Collection[str]) -> set[str]:
    """Return the years in which any of these people (宛名番号) stands."""
    found: set[str] = set()
    if people:
        for model in PEOPLE_OF_A_YEAR:
            rows = model._default_manager.filter(addressee__number__in=people)
            found |= set(rows.values_list("tax_year", flat=True).distinct())
    return found


def paper_entries(over: Collection[str]) -> tuple[list[Any], list[dict[str, str]]]:
    """Return typed returns that became no case, and those that somebody still has to end."""
    alone = PaperEntry.objects.filter(tax_year__in=over, case__isnull=True)
    ended = alone.filter(state=PaperEntry.State.CANCELLED)
    open_ = alone.exclude(state=PaperEntry.State.CANCELLED)
    return _ids(ended), [{"record": str(pk), "why": STILL_OPEN} for pk in _ids(open_)]


def _ids(rows: Any) -> list[Any]:
    return list(rows.values_list("pk", flat=True))
