"""Formats (ファイルの形式): each turns a file into rows; CSV by its layout, 国税連携 by its XML."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from review.sources import national
from review.sources.checking import Checker
from review.sources.layouts import layout_for
from review.sources.models import Arrival
from review.sources.problems import Problem
from review.sources.reading import read_lines
from review.sources.rows import Row, RowMaker

# Number of the line or document, numbers of the dropped columns, and what it is.
Read = tuple[int, Sequence[int], Row | list[Problem]]


def rows_of(arrival: Arrival, file: BinaryIO, codes: Sequence[str]) -> Iterator[Read]:
    """Yield line number, numbers of the dropped columns, and the row or its problems."""
    layout = layout_for(arrival.kind, arrival.tax_year)
    if layout.format == "xml":
        yield from national.rows_of(file, layout, arrival.tax_year)
        return
    checker, maker = Checker(layout), RowMaker(layout, arrival.tax_year, codes)
    for line in read_lines(file, arrival.encoding):
        if line.problem:
            yield line.number, (), [line.problem]
            continue
        checked = checker.check(line.cells)
        if checked.problems:
            yield line.number, (), list(checked.problems)
        else:
            yield line.number, checked.dropped, maker.make(checked.values)
