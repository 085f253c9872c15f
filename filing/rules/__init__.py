"""Checks across items (項目間の検査): each rule yields the problems that it sees in a whole return.

A rule reads facts and dates; what depends on the computed income is the tax engine's to say.
"""

from collections.abc import Callable, Iterable

from filing.form import Form
from filing.model import Return
from filing.problems import Problem

from .agent import agent_problems
from .assets import asset_problems
from .claims import claim_problems
from .deductions import deduction_problems
from .family import family_problems
from .header import header_problems
from .income import income_problems
from .numbers import number_problems
from .personal import personal_problems
from .rarely import rare_problems
from .trades import trade_problems

RULES: tuple[Callable[[Return, Form], Iterable[Problem]], ...] = (
    header_problems,
    agent_problems,
    income_problems,
    trade_problems,
    asset_problems,
    deduction_problems,
    claim_problems,
    rare_problems,
    personal_problems,
    family_problems,
    number_problems,
)
