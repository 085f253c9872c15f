"""The XML schemas (XMLスキーマ) of the return, one a year, made from the form definitions."""

from functools import cache
from pathlib import Path

from lxml import etree

from filing.form import load_form

DIRECTORY = Path(__file__).parent


def schema_path(tax_year: str) -> Path:
    """Return where the XSD of a year (様式) lies; raises FilingError for a year without a form."""
    return DIRECTORY / f"{load_form(tax_year).tax_year.lower()}.xsd"


@cache
def schema(tax_year: str) -> etree.XMLSchema:
    """Return the compiled schema of a year (XMLスキーマ); raises FilingError for an unknown year.

    The root's optional last child may be a ds:Signature, whose inside is not looked at. A compiled
    schema keeps the errors of its last use: read `error_log` only where no other thread validates.
    """
    return etree.XMLSchema(etree.parse(str(schema_path(tax_year))))
