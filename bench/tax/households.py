"""The people that both engines can compute: salary earners with a spouse and relatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from tax.columns import Columns

Array = np.ndarray


def earners_of(city: Columns, households: int) -> Columns:
    """The first earners of a city with salary alone, and their families with no income."""
    facts = city.facts
    wanted = (facts["salary"] > 0) & (facts["age"] >= 18)
    for name in ("public_pension", "business_revenue", "real_estate_revenue", "listed_div"):
        wanted &= facts[name] == 0
    chosen = np.flatnonzero(wanted)[:households]
    assert city.offsets is not None
    counts = np.diff(city.offsets)[chosen]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    starts = np.repeat(city.offsets[:-1][chosen] - offsets[:-1], counts)
    taken = np.arange(offsets[-1]) + starts
    own = {name: facts[name][chosen] for name in ("age", "salary", "social_insurance")}
    own |= {name: facts[name][chosen] for name in ("has_spouse", "spouse_age")}
    return Columns(chosen.size, own, {"age": city.relatives["age"][taken]}, offsets)


def persons_of(earners: Columns) -> dict[str, Array]:
    """The same households as flat persons: earners first, then spouses, then relatives."""
    assert earners.offsets is not None
    number = np.arange(earners.size)
    married = np.flatnonzero(earners.facts["has_spouse"])
    counts = np.diff(earners.offsets)
    others = married.size + int(earners.offsets[-1])
    nothing = np.zeros(others, dtype=np.int64)
    return {
        "household": np.concatenate([number, married, np.repeat(number, counts)]),
        "role": np.repeat([0, 1, 2], [earners.size, married.size, int(earners.offsets[-1])]),
        "salary": np.concatenate([earners.facts["salary"], nothing]),
        "social_insurance": np.concatenate([earners.facts["social_insurance"], nothing]),
        "age": np.concatenate(
            [
                earners.facts["age"],
                earners.facts["spouse_age"][married],
                earners.relatives["age"],
            ]
        ),
    }


def residents_of(earners: Columns) -> Columns:
    """The same persons as residents for this engine: dependants are computed too."""
    persons = persons_of(earners)
    others = persons["age"].size - earners.size
    facts: dict[str, Any] = {name: persons[name] for name in ("age", "salary", "social_insurance")}
    facts["minor"] = persons["age"] < 18
    facts["has_spouse"] = np.concatenate([earners.facts["has_spouse"], np.zeros(others, bool)])
    facts["spouse_age"] = np.concatenate([earners.facts["spouse_age"], np.full(others, 40)])
    assert earners.offsets is not None
    offsets = np.concatenate([earners.offsets, np.full(others, earners.offsets[-1])])
    return Columns(persons["age"].size, facts, earners.relatives, offsets)


def inputs_of(residents: Columns) -> list[dict[str, Any]]:
    """The same persons, one by one, in compute_tax's language."""
    facts, offsets = residents.facts, residents.offsets
    assert offsets is not None
    found = []
    for at in range(residents.size):
        person: dict[str, Any] = {
            "age": int(facts["age"][at]),
            "salary": int(facts["salary"][at]),
            "social_insurance": int(facts["social_insurance"][at]),
            "flags": {"minor": bool(facts["minor"][at])},
        }
        if facts["has_spouse"][at]:
            person["spouse"] = {"age": int(facts["spouse_age"][at])}
        ages = residents.relatives["age"][offsets[at] : offsets[at + 1]]
        if ages.size:
            person["relatives"] = [{"age": int(age)} for age in ages]
        found.append(person)
    return found
