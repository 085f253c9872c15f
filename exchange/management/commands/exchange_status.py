"""exchange_status: this zone's side of each hop, and its ids for the three-way comparison.

With --compare it reads what the three zones printed and names every difference between them.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchange import queries, reconcile


class Command(BaseCommand):
    help = "Shows counts by state on each hop, the oldest undelivered, and the ids to reconcile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--compare", nargs=3, metavar="FILE", help="what the three zones printed with --json"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compare"]:
            self._compare(options["compare"])
            return
        now = timezone.now()
        hops = queries.hops(now)
        if options["json"]:
            account = queries.account(now)
            digests = {name: queries.digest_of(known) for name, known in account["ids"].items()}
            zone = settings.EXCHANGE["zone"]
            found = {"zone": zone, "at": now.isoformat(), "hops": hops, "digests": digests}
            self.stdout.write(json.dumps(found | account, ensure_ascii=False))
            return
        for way, side in hops.items():
            counts = ", ".join(f"{state} {n}" for state, n in side["counts"].items()) or "none"
            self.stdout.write(f"{way}: {counts}; oldest {side['oldest_undelivered_seconds']} s")

    def _compare(self, names: list[str]) -> None:
        try:
            found = [json.loads(Path(name).read_text(encoding="utf-8")) for name in names]
            differences = reconcile.compare({status["zone"]: status for status in found})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"cannot compare: {error}", returncode=2) from error
        rows = [difference.as_dict() for difference in differences]
        self.stdout.write(json.dumps({"differences": rows}, ensure_ascii=False))
        if rows:
            raise CommandError(f"{len(rows)} differences between the zones", returncode=1)
