"""compute_tax: JSON Lines in, one case a line; JSON Lines out."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tax import jsonl


class Command(BaseCommand):
    help = "Computes residents' tax for cases as JSON Lines, from FILE or from standard input (-)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", metavar="FILE")
        parser.add_argument("--explain", action="store_true", help="add the explanation")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            sys.exit(jsonl.run(sys.stdin, sys.stdout, explain=options["explain"]))
        try:
            with open(options["file"], encoding="utf-8") as lines:
                sys.exit(jsonl.run(lines, sys.stdout, explain=options["explain"]))
        except OSError as error:
            self.stderr.write(f"{options['file']}: {error.strerror}")
            sys.exit(2)
