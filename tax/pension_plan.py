"""年金特別徴収の計画: which part of a resident's tax is taken from the pension, and when."""

from __future__ import annotations

from dataclasses import dataclass

from tax import collection
from tax.assessment import Assessment
from tax.inputs import INCOMES

#: Inputs that are income of another kind than the public pension.
_OTHER_INCOMES = tuple(name for name in INCOMES if name != "public_pension")


@dataclass(frozen=True, slots=True)
class PensionPlan:
    """年金特別徴収: the pension's tax, its payments, and what is left for other collection."""

    pension_tax: int
    payments: dict[str, int]
    other_tax: int
    other_ordinary: collection.Instalments


def pension_plan(
    done: Assessment,
    *,
    age_on_1_april: int,
    care_premium_withheld: bool,
    previous_total: int | None = None,
) -> PensionPlan | None:
    """The plan for a resident, or None where the pension is not taxed at source.

    ``previous_total`` is last year's tax on the pension; None in the first year. The pension's tax
    is the tax as if there were no other income, at most the whole (general knowledge, "?": cities
    also divide in proportion).
    """
    facts, law = done.computation.facts, done.computation.law
    total = int(done.computation.total) - int(done.computation.credits.withheld.to_per_capita)
    without = {name: None for name in _OTHER_INCOMES if name in done.inputs}
    pension_tax = min(total, total + done.what_if(**without)) if without else total
    pension_tax = max(pension_tax, 0)
    if not collection.pension_withholding_applies(
        age_on_1_april, facts.public_pension, care_premium_withheld, pension_tax, law
    ):
        return None
    if previous_total is None:
        payments = collection.pension_first_year(pension_tax, law)
    else:
        payments = collection.pension_next_year(pension_tax, previous_total, law)
    rest = total - pension_tax
    return PensionPlan(pension_tax, payments, rest, collection.ordinary(rest, rest > 0, law))
