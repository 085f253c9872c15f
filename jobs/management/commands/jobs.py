"""jobs: how this zone's scheduled tasks stand; exit code 1 where one is late."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from jobs.queries import Standing, standings


class Command(BaseCommand):
    help = "Shows last run, result and next run of every scheduled task of this zone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [_as_data(one) for one in standings(timezone.now())]
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            for one in found:
                last = one["last_success"] or "never"
                mark = " LATE" if one["late"] else ""
                self.stdout.write(f"{one['name']}: last success {last}, next {one['next']}{mark}")
        if any(one["late"] for one in found):
            sys.exit(1)


def _as_data(one: Standing) -> dict[str, Any]:
    job = one.job
    return {
        "name": one.name,
        "last_begin": job and job.begun_at and job.begun_at.isoformat(),
        "last_success": job and job.succeeded_at and job.succeeded_at.isoformat(),
        "seconds": job and round(job.seconds, 3),
        "counts": job and job.counts,
        "error": job.error if job else "",
        "failures": job.failures if job else 0,
        "next": one.next_at and one.next_at.isoformat(),
        "late": one.is_late,
    }
