"""simulate_intermediate: answers deletion orders as the server might. A simulator, for tests and
demos only: it deletes nothing anywhere.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from review.intermediate import formats
from review.intermediate.folder import IN, OUT


class Command(BaseCommand):
    help = "SIMULATOR of 中間サーバー: answers the orders in INTERMEDIATE_DIR/out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fail", default="", metavar="YEAR", help="answer orders of this year with an error"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("this simulator runs beside a demo only", returncode=2)
        root = Path(settings.INTERMEDIATE_DIR or "-")
        (root / IN).mkdir(parents=True, exist_ok=True)
        for path in sorted((root / OUT).glob("delete-*.csv")):
            rows = [
                (line, "9" if year == options["fail"] else formats.DELETED)
                for line, _number, _affair, year in formats.read_orders(path.read_bytes())
            ]
            (root / IN / f"answer-{path.name}").write_bytes(formats.answers(rows))
            path.unlink()
            self.stdout.write(f"{path.name}: {len(rows)} answered")
