"""make_cards: mints synthetic residents' cards under the demo CA."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from signing.cli import make_cards


class Command(BaseCommand):
    help = "Mints N synthetic residents' cards under a demo CA; never trusted outside the demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, required=True, metavar="N")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(make_cards(options["count"], options["out"]))
