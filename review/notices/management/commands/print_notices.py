"""print_notices: make what two people ordered, and write the files for the print contractor."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from review.errors import Refusal
from review.notices import counting
from review.notices.models import Channel, Order, PrintFile
from review.notices.printing import carry_out, write_files
from review.recipients.models import Recipient
from review.recipients.queries import only
from review.staff.actors import batch


class Command(BaseCommand):
    help = (
        "Make the notices of a year that two members of staff ordered at /notices/, in files of"
        " 200, and write all files on paper that nobody has handed over yet, each sealed for the"
        " printer that is registered at /recipients/. Started twice, the two share the work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tax_year", metavar="YEAR", help="課税年度 such as R9")
        parser.add_argument(
            "--to", default=settings.PRINT_DIR, metavar="DIRECTORY", help="PRINT_DIR if not given"
        )
        parser.add_argument(
            "--printer", default="", metavar="CODE", help="which printer, where there are several"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["to"] or "-")
        if not folder.is_dir():
            raise CommandError(
                f"{folder} is no folder: name one with --to or PRINT_DIR, and make it first",
                returncode=2,
            )
        by, now = batch("print-notices"), timezone.now()
        year = options["tax_year"]
        orders = Order.objects.filter(tax_year=year, state=Order.State.CONFIRMED)
        for order in orders.order_by("confirmed_at"):
            if carry_out(order, by=by, now=now):
                counting.count(year, now=now)
        files = PrintFile.objects.filter(
            tax_year=year, channel=Channel.PAPER, handed_at__isnull=True
        ).order_by("name")
        if files:
            try:
                printer = only(Recipient.Kind.PRINTER, options["printer"])
                write_files(files, folder, to=printer, by=by, now=now)
            except Refusal as refusal:
                raise CommandError(f"made, but not written: {refusal}", returncode=2) from refusal
        rows = [{"name": f.name, "count": f.count, "sha256": f.sha256} for f in files]
        answer = {"files": rows, "notices": sum(f.count for f in files)}
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{answer['notices']} notices in {len(rows)} files")
