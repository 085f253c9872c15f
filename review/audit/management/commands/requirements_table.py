"""requirements_table: write which promise is proved by which test, for the self-check page."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from review.audit.selfcheck import STATUS_FILE

_MARK = re.compile(r'^@pytest\.mark\.req\("([A-Z0-9-]+)"\)', re.MULTILINE)


class Command(BaseCommand):
    help = f"Write {STATUS_FILE} from docs/requirements.toml and the marks of the tests."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.LOCALE_PATHS[0]).parent
        promises = tomllib.loads((root / "docs/requirements.toml").read_text(encoding="utf-8"))
        tests: dict[str, int] = {}
        for path in sorted((root / "tests").rglob("test_*.py")):
            for name in _MARK.findall(path.read_text(encoding="utf-8")):
                tests[name] = tests.get(name, 0) + 1
        rows = [
            {"id": name, "text": text, "tests": tests.get(name, 0)}
            for name, text in promises.items()
        ]
        table = {"at": timezone.localtime().isoformat(timespec="minutes"), "rows": rows}
        text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
        (root / STATUS_FILE).parent.mkdir(exist_ok=True)
        (root / STATUS_FILE).write_text(text, encoding="utf-8")
        self.stdout.write(f"{sum(row['tests'] > 0 for row in rows)} of {len(rows)} have a test")
