"""Deductions and credits (所得控除・税額控除) in the language of the tax engine."""

from collections.abc import Callable, Mapping
from typing import Any

from .parts import Answers, filled, rows, total

_SPECIFIC_COSTS = ("commuting", "travel", "moving", "training", "qualification", "homecoming")
_HOUSING = ("credit", "income_tax_taxable", "income_tax_before_credit", "move_in_year")


def claim_inputs(answers: Answers) -> dict[str, Any]:
    """Return the inputs of what was paid, lost or given (控除の基になる金額), by block."""
    found: dict[str, Any] = {
        "social_insurance": _social_insurance(answers),
        "small_mutual_aid": _mutual_aid(answers),
    }
    for group, read in _READERS.items():
        if value := answers.get(group):
            found.update(read(value))
    return found


def _social_insurance(answers: Answers) -> int:
    slips = [*rows(answers, "salaries"), *rows(answers, "pensions")]
    paid = answers.get("social_insurance") or []
    on_slips = total(slips, "social_insurance") - sum(map(_within, rows(answers, "salaries")))
    return on_slips + total(paid, "amount")


def _mutual_aid(answers: Answers) -> int:
    """小規模企業共済等掛金: what slips include in 社会保険料等の金額, and what was paid besides."""
    paid = answers.get("mutual_aid") or {}
    on_slips = sum(map(_within, rows(answers, "salaries")))
    return on_slips + sum(amount or 0 for amount in paid.values())


def _within(slip: Mapping[str, Any]) -> int:
    """Return the upper row (内書き) of 社会保険料等の金額: a part of it, never more than it."""
    return min(slip.get("mutual_aid") or 0, slip.get("social_insurance") or 0)


def _medical(medical: Mapping[str, Any]) -> dict[str, Any]:
    if medical.get("method") == "self_medication":
        return {"self_medication": medical.get("amount") or 0}
    if not medical.get("paid"):
        return {}
    return {"medical": {"paid": medical["paid"], "reimbursed": medical.get("reimbursed") or 0}}


def _casualty(loss: Mapping[str, Any]) -> dict[str, int]:
    """差引損失額 (所得税法72条): damage and disaster-related cost less what insurance paid."""
    cost = loss.get("disaster_cost") or 0
    net_loss = (loss.get("damage") or 0) + cost - (loss.get("reimbursed") or 0)
    if net_loss <= 0:
        return {}
    return filled({"net_loss": net_loss, "disaster_cost": min(cost, net_loss)})


def _donations(given: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Gifts by kind. ワンストップ特例 is void once a return is filed, so it is never passed on."""

    def of(*kinds: str) -> int:
        return total((row for row in given if row.get("kind") in kinds), "amount")

    other = {"both": of("local", "both"), "city": of("city"), "pref": of("pref")}
    return {"furusato": of("furusato"), "other_donation": filled(other)}


def _specific_costs(spent: Mapping[str, Any]) -> dict[str, int]:
    """特定支出 (所得税法57条の2第2項): 勤務必要経費 apart, for it has a ceiling of its own.

    Without the employer's certificate nothing is deducted (同条3項).
    """
    if not spent.get("certified"):
        return {}
    costs = sum(spent.get(kind) or 0 for kind in _SPECIFIC_COSTS)
    return filled({"costs": costs, "work_needs": spent.get("work_needs")})


def _foreign_tax(tax: Mapping[str, Any]) -> dict[str, Any]:
    return filled({name: tax.get(name) for name in ("left", "income_tax_limit")})


def _housing(loan: Mapping[str, Any]) -> dict[str, Any]:
    if any(loan.get(name) is None for name in _HOUSING):
        return {}
    found = {name: loan[name] for name in _HOUSING}
    return found | filled({"specified_acquisition": loan.get("specified")})


#: Block of the form → what reads it.
_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "life": lambda paid: {"life": filled(paid)},
    "earthquake": lambda paid: {"earthquake": filled(paid)},
    "medical": _medical,
    "casualty": lambda loss: {"casualty": _casualty(loss)},
    "donations": _donations,
    "specific_expenses": lambda spent: {"specific_costs": _specific_costs(spent)},
    "foreign_tax": lambda tax: {"foreign_tax": _foreign_tax(tax)},
    "housing": lambda loan: {"housing": _housing(loan)},
}
