"""`purge --as-of DATE [--dry-run] --json` in the public zone."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services.retention import purge


class Command(BaseCommand):
    help = "Erase idle drafts and the answers of submissions past their period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, help="the day that periods are counted to")
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = date.fromisoformat(options["as_of"])
        except ValueError as error:
            raise CommandError("--as-of wants a date such as 2026-11-23", returncode=2) from error
        erased = purge(as_of, dry_run=options["dry_run"], now=timezone.now())
        report = {"as_of": as_of.isoformat(), "dry_run": options["dry_run"], **vars(erased)}
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write(
                f"drafts {erased.drafts}, submissions {len(erased.submissions)}, "
                f"kept because undelivered {len(erased.undelivered)}"
            )
