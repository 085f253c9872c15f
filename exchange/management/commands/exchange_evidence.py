"""exchange_evidence: the signed receipts of what this zone sent, for whoever has to prove it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.models import OutboxMessage


class Command(BaseCommand):
    help = "Exports receipts as JSON Lines; verify_receipts checks them anywhere, years later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, metavar="FILE")
        parser.add_argument("--since", metavar="DATE", help="written from this day on")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            since = datetime.fromisoformat(options["since"] or "2000-01-01")
        except ValueError as error:
            raise CommandError(
                f"--since takes a day such as 2027-02-01: {error}", returncode=2
            ) from error
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        try:
            with Path(options["out"]).open("x", encoding="utf-8") as out:
                count = sum(out.write(line) > 0 for line in _lines(since))
        except OSError as error:
            raise CommandError(f"cannot write {options['out']}: {error}", returncode=2) from error
        self.stdout.write(json.dumps({"messages": count, "file": options["out"]}))


def _lines(since: datetime) -> Iterator[str]:
    rows = OutboxMessage.objects.filter(created_at__gte=since).exclude(hop_receipt="")
    for row in rows.defer("sealed").order_by("created_at", "pk").iterator(chunk_size=1_000):
        evidence = {
            "message_id": str(row.pk),
            "sha256": row.sha256,
            "size": row.size,
            "written_at": row.created_at.isoformat(),
            "handed_over_at": row.handed_over_at.isoformat() if row.handed_over_at else None,
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
            "hop_receipt": row.hop_receipt,
            "final_receipt": row.final_receipt,
        }
        yield json.dumps(evidence) + "\n"
