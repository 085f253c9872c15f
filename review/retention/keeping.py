"""What may not go though its period is over (消去できないもの), and the shape of a plan."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from exchange.queries import undelivered_cases
from review.cases.models import Case
from review.cases.states import FINAL, State
from review.retention.models import Hold
from review.retention.periods import Period

# 取込済 is as far as the office's work on a filing goes; 完了 may never be pressed.
ENDED = FINAL | {State.IMPORTED}
REFERRED = "より新しい記録が参照しています"
UNDELIVERED = "申告した人への通知が届いていません"


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


def reasons_to_keep(cases: QuerySet[Case], *, over: Collection[str], as_of: date) -> dict[Any, str]:
    """Return why filings may not go, by filing id: one version that must stay keeps all of them.

    Asks only for the exceptions, so that a million filings that may go cost five queries.
    """
    # The weightiest reason is named: the later ones here replace those before.
    found: dict[Any, str] = {}
    for reasons in (
        _referred(cases, over),
        _undelivered(cases),
        _at_work(cases),
        _held(cases, as_of),
    ):
        found.update(reasons)
    return found


def held_people(as_of: date) -> set[str]:
    """Return the 宛名番号 of those whose records a hold keeps on this day."""
    held = holds(as_of).exclude(addressee_number="")
    return set(held.values_list("addressee_number", flat=True))


def holds(as_of: date) -> QuerySet[Hold]:
    """Return the holds that keep something on this day."""
    lasting = Q(until__isnull=True) | Q(until__gte=as_of)
    return Hold.objects.filter(lasting, ended_at__isnull=True)


def years_over(model: Any, period: Period, as_of: date) -> tuple[set[str], set[str]]:
    """Return the years whose period is over, and the texts that are no year at all."""
    over, missing = set(), set()
    for year in model._default_manager.order_by().values_list("tax_year", flat=True).distinct():
        try:
            if period.is_over(year, as_of):
                over.add(year)
        except ValueError:
            missing.add(year)
    return over, missing


def _held(cases: QuerySet[Case], as_of: date) -> Iterator[tuple[Any, str]]:
    for hold in holds(as_of):
        why = f"消去の保留({hold.get_kind_display()}): {hold.reason}"
        by_person = {"addressee__number": hold.addressee_number}
        named = by_person if hold.addressee_number else {"receipt_number": hold.receipt_number}
        for filing in cases.filter(**named).values_list("filing_id", flat=True):
            yield filing, why


def _at_work(cases: QuerySet[Case]) -> Iterator[tuple[Any, str]]:
    staying = cases.filter(~Q(hold="") | ~Q(state__in=ENDED))
    for filing, hold, state in staying.values_list("filing_id", "hold", "state"):
        yield filing, f"保留中: {hold}" if hold else f"処理中: {State(state).label}"


def _undelivered(cases: QuerySet[Case]) -> Iterator[tuple[Any, str]]:
    waiting = cases.filter(receipt_number__in=undelivered_cases())
    for filing in waiting.values_list("filing_id", flat=True):
        yield filing, UNDELIVERED


def _referred(cases: QuerySet[Case], over: Collection[str]) -> Iterator[tuple[Any, str]]:
    younger = cases.filter(next_versions__isnull=False).exclude(next_versions__tax_year__in=over)
    for filing in younger.values_list("filing_id", flat=True):
        yield filing, REFERRED
