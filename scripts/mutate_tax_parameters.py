"""python scripts/mutate_tax_parameters.py: would a wrong figure of the law be noticed?

Changes one figure of one parameter file at a time (a yen more, a tenth more of a rate) in a copy
and runs the tax tests against the copy. A figure that no test misses is printed; then the answer
is 1. Without --all, a sample is drawn; --seed draws another one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARAMETERS = ROOT / "tax" / "parameters"
#: A figure of a value: behind "=" or "{", never inside a year's key or a text.
_FIGURE = re.compile(r"(?<== )(-?[\d_]+(?:\.\d+)?)(?![\d\w\"-])")
#: Tests that look at the files themselves or hold for any figures: the law's own tests must notice.
_NOT_ASKED = ("test_reference.py", "test_parameters.py", "test_properties.py", "test_columns.py")
_BY_THOUSANDS = ("furusato_ratio", "onestop_income_tax_ratio")


@dataclass(frozen=True)
class Mutant:
    """One figure changed in one file."""

    name: str
    start: int
    old: str
    new: str

    def apply(self, text: str) -> str:
        """The file's text with the figure changed."""
        return text[: self.start] + self.new + text[self.start + len(self.old) :]


def changed(figure: str, *, more: int = 1) -> str:
    """A yen (a year, a step) or so much more; a rate a tenth more."""
    if "." in figure:
        return f"{float(figure) * 1.1:.8f}".rstrip("0")
    return str(int(figure.replace("_", "")) + more)


def _further(name: str, text: str, start: int) -> int:
    """How far a figure must move to matter.

    Two lines of a table meet at their joint: one yen further they still give the same answer. What
    the gift tables are looked up by is always in whole thousands.
    """
    if not text[:start].endswith("upto = "):
        return 1
    if name in _BY_THOUSANDS:
        return 1_000
    return 10_000 if 'schedule"' in text else 1


def mutants() -> Iterator[Mutant]:
    """Every figure of every parameter file, changed."""
    for path in sorted(PARAMETERS.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        for found in _FIGURE.finditer(text, text.index("[values")):
            further = _further(path.stem, text, found.start())
            yield Mutant(path.stem, found.start(), found[1], changed(found[1], more=further))


def is_noticed(mutant: Mutant, directory: Path) -> bool:
    """Whether the tests fail with the mutant, run in a child process of their own."""
    path = directory / f"{mutant.name}.toml"
    original = path.read_text(encoding="utf-8")
    path.write_text(mutant.apply(original), encoding="utf-8")
    try:
        child = os.fork()
        if child == 0:
            os._exit(_run_tests(directory))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    finally:
        path.write_text(original, encoding="utf-8")


def _run_tests(directory: Path) -> int:
    """The tax tests, stopped at the first failure, silently."""
    os.environ["TAX_PARAMETERS"] = str(directory)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import pytest

    ignored = [f"--ignore={ROOT / 'tests' / 'tax' / name}" for name in _NOT_ASKED]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:django", "--import-mode=importlib"]
    override = ["--override-ini=addopts=", "--override-ini=filterwarnings="]
    return int(pytest.main([*options, *override, *ignored, str(ROOT / "tests" / "tax")]))


def main() -> int:
    """Try the mutants; print the unnoticed ones and a count."""
    parser = argparse.ArgumentParser(
        description="Change figures of the law; see whether tests fail."
    )
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="", help="parameters whose name contains this")
    options = parser.parse_args()
    # Imported once, before the children are made; the tax package only in each child.
    import hypothesis
    import numpy
    import pytest

    assert all((hypothesis, numpy, pytest))
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    chosen = [mutant for mutant in mutants() if options.only in mutant.name]
    if not options.all:
        size = min(options.count, len(chosen))
        chosen = random.Random(options.seed).sample(chosen, size)
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "parameters"
        shutil.copytree(PARAMETERS, directory)
        if not is_noticed(Mutant("basic_deduction", 0, "", "x"), directory):
            sys.stderr.write("a broken file was not noticed: the tests do not read the copy\n")
            return 2
        missed = 0
        for mutant in chosen:
            if not is_noticed(mutant, directory):
                missed += 1
                unnoticed = {"unnoticed": mutant.name, "old": mutant.old, "new": mutant.new}
                print(json.dumps(unnoticed | {"at": mutant.start}), flush=True)
    print(json.dumps({"tried": len(chosen), "noticed": len(chosen) - missed}))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
