"""`python -m filing.schemas` writes what is made from the forms; `--check` says if it is fresh.

Made are the schema of every year (XMLスキーマ) and the table of items (項目一覧) in docs.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from filing.form import form_years, load_form

from . import schema_path
from .generate import generate
from .item_table import HEADING, box_table, item_table

TABLE = Path(__file__).parents[2] / "docs" / "filing-form.md"


def main(arguments: list[str]) -> int:
    """Write or check; exit code 0, 1 where something is stale, 2 on a bad call."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m filing.schemas [--check]\n")
        return 2
    stale = {path: text for path, text in made() if not _is_fresh(path, text)}
    if arguments:
        for path in stale:
            sys.stderr.write(f"{path.name} is stale: run python -m filing.schemas\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    return 0


def made() -> Iterator[tuple[Path, str]]:
    """Yield every file that is made from the forms (生成物), with the text it should hold."""
    forms = [load_form(year) for year in form_years()]
    for form in forms:
        yield schema_path(form.tax_year), generate(form)
    yield TABLE, "\n".join([HEADING, box_table(), *(item_table(form) for form in reversed(forms))])


def _is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
