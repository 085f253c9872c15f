"""The table of promises: how each stands, and that nothing is said that no test bears out."""

from datetime import UTC, datetime

import pytest

from config import promises
from config.promises import Inconsistent

NOW = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)
TABLE = """
A-01 = "One."
A-02 = "Two."
A-03 = "Three."
A-04 = "Four."
[partly]
A-02 = "Half of it."
[outside]
A-04 = "A wall."
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Use a small table, two marked tests, and no results yet."""
    (tmp_path / "requirements.toml").write_text(TABLE)
    monkeypatch.setattr(promises, "PROMISES", tmp_path / "requirements.toml")
    monkeypatch.setattr(promises, "RESULTS", tmp_path / "results")
    tests = {"A-01": ["t.py::one"], "A-02": ["t.py::one", "t.py::two"]}
    monkeypatch.setattr(promises, "marked_tests", lambda: tests)
    return tests


def test_promise_is_kept_in_part_not_yet_or_outside_software(table):
    assert {p.id: p.status for p in promises.promises()} == {
        "A-01": "kept",
        "A-02": "partly",
        "A-03": "not yet",
        "A-04": "outside software",
    }


def test_last_run_of_each_test_is_named_and_a_failure_stays_until_it_passes(table):
    promises.keep_results("review", {"t.py::one": "passed", "t.py::two": "failed"}, now=NOW)
    found = {p.id: p for p in promises.promises()}
    assert (found["A-01"].failed, found["A-01"].seen) == ([], "2027-02-01T03:00:00+00:00")
    assert found["A-02"].failed == ["t.py::two"]

    later = datetime(2027, 2, 2, tzinfo=UTC)
    promises.keep_results("review", {"t.py::two": "passed"}, now=later)

    assert {p.id: p.failed for p in promises.promises()}["A-02"] == []


@pytest.mark.parametrize(
    ("id", "problem"),
    [("A-09", "unknown id in a test: A-09"), ("A-04", "has a test and lies outside software")],
)
def test_names_that_do_not_fit_are_refused(table, id, problem):
    table[id] = ["t.py::three"]

    with pytest.raises(Inconsistent, match=problem):
        promises.promises()


def test_part_without_a_test_is_refused(table):
    del table["A-02"]

    with pytest.raises(Inconsistent, match="no test says which part"):
        promises.promises()


@pytest.mark.req("OPS-07")
def test_this_run_leaves_its_results(request):
    """The plugin marks a test that names a promise, so that its outcome is kept."""
    assert ("promised", True) in request.node.user_properties


def test_table_of_this_repository_is_consistent():
    found = promises.promises()

    assert len({p.id for p in found}) == len(found)
