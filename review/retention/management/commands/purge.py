"""purge: erase what has outlived its retention period, with a certificate for each procedure.

Where a second person has to approve (RETENTION_APPROVAL, on outside the demo), it puts the list
before one, and carries the approved list out once its waiting period is over.
"""

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.errors import Refusal
from review.retention import erasing, runs
from review.retention.models import Run
from review.retention.planning import plans
from review.staff.actors import Actor, batch


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
        answer = {"as_of": as_of.isoformat(), "dry_run": dry_run, "run": None}
        done = [_planned(one) for one in plans(as_of)]
        if not dry_run:
            try:
                answer |= _purge(as_of, done, batch("purge"))
            except Refusal as error:
                raise CommandError(str(error.message), returncode=1) from error
        answer["procedures"] = done
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for entry in done:
                self.stdout.write(_as_text(entry))


def _planned(found: Any) -> dict[str, Any]:
    return {
        "procedure": found.period.kind,
        "counts": found.counts,
        "items": found.items,
        "refused": found.refused,
        "certificate": None,
    }


def _purge(as_of: date, done: list[dict[str, Any]], by: Actor) -> dict[str, Any]:
    """Go on with the open run, or propose one; return its number and state."""
    now = timezone.now()
    run = Run.objects.filter(state__in=Run.OPEN).first()
    if run is None:
        if not any(any(entry["counts"].values()) for entry in done):
            return {"state": "nothing_due"}
        run = runs.propose(as_of, by=by, now=now)
    if run.state == Run.State.PROPOSED and not settings.RETENTION_APPROVAL:
        run = runs.approve(run, by=batch("no-second-person-in-a-demo"), now=now)
    if run.not_before and run.not_before <= now:
        run = erasing.carry_out(run, by=by, now=now)
        made = {c.procedure: c for c in run.certificates.all()}
        for entry in done:
            certificate = made.get(entry["procedure"])
            entry["certificate"] = str(certificate.pk) if certificate else None
    return {"run": run.number, "state": str(run.state)}


def _as_text(entry: dict[str, Any]) -> str:
    lines = [f"{entry['procedure']}: {entry['counts']}, certificate {entry['certificate']}"]
    lines += [f"  kept {' '.join(kept.values())}" for kept in entry["refused"]]
    return "\n".join(lines)
