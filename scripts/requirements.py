"""Which promises of the privacy impact assessment are kept, and by which test.

A test that proves a promise names its id: `@pytest.mark.req("SHK-05")`. The ids stand in
docs/requirements.toml.
"""

import ast
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def marked_tests() -> dict[str, list[str]]:
    """Return the tests by the ids that they name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.req":
                    for one in mark.args:
                        if isinstance(one, ast.Constant):
                            found[str(one.value)].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def main() -> int:
    promises = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text(encoding="utf-8"))
    tests = marked_tests()
    unknown = sorted(set(tests) - set(promises))
    for name, text in promises.items():
        proof = tests.get(name, [])
        print(f"{'kept' if proof else 'not yet':8}{name:8} {text}")
        for test in proof:
            print(f"{'':16} {test}")
    kept = sum(name in tests for name in promises)
    print(f"{kept} of {len(promises)} promises have a test that proves them")
    for name in unknown:
        print(f"unknown id in a test: {name}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
