"""Advisories (脆弱性情報) about the locked packages, asked of a database in the format of OSV.

`python -m scripts.audit`: 0 nothing is known, 1 something is, 3 the database could not be asked.
ADVISORIES_URL names another one, such as a copy that the city keeps. Only names and versions leave.
"""

import os
import sys
from collections.abc import Mapping

import requests

from scripts.locks import pins

URL = "https://api.osv.dev/v1/querybatch"
SECONDS = 30
CLEAN, FOUND, NOT_ASKED = 0, 1, 3


def advisories(versions: Mapping[str, str], url: str) -> dict[str, list[str]]:
    """Return the ids of the advisories by package; only packages that have any."""
    asked = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in versions.items()
    ]
    answer = requests.post(url, json={"queries": asked}, timeout=SECONDS)
    answer.raise_for_status()
    results = answer.json()["results"]
    if len(results) != len(asked):
        raise ValueError("not one answer for each package")
    ids = [[one["id"] for one in result.get("vulns", [])] for result in results]
    return {name: known for name, known in zip(versions, ids, strict=True) if known}


def main() -> int:
    versions = {name: pin.version for name, pin in pins().items()}
    try:
        found = advisories(versions, os.environ.get("ADVISORIES_URL") or URL)
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        print(f"The advisories were NOT looked up: {type(error).__name__}", file=sys.stderr)
        return NOT_ASKED
    for name, known in found.items():
        print(f"{name} {versions[name]}: {', '.join(known)}")
    print(f"{len(versions)} packages, {len(found)} with advisories")
    return FOUND if found else CLEAN


if __name__ == "__main__":
    sys.exit(main())
