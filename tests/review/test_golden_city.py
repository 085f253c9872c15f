"""The golden city: 2,000 people's tax stays what it was, or the difference says whose changed."""

import pytest

from tests.review import golden_city


@pytest.mark.req("ASM-08")
def test_golden_city_is_taxed_as_it_was():
    changed = golden_city.differences(golden_city.frozen(), golden_city.assessed())

    assert not changed, f"{len(changed)} of 2,000 people differ:\n" + "\n".join(changed[:40])


def test_difference_names_the_person_and_both_amounts():
    before = golden_city.frozen()
    now = [dict(row) for row in before]
    now[7]["total"] = "999"

    (line,) = golden_city.differences(before, now)

    assert line == f"person 7: total {before[7]['total']} → 999"


def test_golden_city_has_every_kind_of_collection_and_of_exemption():
    rows = golden_city.frozen()

    for method in ("ordinary", "salary", "pension"):
        assert sum(bool(row[method]) for row in rows) > 50
    assert sum(row["total"] == "0" for row in rows) > 50
    assert sum(row["total"] == "5500" for row in rows) > 5
