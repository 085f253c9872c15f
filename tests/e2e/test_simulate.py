"""Fifty residents at once: none lost, none doubled."""

import pytest

from demo.home import Home
from demo.simulate import Outcome, simulate


@pytest.mark.req("POR-01", "REL-02", "REL-09")
def test_simulate_loses_and_doubles_nothing(home: Home) -> None:
    outcome = simulate(home, 50)

    assert outcome == Outcome(
        submitted=50, received=50, verified=50, matched=50, accepted=50, imported=50
    )
