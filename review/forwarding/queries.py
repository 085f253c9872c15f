"""What waits to be forwarded (回送を待つ資料): returns by municipality, lines of payers' files."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, QuerySet

from review.cases.models import Case
from review.cases.states import State
from review.forwarding.models import ForwardedItem
from review.sources import storage
from review.sources.layouts import layout_for
from review.sources.models import Arrival, RowError
from review.sources.problems import RELATION
from review.sources.reading import read_lines

# What the import says of a line that is addressed to another municipality.
ELSEWHERE = {"code": RELATION, "item": "提出先市町村コード"}


class WaitingFile(NamedTuple):
    """A payer's file with lines that wait."""

    arrival: Arrival
    lines: int


def waiting_cases() -> QuerySet[Case]:
    """Return the returns whose forwarding was decided and that no 回送 has yet."""
    return Case.objects.filter(state=State.FORWARDED).exclude(forwarded_items__holds=True)


def waiting_by_municipality() -> list[tuple[str, int]]:
    """Return the municipalities for which returns wait, and how many."""
    found = waiting_cases().order_by("forwarded_to").values_list("forwarded_to")
    return [(name, count) for name, count in found.annotate(count=Count("pk"))]


def waiting_files() -> list[WaitingFile]:
    """Return the files with lines for other municipalities that wait, the latest first."""
    lines = dict(_errors().values_list("arrival").annotate(n=Count("line", distinct=True)))
    held = ForwardedItem.objects.filter(holds=True, arrival__in=lines)
    done = dict(held.values_list("arrival").annotate(n=Count("pk")))
    arrivals = Arrival.objects.filter(pk__in=lines).order_by("-taken_at", "-pk")
    left = [WaitingFile(one, lines[one.pk] - done.get(one.pk, 0)) for one in arrivals]
    return [one for one in left if one.lines]


def waiting_lines(arrival: Arrival) -> dict[str, list[int]]:
    """Return by 市区町村コード which lines of a file wait; the codes are in the original alone."""
    wanted = set(_errors().filter(arrival=arrival).values_list("line", flat=True))
    held = ForwardedItem.objects.filter(holds=True, arrival=arrival)
    wanted -= set(held.values_list("line", flat=True))
    place = _place_of_code(arrival)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, cells in _lines(arrival, wanted):
        code = cells[place] if place < len(cells) else ""
        if code.isascii() and code.isdigit():
            found[code].append(number)
    return dict(sorted(found.items()))


def lines_of(arrival: Arrival, numbers: set[int]) -> list[tuple[int, list[str]]]:
    """Return the cells of these lines as they came."""
    return _lines(arrival, numbers)


def _lines(arrival: Arrival, wanted: set[int]) -> list[tuple[int, list[str]]]:
    with storage.open_original(arrival) as file:
        return [
            (line.number, line.cells)
            for line in read_lines(file, arrival.encoding)
            if line.number in wanted
        ]


def _errors() -> QuerySet[RowError]:
    return RowError.objects.filter(**ELSEWHERE)


def _place_of_code(arrival: Arrival) -> int:
    columns = layout_for(arrival.kind, arrival.tax_year).columns
    return next(column.no for column in columns if column.to == "municipality") - 1
