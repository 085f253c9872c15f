"""purge: erase what has outlived its retention period, with a certificate for each procedure."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.retention.periods import load_periods
from review.retention.services import Plan, erase, plan
from review.staff.actors import batch


class Command(BaseCommand):
    help = "Erase cases and assessments past their retention period (保存期間)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", required=True, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = date.fromisoformat(options["as_of"])
        except ValueError as error:
            raise CommandError("--as-of must be a day such as 2035-04-01", returncode=2) from error
        dry_run: bool = options["dry_run"]
        done = [
            self._one(plan(period, as_of=as_of), as_of, dry_run)
            for period in load_periods().values()
        ]
        answer = {"as_of": as_of.isoformat(), "dry_run": dry_run, "procedures": done}
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for entry in done:
                self.stdout.write(_as_text(entry))

    def _one(self, found: Plan, as_of: date, dry_run: bool) -> dict[str, Any]:
        now = timezone.now()
        certificate = None if dry_run else erase(found, as_of=as_of, by=batch("purge"), now=now)
        return {
            "procedure": found.period.procedure,
            "counts": found.counts,
            "items": found.items,
            "refused": found.refused,
            "certificate": str(certificate.pk) if certificate else None,
        }


def _as_text(entry: dict[str, Any]) -> str:
    lines = [f"{entry['procedure']}: {entry['counts']}, certificate {entry['certificate']}"]
    lines += [f"  kept {kept['receipt_number']}: {kept['why']}" for kept in entry["refused"]]
    return "\n".join(lines)
