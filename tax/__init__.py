"""個人住民税の計算: the law as dated data, and one set of formulas for a person or a city."""

from tax.assessment import Assessment, assess
from tax.errors import InputError, MissingYearError
from tax.explain import Line
from tax.law import available_years
from tax.municipality import Municipality, load_municipality

__all__ = [
    "Assessment",
    "InputError",
    "Line",
    "MissingYearError",
    "Municipality",
    "assess",
    "available_years",
    "load_municipality",
]
