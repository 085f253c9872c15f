"""Municipalities of the tests: each grade, and an ordinary city."""


def place(**changes):
    """An ordinary (not designated) city of grade 2 with the standard rates."""
    return {
        "name": "架空市",
        "city_rate": "6",
        "pref_rate": "4",
        "city_kinto": 3000,
        "pref_kinto": 1000,
        "forest": 1000,
        "kyuchi": 2,
        "designated": False,
    } | changes
