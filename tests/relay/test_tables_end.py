"""Every table of the relay has an end or a reason."""

from config import tables


def test_every_table_is_decided_and_nothing_else_is():
    assert tables.undecided() == []
    assert tables.unknown() == []
