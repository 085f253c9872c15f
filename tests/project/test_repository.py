"""Promises of the repository itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_lock_files_name_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))

    found = [path.name for path in locks if re.search(r"https?://", path.read_text())]

    assert len(locks) == 2
    assert found == []


def test_lock_files_pin_every_package_with_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=\S)", path.read_text().strip())

        loose = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]

        assert loose == []


def test_repository_holds_no_other_lock_and_no_compiled_catalogue() -> None:
    found = [path.name for path in tracked() if path.name == "uv.lock" or path.suffix == ".mo"]

    assert found == []


def test_readme_names_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))

    named = set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text()))

    assert named - targets == set()


def test_readme_links_to_files_that_exist() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_xmlsec_and_lxml_share_a_libxml2() -> None:
    """The two wheels refuse each other when their libxml2 differ: they are bumped together."""
    done = subprocess.run([sys.executable, "-c", "import lxml.etree, xmlsec"], capture_output=True)

    assert done.returncode == 0


@pytest.mark.parametrize("library", ["tax", "filing", "signing"])
def test_libraries_load_without_django(library: str) -> None:
    code = f"import sys, {library}; sys.exit('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)

    assert done.returncode == 0


def test_no_view_is_exempt_from_csrf_but_the_exchange() -> None:
    exempt = {
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix == ".py"
        and "tests" not in path.parts
        and "csrf_exempt" in path.read_text(encoding="utf-8")
    }

    assert exempt == {"exchange/endpoints.py"}
