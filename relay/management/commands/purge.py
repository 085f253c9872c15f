"""`purge --as-of DATE [--dry-run] --json` in the DMZ: sealed bodies and rows past their period."""

import json
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchange import outbox
from exchange.forget import forget


class Command(BaseCommand):
    help = (
        "Erase what the relay has handed over long enough ago; what still waits is never touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, help="the day that periods are counted to")
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now, dry_run = timezone.now(), options["dry_run"]
        try:
            as_of = date.fromisoformat(options["as_of"])
        except ValueError as error:
            raise CommandError("--as-of wants a date such as 2026-11-23", returncode=2) from error
        day = timezone.make_aware(datetime.combine(as_of, time.min))
        exchange = settings.EXCHANGE
        bodies = outbox.erase_bodies(
            handed_over_before=day - exchange["bodies_kept"], dry_run=dry_run
        )
        rows = forget(before=day - exchange["rows_kept"], now=now, forwards=True, dry_run=dry_run)
        report = {"as_of": as_of.isoformat(), "dry_run": dry_run, "bodies": bodies, **vars(rows)}
        waiting = outbox.waiting()
        if options["json"]:
            self.stdout.write(json.dumps(report | {"left_waiting": waiting}))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in report.items()))
