"""Checks a return (形式審査): the form first, then what the answers say together."""

from .form import load_form
from .model import Return
from .problems import Problem
from .rules import RULES
from .shape import shape_problems


def validate(document: Return) -> list[Problem]:
    """Return what is wrong with a return (申告書の不備); empty when all is well.

    Messages are Japanese, name the item and the remedy, and hold no value of a person. Rules about
    several items run once every value has its right type. Raises FilingError for a year that has
    no form.
    """
    form = load_form(document.tax_year)
    problems = shape_problems(document, form)
    if all(problem.rule == "required" for problem in problems):
        for rule in RULES:
            problems.extend(rule(document, form))
    return problems
