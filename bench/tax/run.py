"""python -m bench.tax.run: measures the tax engine, prints JSON, writes bench/results/tax.json.

Three questions: a whole city on one core; one resident; and the same people, in the same run, by
this engine's columns, by one-person calls in a plain loop, and by OpenFisca-Japan (installed from
PyPI into .local/openfisca, never a requirement of the product).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.tax.city import synthetic_city
from bench.tax.households import earners_of, inputs_of, persons_of, residents_of
from tax import assess
from tax.columns import Columns, assess_columns

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results" / "tax.json"
OPENFISCA = ROOT / ".local" / "openfisca"
OPENFISCA_VERSION = "openfisca-japan==2.2.0"
FAMILY = {
    "salary": 6_200_000,
    "social_insurance": 930_000,
    "life": {"new_general": 80_000, "care": 30_000},
    "spouse": {"age": 41, "total_income": 300_000},
    "relatives": [{"age": 17}, {"age": 12}, {"age": 71, "cohabiting_parent": True}],
    "furusato": 40_000,
}


def median_seconds(
    work: Callable[[], Any], times: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median time of so many runs, by the wall's clock or by the processor's."""
    found = []
    for _ in range(times):
        start = clock()
        work()
        found.append(clock() - start)
    return statistics.median(found)


def peak_megabytes() -> float:
    """The largest size of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def measure_city(residents: int, runs: int) -> dict[str, Any]:
    """The whole city, all outputs, on one core."""
    city = synthetic_city(residents)
    assess_columns(synthetic_city(100))
    seconds = median_seconds(lambda: assess_columns(city), runs)
    processor = median_seconds(lambda: assess_columns(city), runs, time.process_time)
    assert city.offsets is not None
    return {
        "residents": residents,
        "relatives": int(city.offsets[-1]),
        "median_seconds": round(seconds, 3),
        "median_processor_seconds": round(processor, 3),
        "residents_per_second": round(residents / seconds),
        "peak_mb": peak_megabytes(),
        "limits": {"seconds": 2, "mb": 1536},
    }


def measure_one() -> dict[str, Any]:
    """One resident: the computation, and with result, explanation and savings."""
    computed = median_seconds(lambda: assess(FAMILY), 500)
    with_result = median_seconds(lambda: assess(FAMILY).result, 500)

    def everything() -> None:
        done = assess(FAMILY)
        _ = done.result, done.explanation, done.savings

    return {
        "computed_ms": round(computed * 1000, 4),
        "with_result_ms": round(with_result * 1000, 4),
        "with_explanation_and_savings_ms": round(median_seconds(everything, 200) * 1000, 4),
        "limits": {"with_result_ms": 1},
    }


def measure_side_by_side(households: int, runs: int) -> dict[str, Any]:
    """The same people by columns, by a plain loop, and by OpenFisca-Japan (R7, standard rates).

    All by processor time, so that what else the machine does moves no ratio.
    """
    cpu = time.process_time
    earners = earners_of(synthetic_city(max(households * 3, 1000)), households)
    residents = residents_of(earners)
    options: dict[str, Any] = {"tax_year": "R7", "municipality": _standard_city()}
    columns = median_seconds(lambda: assess_columns(residents, **options), runs, cpu)
    inputs = inputs_of(residents)
    loop = median_seconds(lambda: [assess(one, **options).computation for one in inputs], 1, cpu)
    answers = assess_columns(residents, **options)
    same = [assess(one, **options).computation.total for one in inputs[:2000]]
    assert same == answers["total"][:2000].tolist()
    size = residents.size
    found: dict[str, Any] = {
        "clock": "processor time",
        "persons": size,
        "households": earners.size,
        "columns": {
            "median_seconds": round(columns, 4),
            "persons_per_second": round(size / columns),
        },
        "plain_loop": {"seconds": round(loop, 3), "persons_per_second": round(size / loop)},
        "ratio_columns_to_plain_loop": round(loop / columns, 1),
    }
    return found | _openfisca(earners, answers, columns, runs)


def _standard_city() -> dict[str, Any]:
    """OpenFisca-Japan knows the standard rates only."""
    return {
        "name": "標準税率の市",
        "city_rate": "6",
        "pref_rate": "4",
        "city_kinto": 3000,
        "pref_kinto": 1000,
        "forest": 1000,
        "kyuchi": 1,
        "designated": False,
    }


def _openfisca(
    earners: Columns, answers: dict[str, Any], columns: float, runs: int
) -> dict[str, Any]:
    """OpenFisca-Japan's times on the same people, and where its answers differ from ours."""
    python = OPENFISCA / "venv" / "bin" / "python"
    problem = _install_openfisca(python)
    if problem:
        return {"openfisca_japan": {"error": problem}}
    with tempfile.TemporaryDirectory() as directory:
        people, answered = Path(directory) / "people.npz", Path(directory) / "answers.npz"
        np.savez(people, **persons_of(earners))
        script = Path(__file__).with_name("openfisca_run.py")
        run = subprocess.run(
            [python, script, people, str(runs), answered],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
        times = json.loads(run.stdout)
        theirs = dict(np.load(answered))
    compute = statistics.median(times["compute"])
    size = theirs["tax"].size
    return {
        "openfisca_japan": {
            "version": _version(python),
            "median_seconds": round(compute, 3),
            "median_seconds_to_build": round(statistics.median(times["build"]), 3),
            "persons_per_second": round(size / compute),
            "peak_mb": round(times["mb"], 1),
        },
        "ratio_columns_to_openfisca": round(compute / columns, 1),
        "not_in_openfisca_japan": [
            "所得税法別表第五（4,000円きざみ）",
            "調整控除の最低2,500円と法定の人的控除差",
            "非課税限度額による0円",
            "1,000円・100円未満の切捨て",
            "特定親族・税額控除・納期",
        ],
        "agreement_with_openfisca": _agreement(earners.size, answers, theirs),
    }


def _install_openfisca(python: Path) -> str:
    """Install OpenFisca-Japan into its own environment; empty, or why it could not be done."""
    if python.exists():
        return ""
    commands = [
        [sys.executable, "-m", "venv", str(OPENFISCA / "venv")],
        [str(python), "-m", "pip", "install", "-q", OPENFISCA_VERSION],
    ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(OPENFISCA / "venv", ignore_errors=True)
            return f"{command[-1]}: {done.stderr.strip().splitlines()[-1]}"
    return ""


def _agreement(earners: int, answers: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Shares of earners on whom both agree; OpenFisca-Japan has neither floors nor exemptions."""
    own = slice(0, earners)
    gap = np.abs(answers["total"][own] - theirs["tax"][own])
    income = np.abs(answers["total_income_gokei"][own] - theirs["income"][own])
    deductions = answers["deductions_total"][own] == theirs["deductions"][own]
    return {
        "income_within_4000_yen": round(float((income <= 4000).mean()), 4),
        "deductions_equal": round(float(deductions.mean()), 4),
        "tax_within_300_yen": round(float((gap <= 300).mean()), 4),
        "tax_within_1000_yen": round(float((gap <= 1000).mean()), 4),
    }


def _version(python: Path) -> str:
    command = "import importlib.metadata as m; print(m.version('openfisca-japan'))"
    return subprocess.run(
        [python, "-c", command], capture_output=True, text=True, check=True
    ).stdout.strip()


def main() -> int:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(prog="python -m bench.tax.run")
    parser.add_argument("--residents", type=int, default=740_000)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    found = {
        "machine": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "processors": os.cpu_count(),
        },
        "whole_city": measure_city(options.residents, options.runs),
        "one_resident": measure_one(),
        "side_by_side": measure_side_by_side(options.households, options.runs),
    }
    text = json.dumps(found, ensure_ascii=False, indent=2)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
