"""The return as a document (申告書): forms by year, XML, schema, checks, difference."""

from . import calendar, eras, numbers, package
from .difference import Change, Value, diff
from .form import Form, Group, Item, form_years, load_form
from .inputs import tax_inputs
from .model import Answers, Person, Return, redact, redact_answers
from .paths import box_of, label_of, value_at, with_value
from .problems import FilingError, Problem
from .reading import claims, read_xml
from .schemas import schema
from .validation import validate
from .writing import write_xml

__all__ = [
    "Answers",
    "Change",
    "FilingError",
    "Form",
    "Group",
    "Item",
    "Person",
    "Problem",
    "Return",
    "Value",
    "box_of",
    "calendar",
    "claims",
    "diff",
    "eras",
    "form_years",
    "label_of",
    "load_form",
    "numbers",
    "package",
    "read_xml",
    "redact",
    "redact_answers",
    "schema",
    "tax_inputs",
    "validate",
    "value_at",
    "with_value",
    "write_xml",
]
