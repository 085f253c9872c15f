"""simulate: synthetic residents file through the running demo over HTTP."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Lets N synthetic residents file through the running zones and counts what became of it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--residents", type=int, required=True, metavar="N")
        parser.add_argument("--rate", type=float, help="filings a second at most")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        # Only the command that drives the demo may import it.
        from demo.home import Home
        from demo.simulate import simulate

        home = Home.default()
        if not home.env_file("portal").exists():
            self.stderr.write("No demo runs here: start it with `make demo`, then try again.")
            sys.exit(2)
        outcome = simulate(home, options["residents"], rate=options["rate"]).as_dict()
        if options["json"]:
            self.stdout.write(json.dumps(outcome))
        else:
            self.stdout.write("\n".join(f"{name:22} {n}" for name, n in outcome.items()))
        bad = outcome["lost"] + outcome["doubled"] + outcome["failed_at_the_portal"]
        sys.exit(1 if bad or outcome["submitted"] == 0 else 0)
