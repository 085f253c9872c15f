"""The short form of the fault matrix: real processes killed and cut off, and nothing lost."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_after_every_fault_each_filing_is_one_case_unaltered_and_in_order(tmp_path: Path) -> None:
    report = tmp_path / "chaos.json"

    done = subprocess.run(
        [sys.executable, "-m", "chaos.run", "--short", "--json", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert report.exists(), done.stderr[-2_000:]
    outcomes = json.loads(report.read_text())
    assert {one["fault"]: one["findings"] for one in outcomes if one["findings"]} == {}
    assert min(one["filings"] for one in outcomes) > 0
