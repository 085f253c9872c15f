"""import_sources: keep and import one file of documents about income."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.errors import Refusal
from review.slips import read_slip
from review.sources import receiving
from review.sources.importing import import_arrival
from review.sources.layouts import layouts
from review.sources.models import Arrival
from review.staff.actors import Actor, batch


class Command(BaseCommand):
    help = (
        "Keep a file of 課税資料 and import it. Bad rows are listed and the good ones kept; a file "
        "that does not fit its count slip is refused: exit code 1. The same file does nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted({layout.kind for layout in layouts()}))
        parser.add_argument("file", type=Path)
        parser.add_argument("--tax-year", required=True, help="課税年度, for example R9")
        parser.add_argument("--received-on", type=date.fromisoformat, help="受付日; today if unset")
        parser.add_argument("--rows", type=int, help="件数票: how many rows the file must have")
        parser.add_argument("--total", type=int, help="件数票: the sum of the amounts")
        parser.add_argument("--order-number", default="", help="発注番号")
        parser.add_argument(
            "--slip", type=Path, help="the sender's slip (送付票): time and SHA-256"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            arrival = _import(options, by=batch("import_sources"))
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from error
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        found = {"arrival": str(arrival.pk), "state": arrival.state, **arrival.counts}
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in found.items()))
        if arrival.state == Arrival.State.REFUSED:
            self.stderr.write(arrival.trouble)
            sys.exit(1)


def _import(options: dict[str, Any], *, by: Actor) -> Arrival:
    now = timezone.now()
    path: Path = options["file"]
    sent = read_slip(options["slip"].read_bytes()) if options["slip"] else None
    slip = receiving.Slip(options["order_number"], options["rows"], options["total"])
    with path.open("rb") as file:
        arrival, _new = receiving.receive(
            file,
            name=path.name,
            kind=options["kind"],
            tax_year=options["tax_year"],
            received_on=options["received_on"] or timezone.localdate(now),
            slip=slip,
            sent=sent,
            by=by,
            now=now,
        )
    if arrival.state == Arrival.State.PREVIEW:
        arrival = receiving.release(arrival, by=by, now=now)
    return import_arrival(arrival, by=by, now=now)
