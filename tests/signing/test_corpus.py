"""Every forged document is refused for its own reason; every genuine one passes."""

import pytest

from signing.reasons import REASONS
from tests.signing.corpus import judge, vectors

VECTORS = vectors()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_vector_has_its_reason(vector):
    verdict, sub_indication, reason = judge(vector)

    assert reason == vector.expected
    if reason == "OK":
        assert verdict == "TOTAL_PASSED"
    else:
        row = REASONS[reason]
        wanted = vector.sub_indication or row.sub_indication
        assert (verdict, sub_indication) == (row.verdict, wanted)


def test_vector_names_are_unique():
    names = [vector.name for vector in VECTORS]

    assert sorted(set(names)) == sorted(names)
