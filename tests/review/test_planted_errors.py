"""The checks find every planted error of a city, and nothing else."""

import pytest

from review.levy.models import Decision
from review.reconcile.models import Disagreement
from tests.review.planted import plant
from tests.review.small_city import run_year


@pytest.mark.req("ASM-07")
@pytest.mark.req("ASM-15")
def test_every_planted_error_is_found_and_nothing_else(db, staff, capsys):
    planted = plant()

    run_year(staff, size=50)

    entries = Disagreement.objects.filter(state="open").select_related("addressee")
    found = {(entry.addressee.number, entry.kind) for entry in entries}
    right = planted & found
    with capsys.disabled():
        print(
            f"\nplanted {len(planted)}, found {len(found)}: "
            f"recall {len(right) / len(planted):.3f}, precision {len(right) / len(found):.3f}"
        )
    assert found == planted
    disputed = {number for number, kind in planted if kind != "one_stop_void"}
    decided = set(Decision.objects.values_list("addressee__number", flat=True))
    assert decided & disputed == set()
