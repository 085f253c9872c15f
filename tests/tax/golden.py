"""Golden cases: TOML files with Japanese titles, read once for every test that wants them."""

import tomllib
from pathlib import Path

CASES = Path(__file__).with_name("cases")


def golden_cases():
    """(title, case) of every file, titles unique."""
    found = {}
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            title = f"{case['tax_year']} {case['title']}"
            assert title not in found, f"{title} is there twice"
            found[title] = case
    return found


def municipality_of(case):
    """The case's place: Kumamoto unless it says otherwise."""
    named = case.get("municipality", "熊本市")
    return None if named == "standard" else named
