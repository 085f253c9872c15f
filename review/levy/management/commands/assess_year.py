"""assess_year: go on with a year's confirmed run, or show how far it is."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.levy.models import YearRun
from review.levy.progress import progress_of
from review.levy.workers import assess_in_parallel
from review.levy.year import finish_run
from review.staff.actors import batch


class Command(BaseCommand):
    help = "Assess everybody of a year (当初賦課) whose run two members of staff have started."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tax_year", metavar="YEAR", help="課税年度 such as R9")
        parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
        parser.add_argument("--status", action="store_true", help="only say how far the run is")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        run = YearRun.objects.filter(tax_year=options["tax_year"]).order_by("-proposed_at").first()
        if run is None or run.state in (YearRun.State.PROPOSED, YearRun.State.DROPPED):
            raise CommandError(
                "no confirmed run of this year: two members of staff start it at /levy/",
                returncode=2,
            )
        if not 1 <= options["workers"] <= 64:
            raise CommandError("--workers must be 1 to 64", returncode=2)
        started = time.monotonic()
        if not options["status"] and run.state != YearRun.State.DONE:
            by, now = batch("assess-year"), timezone.now()
            assess_in_parallel(run, options["workers"], by=by, now=now)
            run = finish_run(run, by=by, now=now)
        answer = progress_of(run) | {"seconds": round(time.monotonic() - started, 1)}
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            lines = (f"{name}: {value}" for name, value in answer.items())
            self.stdout.write("\n".join(lines))
