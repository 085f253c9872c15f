"""The rules of rules.toml (送付対象の規則): which reasons and exclusions are on."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from filing.calendar import western_year
from review.mailing.models import LeftOut, Reason


class Rule(NamedTuple):
    """One reason or exclusion, whether it counts, and whether the city has yet to decide on it."""

    code: str
    label: str
    on: bool
    check: bool


@cache
def _rules() -> dict[str, Any]:
    path = Path(__file__).with_name("rules.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def reasons(kind: str) -> list[Rule]:
    """Return the reasons for which a form of a kind is sent."""
    return [Rule(code, str(Reason(code).label), **one) for code, one in _of(kind, "reasons")]


def exclusions(kind: str) -> list[Rule]:
    """Return why somebody is left out, the first that holds being the one that is named."""
    return [Rule(code, str(LeftOut(code).label), **one) for code, one in _of(kind, "left_out")]


def switched_on(rules: list[Rule]) -> list[str]:
    """Return the codes of the rules that count."""
    return [rule.code for rule in rules if rule.on]


def born_by(tax_year: str) -> date:
    """Return by when somebody without a document was born to be sent a return form.

    Age counts on 1 January; whoever was born on 2 January completes the year on the 1st
    (年齢計算ニ関スル法律).
    """
    return date(western_year(tax_year) - youngest(), 1, 2)


def youngest() -> int:
    """Return from which age on somebody without a document is sent a return form."""
    return int(_rules()["return_form"]["youngest"])


def _of(kind: str, part: str) -> list[tuple[str, dict[str, bool]]]:
    return list(_rules()[kind][part].items())
