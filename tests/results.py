"""Keeps how the tests that name a promise ended, for the table of promises (config.promises)."""

import os
from datetime import UTC, datetime

import pytest

from config import promises

outcomes: dict[str, str] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("req"):
            # Goes along with the report, also from a parallel worker.
            item.user_properties.append(("promised", True))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if ("promised", True) not in report.user_properties:
        return
    # A test with several cases failed where one of them did.
    name = report.nodeid.partition("[")[0]
    if report.outcome == "failed":
        outcomes[name] = "failed"
    elif report.when == "call":
        outcomes.setdefault(name, "passed")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if outcomes and "PYTEST_XDIST_WORKER" not in os.environ:
        promises.keep_results(os.environ["ZONE"], outcomes, now=datetime.now(UTC))
