"""`python -m filing.schemas` writes the schemas; `--check` says whether they are fresh (鮮度)."""

import sys

from filing.form import form_years, load_form

from . import schema_path
from .generate import generate


def main(arguments: list[str]) -> int:
    """Write or check every year's schema; exit code 0, 1 where one is stale, 2 on a bad call."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m filing.schemas [--check]\n")
        return 2
    stale = [year for year in form_years() if not _is_fresh(year)]
    if arguments:
        for year in stale:
            sys.stderr.write(f"{schema_path(year).name} is stale: run python -m filing.schemas\n")
        return 1 if stale else 0
    for year in stale:
        schema_path(year).write_text(generate(load_form(year)), encoding="utf-8")
    return 0


def _is_fresh(year: str) -> bool:
    path = schema_path(year)
    return path.exists() and path.read_text(encoding="utf-8") == generate(load_form(year))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
