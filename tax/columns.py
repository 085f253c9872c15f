"""市全体の計算: the same formulas over columns, in pieces that fit the processor's cache.

A column is an int64 (or bool) array with one entry a resident, named as in tax.facts.Facts; columns
that are left out are zero for everybody. Relatives are flat columns with offsets: resident i's
relatives are the entries offsets[i] to offsets[i + 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tax.engine import Computation, compute
from tax.errors import InputError
from tax.facts import FIELDS, RELATIVE_FIELDS, Facts, Relative, RelativeColumns
from tax.inputs import INCOMES, facts_of_input
from tax.law import law_of
from tax.municipality import DEFAULT, Municipality, load_municipality
from tax.reading import read_facts

Array = NDArray[Any]
#: 16,384 residents: a column then takes 128 KB and a formula's few columns stay in the cache.
PIECE = 16_384
_LARGEST = 999_999_999_999

#: What assess_columns can answer: name → where it is found in a computation.
OUTPUTS = {
    "employment_income": lambda done: done.incomes.employment,
    "pension_income": lambda done: done.incomes.pension,
    "total_income_gokei": lambda done: done.incomes.gokei,
    "total_income_soshotokutou": lambda done: done.incomes.soshotoku,
    "deductions_total": lambda done: done.deductions.total,
    "taxable": lambda done: done.base.comprehensive,
    "personal_diff": lambda done: done.deductions.personal.difference,
    "income_levy_exempt": lambda done: done.exemption.income_levy,
    "per_capita_exempt": lambda done: done.exemption.everything,
    "borderline_reduction": lambda done: done.credits.borderline.reduction,
    "withheld_refund": lambda done: done.credits.withheld.refunded,
    "withheld_to_per_capita": lambda done: done.credits.withheld.to_per_capita,
    "income_levy_city": lambda done: done.levy.city,
    "income_levy_pref": lambda done: done.levy.pref,
    "per_capita_city": lambda done: done.per_capita.city,
    "per_capita_pref": lambda done: done.per_capita.pref,
    "forest_tax": lambda done: done.forest,
    "total": lambda done: done.total,
    "ordinary_first": lambda done: done.ordinary.first,
    "ordinary_others": lambda done: done.ordinary.others,
    "salary_june": lambda done: done.salary.first,
    "salary_other_months": lambda done: done.salary.others,
}


@dataclass
class Columns:
    """住民の列: facts of many residents; ``offsets`` has one entry more than residents."""

    size: int
    facts: Mapping[str, Array]
    relatives: Mapping[str, Array] = field(default_factory=dict)
    offsets: Array | None = None

    def check(self) -> None:
        """Raise InputError for unknown names, wrong lengths or types, and impossible amounts."""
        for name, column in self.facts.items():
            _check_column(name, column, FIELDS, self.size)
        if self.offsets is None:
            return
        if len(self.offsets) != self.size + 1 or (np.diff(self.offsets) < 0).any():
            raise InputError(
                "offsets", "親族の区切り（offsets）は、人数＋1個の増えていく整数にしてください。"
            )
        for name, column in self.relatives.items():
            _check_column(f"relatives.{name}", column, RELATIVE_FIELDS, int(self.offsets[-1]))


def _check_column(path: str, column: Array, known: Sequence[str], size: int) -> None:
    if path.removeprefix("relatives.") not in known:
        raise InputError(path, f"「{path}」は計算に使えない列です。列の名前を確かめてください。")
    if column.shape != (size,) or column.dtype.kind not in "biu":
        raise InputError(path, f"列（{path}）は{size:,}個の整数にしてください。")
    if column.dtype.kind != "b" and size and (column.min() < 0 or column.max() > _LARGEST):
        raise InputError(path, f"列（{path}）に0未満か大きすぎる値があります。")


def columns_of(inputs: Iterable[Mapping[str, Any]], *, tax_year: str) -> Columns:
    """Columns from residents' inputs in compute_tax's language; an error names the resident."""
    law = law_of(tax_year)
    people = []
    for at, item in enumerate(inputs):
        try:
            people.append(read_facts(item, law))
        except InputError as wrong:
            raise InputError(f"{at}.{wrong.field}", wrong.message) from None
    return columns_of_facts(people)


def columns_of_facts(people: Sequence[Facts]) -> Columns:
    """Columns from residents' facts that were read one by one (tax.reading.read_facts)."""
    rows = zip(*map(attrgetter(*FIELDS), people), strict=True)
    facts = {name: np.array(column) for name, column in zip(FIELDS, rows, strict=False)}
    used = {name: column for name, column in facts.items() if name == "age" or column.any()}
    counts = [len(person.people) for person in people]
    relatives = [relative for person in people for relative in person.people]
    flat = {name: np.array([getattr(one, name) for one in relatives]) for name in RELATIVE_FIELDS}
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Columns(len(people), used, flat if relatives else {}, offsets if relatives else None)


