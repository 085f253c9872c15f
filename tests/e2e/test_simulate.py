"""Two dozen residents at once: none lost, none doubled."""

import pytest

from demo.home import Home
from demo.simulate import Outcome, simulate


@pytest.mark.req("POR-01", "REL-02", "REL-09")
def test_simulate_loses_and_doubles_nothing(home: Home) -> None:
    outcome = simulate(home, 24)

    assert outcome == Outcome(
        submitted=24, received=24, verified=24, matched=24, accepted=24, imported=24
    )
