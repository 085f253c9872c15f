"""tax_file: hand returns to a city's existing tax system, and read back what it said."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from review.errors import Refusal
from review.files import write_whole
from review.recipients.models import Recipient
from review.recipients.queries import only
from review.staff.actors import batch
from review.taxfiles import results, services
from review.taxfiles.models import TaxFile
from signing.handover import ENDING

REASON = "税務システムとの連携"


class Command(BaseCommand):
    help = (
        "make R9: put what is ready into a file, which a person approves on its page. write N: "
        "write the approved file into a folder, once, sealed for the tax system that is registered "
        "at /recipients/. results FILE: read what the tax system said; "
        "exit 1 where a line could not be taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for name in ("make", "write", "results"):
            acts.add_parser(name).add_argument("--json", action="store_true", help="print JSON")
        choices = acts.choices
        choices["make"].add_argument("tax_year", help="課税年度, for example R9")
        choices["write"].add_argument("number", type=int, help="作成連番")
        choices["write"].add_argument("--to", type=Path, required=True, help="an existing folder")
        choices["results"].add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = getattr(self, f"_{options['act']}")(options)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in found.items()))
        if found.get("bad"):
            raise SystemExit(1)

    def _make(self, options: dict[str, Any]) -> dict[str, Any]:
        by = batch("tax_file")
        file = services.make(options["tax_year"], by=by, reason=REASON, now=timezone.now())
        if file is None:
            return {"number": None, "count": 0, "amount": 0}
        return {"number": file.number, "count": file.count, "amount": file.amount}

    def _write(self, options: dict[str, Any]) -> dict[str, Any]:
        folder: Path = options["to"]
        if not folder.is_dir():
            raise CommandError(f"{folder}: no such folder", returncode=2)
        file = TaxFile.objects.filter(pk=options["number"]).first()
        if file is None:
            raise CommandError(f"{options['number']}: no such file", returncode=2)
        by = batch("tax_file")
        # Written before it is committed: a file that could not be written was not taken.
        with transaction.atomic():
            to = only(Recipient.Kind.TAX_SYSTEM)
            sealed = services.take(file, to=to, by=by, reason=REASON, now=timezone.now())
            for name, content in reversed(sealed.files.items()):
                write_whole(folder / name, content)
        return {"name": sealed.name + ENDING, "count": file.count, "amount": file.amount}

    def _results(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        result, new = results.read(
            path.read_bytes(),
            name=path.name,
            by=batch("tax_file"),
            reason=REASON,
            now=timezone.now(),
        )
        return {"result": result.pk, "new": new, **result.counts}
