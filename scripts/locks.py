"""The locked packages (固定した部品): each pinned and hashed, all of them, and nothing beside them.

`python -m scripts.locks` says what is wrong with requirements/*.txt and this environment; it asks
nobody. Whether anything is known against a package: `python -m scripts.audit`.
"""

import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
SETS = ("base", "dev")
# What every environment brings along.
BESIDE = {"pip", "setuptools", "wheel"}
HASHED = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Pin:
    """One locked package: its requirement, and how many files it may be installed from."""

    requirement: Requirement
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version; empty where the line allows several."""
        found = list(self.requirement.specifier)
        return found[0].version if len(found) == 1 and found[0].operator == "==" else ""

    @property
    def is_for_here(self) -> bool:
        """Whether this machine and Python need it."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate()


def read(path: Path) -> list[Pin]:
    """Return what a lock pins."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Pin(_requirement(line), len(HASHED.findall(line))) for line in lines]


def pins(folder: Path = FOLDER) -> dict[str, Pin]:
    """Return the pins of all sets by name."""
    return {pin.name: pin for name in SETS for pin in read(folder / f"{name}.txt")}


def problems(folder: Path = FOLDER) -> list[str]:
    """Return what is wrong with the locks themselves."""
    found = pins(folder)
    wrong = [f"{pin.name}: not pinned to one version" for pin in found.values() if not pin.version]
    wrong += [f"{pin.name}: has no hash" for pin in found.values() if not pin.hashes]
    for name in SETS:
        for line in (folder / f"{name}.in").read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith(("#", "-c")):
                wrong += _unmet(Requirement(line), found)
    return wrong


def differences(found: dict[str, Pin]) -> list[str]:
    """Return where this environment is another than the locks say."""
    here = {canonicalize_name(one.name): one.version for one in metadata.distributions()}
    needed = {name: pin.version for name, pin in found.items() if pin.is_for_here}
    wrong = [
        f"{name}: locked {version}, installed {here.get(name, 'not at all')}"
        for name, version in needed.items()
        if here.get(name) != version
    ]
    beside = sorted(here.keys() - found.keys() - BESIDE)
    return wrong + [f"{name}: installed, but not locked" for name in beside]


def _requirement(line: str) -> Requirement:
    return Requirement(line.split("--hash", 1)[0].strip())


def _unmet(wanted: Requirement, found: dict[str, Pin]) -> list[str]:
    pin = found.get(canonicalize_name(wanted.name))
    if pin is None:
        return [f"{wanted.name}: asked for, but not locked (make lock)"]
    if not wanted.specifier.contains(pin.version):
        return [f"{wanted.name}: locked {pin.version}, asked for {wanted.specifier} (make lock)"]
    return []


def main() -> int:
    wrong = problems()
    wrong += differences(pins()) if not wrong else []
    print("\n".join(wrong) or f"{len(pins())} packages, each pinned and hashed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