def assess_columns(
    columns: Columns,
    *,
    tax_year: str = "R9",
    municipality: str | Mapping[str, Any] | Municipality | None = DEFAULT,
    outputs: Sequence[str] = tuple(OUTPUTS),
) -> dict[str, Array]:
    """The named outputs for every resident, each an array in the residents' order (yen).

    The whole answer is as large as its outputs; use assess_pieces for a city larger than memory.
    """
    found = {name: np.zeros(columns.size, dtype=np.int64) for name in outputs}
    for name in ("income_levy_exempt", "per_capita_exempt"):
        if name in found:
            found[name] = np.zeros(columns.size, dtype=np.bool_)
    columns.check()
    for first, done in assess_pieces(columns, tax_year=tax_year, municipality=municipality):
        last = min(first + PIECE, columns.size)
        for name in outputs:
            found[name][first:last] = OUTPUTS[name](done)
    return found


def keeping_incomes(columns: Columns, kept: Sequence[str]) -> Columns:
    """The same residents as if they had no income but these inputs (for dividing the tax).

    ``kept`` are names of compute_tax's language: "salary", "public_pension" and so on.
    """
    dropped = {fact for name in INCOMES if name not in kept for fact in facts_of_input(name)}
    facts = {name: column for name, column in columns.facts.items() if name not in dropped}
    return Columns(columns.size, facts, columns.relatives, columns.offsets)


def assess_pieces(
    columns: Columns,
    *,
    tax_year: str = "R9",
    municipality: str | Mapping[str, Any] | Municipality | None = DEFAULT,
) -> Iterator[tuple[int, Computation]]:
    """(index of the first resident, computation) of each piece; pieces hold PIECE residents."""
    law, place = law_of(tax_year), load_municipality(municipality, tax_year)
    if place.grade is None or place.per_capita is None or place.forest is None:
        raise InputError(
            "municipality",
            "市全体の計算には、均等割・森林環境税・級地のそろった市区町村の設定が必要です。",
        )
    for first in range(0, columns.size, PIECE):
        facts = _piece(columns, first, min(first + PIECE, columns.size))
        yield first, compute(facts, law, place, grade=place.grade)


def _piece(columns: Columns, first: int, last: int) -> Facts:
    """The facts of residents first to last; what nobody of them has stays a plain 0."""
    facts = Facts()
    for name, column in columns.facts.items():
        setattr(facts, name, _column(column[first:last], keep=name == "age"))
    if columns.offsets is None or columns.offsets[first] == columns.offsets[last]:
        return facts
    offsets = columns.offsets[first : last + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    people = Relative()
    for name, column in columns.relatives.items():
        setattr(people, name, _column(column[start:end], keep=name in ("age", "total_income")))
    facts.relatives = RelativeColumns(offsets - start, people)
    return facts


def _column(part: Array, *, keep: bool) -> Any:
    if part.dtype.kind == "b":
        return part if part.any() else False
    return part.astype(np.int64, copy=False) if keep or part.any() else 0
