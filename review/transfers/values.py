"""What is told of a person (移転する情報の値): from the decision that stands, item by item."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from review.transfers.targets import Item
from tax.facts import NO_SINGLE_PARENT, NO_WIDOW, SPECIAL, Facts
from tax.family import judge_relative, sum_relatives
from tax.law import law_of
from tax.reading import read_facts

NOT_TAXED, PER_CAPITA_ONLY, INCOME_LEVY = 0, 1, 2


Figures = Mapping[str, Any]


def values_of(
    result: Figures, inputs: Figures, tax_year: str, wanted: Iterable[Item]
) -> dict[str, int]:
    """Return the wanted items of an assessment (yen, people or a code), and no other."""
    known = _Known(result, inputs, tax_year)
    return {item.id: known.value(item) for item in wanted}


class _Known:
    """An assessment, read once for all items of a person."""

    def __init__(self, result: Figures, inputs: Figures, tax_year: str) -> None:
        self.result, self.inputs, self.tax_year = result, inputs, tax_year

    def value(self, item: Item) -> int:
        if item.source:
            return int(self.result[item.source])
        return _DERIVED[item.id](self)

    @cached_property
    def facts(self) -> Facts:
        return read_facts(dict(self.inputs), law_of(self.tax_year))


def _taxed(known: _Known) -> int:
    if known.result["per_capita_exempt"]:
        return NOT_TAXED
    levied = known.result["income_levy_city"] + known.result["income_levy_pref"] > 0
    return INCOME_LEVY if levied else PER_CAPITA_ONLY


def _relatives(known: _Known) -> int:
    """扶養親族の数, as the engine counts them by the year's law."""
    if not known.inputs.get("relatives"):
        return 0
    return int(sum_relatives(known.facts, law_of(known.tax_year)).counted)


def _minors(known: _Known) -> int:
    """年少扶養親族: dependants below the age from which a deduction is given."""
    if not known.inputs.get("relatives"):
        return 0
    law = law_of(known.tax_year)
    people: Any = known.facts.relatives
    young = [one for one in people if one.age < law.dependant_ages.deductible_from]
    return sum(int(judge_relative(one, law).counted) for one in young)


_DERIVED: dict[str, Callable[[_Known], int]] = {
    "taxed": _taxed,
    "relatives": _relatives,
    "minors": _minors,
    "disability": lambda known: min(int(known.facts.disability), int(SPECIAL)),
    "widow": lambda known: int(known.facts.widow != NO_WIDOW),
    "single_parent": lambda known: int(known.facts.single_parent != NO_SINGLE_PARENT),
}
