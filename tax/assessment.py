"""賦課の計算一件: one resident's tax, how it came about, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from tax.engine import Computation, compute
from tax.explain import Line, explain
from tax.law import law_of, western_year
from tax.municipality import DEFAULT, Municipality, load_municipality
from tax.reading import read_facts
from tax.result import result_of
from tax.savings import savings_of


class Assessment:
    """賦課計算: the computation for one resident.

    ``result`` holds the figures (yen), ``explanation`` the ordered Japanese lines, ``savings`` what
    each claim saved. All are worked out when first asked for.
    """

    def __init__(self, inputs: Mapping[str, Any], tax_year: str, place: Municipality) -> None:
        self.inputs = inputs
        self.tax_year = tax_year
        self.municipality = place
        law = law_of(tax_year)
        # Where the grade is unknown, the lowest limit is used; result_of leaves out what depends.
        grade = place.grade or 3
        self.computation: Computation = compute(read_facts(inputs, law), law, place, grade=grade)

    @cached_property
    def result(self) -> dict[str, Any]:
        """計算結果: the figures by name, JSON-able."""
        return result_of(self.computation, by_level=self.municipality.name != "標準税率")

    @cached_property
    def explanation(self) -> list[Line]:
        """計算の説明: ordered lines with label, amount, formula and legal basis."""
        return explain(self.computation)

    @cached_property
    def savings(self) -> list[tuple[str, int]]:
        """節税額: each claim's label and how much tax it saved (yen)."""
        return savings_of(self.inputs, self.what_if)

    def what_if(self, **changes: Any) -> int:
        """The change of 年税額 if inputs were other (None: absent); positive is more tax."""
        changed = {**self.inputs, **changes}
        kept = {key: value for key, value in changed.items() if value is not None}
        other = Assessment(kept, self.tax_year, self.municipality)
        return int(other.computation.total - self.computation.total)


def assess(
    inputs: Mapping[str, Any],
    *,
    tax_year: str = "R9",
    municipality: str | Mapping[str, Any] | Municipality | None = DEFAULT,
) -> Assessment:
    """Compute one resident's tax from inputs in compute_tax's language.

    Raises InputError for wrong inputs, an unknown year or an unknown municipality.
    """
    western_year(tax_year)
    return Assessment(inputs, tax_year, load_municipality(municipality, tax_year))
