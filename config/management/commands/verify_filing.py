"""verify_filing: the whole verification of a signed document, without a database."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from lxml import etree

import filing
from filing import FilingError
from filing.package import read_package
from signing import Binding
from signing.cli import Vocabulary, verify_filing
from signing.xmlinput import parse


class Command(BaseCommand):
    help = "Verifies a signed return: verify_filing FILE --anchors DIR [--crl FILE …] --json"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        # The options belong to the library, which also explains them (--help).
        sys.exit(verify_filing(argv[2:], vocabulary=VOCABULARY))

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None of Django's own: see `run_from_argv`."""

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(verify_filing(list(args), vocabulary=VOCABULARY))


def schema_of(xml: bytes) -> etree.XMLSchema | None:
    """Return the schema of the year that the document names in its namespace."""
    namespace = etree.QName(parse(xml)).namespace or ""
    year = namespace.rpartition(":")[2].upper()
    return filing.schema(year) if year in filing.form_years() else None


def binding_of(xml: bytes, at: datetime) -> Binding | None:
    """Return what it says of who signs it; ids and times are the receiver's to compare."""
    try:
        said = filing.claims(parse(xml))
    except FilingError:
        return None
    return Binding(
        name=said["signer"].name,
        birth_date=said["signer"].birth_date,
        sex=said["signer"].sex,
        address=None,
        filing_id=said["filing_id"],
        challenge=said["challenge"],
        canonical_sha256=None,
        received_at=at,
    )


def unpack(data: bytes) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """Open a bundle of evidence; ValueError where its members are not what its manifest says."""
    try:
        package = read_package(data)
    except FilingError as error:
        raise ValueError(error.message) from error
    return package.meta, package.files


VOCABULARY = Vocabulary(schema_of, binding_of, unpack)
