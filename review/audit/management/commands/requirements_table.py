"""requirements_table: write how each promise stands, by which tests, for the self-check page."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import promises
from review.audit.selfcheck import STATUS_FILE


class Command(BaseCommand):
    help = (
        f"Write {STATUS_FILE} from docs/requirements.toml, the marks of the tests and their "
        "latest results."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = promises.promises()
        except promises.Inconsistent as problems:
            raise CommandError(str(problems)) from problems
        at = timezone.localtime().isoformat(timespec="minutes")
        table = {"at": at, "rows": [asdict(row) for row in rows]}
        path = promises.ROOT / STATUS_FILE
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        kept = sum(row.status == promises.KEPT for row in rows)
        self.stdout.write(f"{kept} of {len(rows)} are kept")
