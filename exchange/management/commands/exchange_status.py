"""exchange_status: this zone's side of each hop, and its ids for the three-way comparison."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from exchange import queries


class Command(BaseCommand):
    help = "Shows counts by state on each hop, the oldest undelivered, and the ids to reconcile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        hops = queries.hops(timezone.now())
        ids = queries.reconciliation()
        if options["json"]:
            digests = {name: queries.digest_of(known) for name, known in ids.items()}
            zone = settings.EXCHANGE["zone"]
            found = {"zone": zone, "hops": hops, "ids": ids, "digests": digests}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for way, side in hops.items():
            counts = ", ".join(f"{state} {n}" for state, n in side["counts"].items()) or "none"
            self.stdout.write(f"{way}: {counts}; oldest {side['oldest_undelivered_seconds']} s")
