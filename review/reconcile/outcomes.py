"""Outcomes (不一致の決定): which a finding of each kind may have, and what follows from each."""

from typing import NamedTuple

from review.reconcile.checks import limits
from review.reconcile.models import Disagreement


class Choice(NamedTuple):
    """One outcome as it is offered: its name, and what is computed then."""

    value: str
    label: str
    follows: str


def choices_of(kind: str) -> list[Choice]:
    """Return what may be decided about a finding, in the order of the outcomes."""
    follows = limits()["follows"].get(kind, {})
    outcomes = [one for one in Disagreement.Outcome if one in follows]
    return [Choice(one.value, str(one.label), follows[one]) for one in outcomes]


def advice_for(kind: str) -> str:
    """Return what a person does about a finding of this kind (することの目安)."""
    return str(limits()["advice"][kind])
