"""Computing many people at once (税額計算): the engine's columns, and how the tax is collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from filing.calendar import income_year, income_year_end
from review.assessment.papers import REPORTS, RETURNS
from review.assessment.preparing import Prepared, municipality
from review.levy.collecting import Planned, plan
from review.reconcile.comparison import Difference
from review.reconcile.models import Disagreement
from tax.collecting import FROM_PENSION, FROM_WORK, make_dues
from tax.columns import assess_columns, columns_of_facts, keeping_incomes
from tax.errors import InputError
from tax.facts import Facts
from tax.law import law_of
from tax.reading import read_facts

#: What of a computation is kept of everybody: name in the result → output of the engine's columns.
KEPT = {
    "employment_income_after_adjustment": "employment_income",
    "pension_income": "pension_income",
    "total_income_gokei": "total_income_gokei",
    "total_income_soshotokutou": "total_income_soshotokutou",
    "deductions_total": "deductions_total",
    "taxable": "taxable",
    "income_levy_exempt": "income_levy_exempt",
    "per_capita_exempt": "per_capita_exempt",
    "income_levy_city": "income_levy_city",
    "income_levy_pref": "income_levy_pref",
    "per_capita_city": "per_capita_city",
    "per_capita_pref": "per_capita_pref",
    "forest_tax": "forest_tax",
    "withheld_to_per_capita": "withheld_to_per_capita",
    "total": "total",
}
_LEVIES = ("income_levy_city", "income_levy_pref")


@dataclass
class Computed:
    """What came out for one person: figures and collection, or why nothing could be computed."""

    prepared: Prepared
    result: dict[str, Any] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    trouble: str = ""
    #: The input that the engine refused (計算できない項目).
    refused: str = ""

    @property
    def differences(self) -> list[Difference]:
        """Return what goes on the check list: what is disputed and what cannot be computed."""
        found = self.prepared.merged.differences
        if not self.trouble or any(one.key == self.refused for one in found):
            return found
        ids = [str(document.pk) for document in self.prepared.documents]
        kind = Disagreement.Kind.NOT_COMPUTED
        return [*found, Difference(kind, self.refused, self.trouble, "", "", ids)]


def compute_many(
    prepared: Sequence[Prepared],
    tax_year: str,
    *,
    previous_pensions: Mapping[UUID, int] | None = None,
) -> list[Computed]:
    """Compute people's tax and its collection; a person whose inputs are refused stops nobody."""
    found = [Computed(entry) for entry in prepared]
    facts = [(one, read) for one in found if (read := _read(one, tax_year)) is not None]
    if not facts:
        return found
    columns = columns_of_facts([read for _one, read in facts])
    place = municipality()
    figures = assess_columns(
        columns, tax_year=tax_year, municipality=place, outputs=tuple(set(KEPT.values()))
    )
    rows = {name: figures[output].tolist() for name, output in KEPT.items()}
    pension, work, both = (
        assess_columns(
            keeping_incomes(columns, kept),
            tax_year=tax_year,
            municipality=place,
            outputs=("total", *_LEVIES),
        )
        for kept in (FROM_PENSION, FROM_WORK, (*FROM_WORK, *FROM_PENSION))
    )
    pension_levies = (pension["income_levy_city"] + pension["income_levy_pref"]).tolist()
    totals = [part["total"].tolist() for part in (pension, work, both)]
    law, before = law_of(tax_year), previous_pensions or {}
    for at, (one, _read_facts) in enumerate(facts):
        one.result = {name: row[at] for name, row in rows.items()}
        dues = make_dues(
            total=one.result["total"],
            income_levy=sum(one.result[name] for name in _LEVIES),
            covered=one.result["withheld_to_per_capita"],
            only=(totals[0][at], totals[1][at], totals[2][at]),
            pension_levy=pension_levies[at],
            employed=one.prepared.employer is not None,
        )
        previous = before.get(one.prepared.person.id)
        one.planned = plan(one.prepared, dues, law, tax_year=tax_year, previous_pension=previous)
    return found


def _read(one: Computed, tax_year: str) -> Facts | None:
    if _is_before_birth(one.prepared, tax_year):
        said = _(
            "宛名の生年月日が%(year)s年12月31日より後です。その年の所得はないので計算しません。"
            "生年月日か、資料の宛名を訂正してください。"
        )
        one.refused, one.trouble = "birth_date", said % {"year": income_year(tax_year)}
        return None
    try:
        return read_facts(one.prepared.inputs, law_of(tax_year))
    except InputError as error:
        one.refused = error.field[:200]
        one.trouble = _listed_as(one) or error.message[:300]
        return None


def _listed_as(one: Computed) -> str:
    """Name the finding of the check list that a refusal is about: it is ruled on there.

    What the engine says is for who writes its inputs, and names them.
    """
    for finding in one.prepared.merged.differences:
        if finding.key == one.refused:
            kind = Disagreement.Kind(finding.kind).label
            said = _("「%(kind)s」があります。資料間の不一致で、どちらによるかを決めてください。")
            return said % {"kind": kind}
    return ""


def _is_before_birth(prepared: Prepared, tax_year: str) -> bool:
    """Tell whether an income is documented of who was born after that year: it is another's.

    What registers know (生活扶助, 手帳) may be of a child of 1 January, who is a resident that day.
    """
    told = any(document.kind in (*RETURNS, *REPORTS) for document in prepared.documents)
    return told and prepared.person.birth_date > income_year_end(tax_year)
