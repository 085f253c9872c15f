"""What waits to be forwarded (回送を待つ資料): what was decided, and lines of files."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from review.cases.states import State
from review.forwarding.decisions import STANDING
from review.forwarding.models import ForwardedItem, ForwardingDecision
from review.forwarding.places import municipality_in
from review.sources import national, storage
from review.sources.layouts import layout_for
from review.sources.models import Arrival, RowError
from review.sources.problems import RELATION
from review.sources.reading import read_lines

# What the import says of a line that is addressed to another municipality.
ELSEWHERE = {"code": RELATION, "item__in": ("提出先市町村コード", national.JANUARY)}


class WaitingFile(NamedTuple):
    """A payer's file with lines that wait."""

    arrival: Arrival
    lines: int


def waiting_decisions() -> QuerySet[ForwardingDecision]:
    """Return the decisions that stand and whose document no 回送 has yet."""
    held = ForwardedItem.objects.filter(holds=True)
    of_entry = held.filter(arrival=OuterRef("entry__arrival"), line=OuterRef("entry__line"))
    return (
        ForwardingDecision.objects.filter(STANDING)
        .filter(Q(entry__current=True) | Q(case__state=State.IN_REVIEW))
        .exclude(case__forwarded_items__holds=True)
        .exclude(Exists(of_entry))
    )


def waiting_by_municipality() -> list[tuple[str, int]]:
    """Return the municipalities for which documents wait, and how many."""
    found = waiting_decisions().order_by("municipality").values_list("municipality")
    return [(name, count) for name, count in found.annotate(count=Count("pk"))]


def proposals() -> QuerySet[ForwardingDecision]:
    """Return the decisions that a second person has yet to make, the oldest first."""
    found = ForwardingDecision.objects.filter(state=ForwardingDecision.State.PROPOSED)
    return found.order_by("pk")


def waiting_files() -> list[WaitingFile]:
    """Return the files with lines for other municipalities that wait, the latest first."""
    lines = dict(_errors().values_list("arrival").annotate(n=Count("line", distinct=True)))
    held = ForwardedItem.objects.filter(holds=True, arrival__in=lines)
    done = dict(held.values_list("arrival").annotate(n=Count("pk")))
    arrivals = Arrival.objects.filter(pk__in=lines).order_by("-taken_at", "-pk")
    left = [WaitingFile(one, lines[one.pk] - done.get(one.pk, 0)) for one in arrivals]
    return [one for one in left if one.lines]


def waiting_lines(arrival: Arrival) -> dict[str, list[int]]:
    """Return by municipality which lines of a file wait; who they are is in the original alone.

    A line of a payer names its municipality by code, a return of 国税連携 by the address of
    1 January.
    """
    wanted = set(_errors().filter(arrival=arrival).values_list("line", flat=True))
    held = ForwardedItem.objects.filter(holds=True, arrival=arrival)
    wanted -= set(held.values_list("line", flat=True))
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in _places(arrival, wanted):
        found[name].append(number)
    return dict(sorted(found.items()))


def _places(arrival: Arrival, wanted: set[int]) -> Iterator[tuple[int, str]]:
    if is_national(arrival):
        for number, document in documents_of(arrival, wanted):
            name = municipality_in(national.address_of(document))
            yield number, name or _("市区町村を読み取れない住所")
        return
    place = _place_of_code(arrival)
    for number, cells in lines_of(arrival, wanted):
        code = cells[place] if place < len(cells) else ""
        if code.isascii() and code.isdigit():
            yield number, _("市区町村コード %(code)s") % {"code": code}


def is_national(arrival: Arrival) -> bool:
    """Tell whether a file is one of 国税連携 (XML)."""
    return layout_for(arrival.kind, arrival.tax_year).format == "xml"


def documents_of(arrival: Arrival, numbers: set[int]) -> list[tuple[int, bytes]]:
    """Return these documents of a 国税連携 file as they came."""
    with storage.open_original(arrival) as file:
        return list(national.documents_of(file, numbers))


def lines_of(arrival: Arrival, numbers: set[int]) -> list[tuple[int, Sequence[str]]]:
    """Return the cells of these lines as they came."""
    with storage.open_original(arrival) as file:
        return [
            (line.number, line.cells)
            for line in read_lines(file, arrival.encoding)
            if line.number in numbers
        ]


def _errors() -> QuerySet[RowError]:
    return RowError.objects.filter(**ELSEWHERE)


def _place_of_code(arrival: Arrival) -> int:
    columns = layout_for(arrival.kind, arrival.tax_year).columns
    return next(column.no for column in columns if column.to == "municipality") - 1
