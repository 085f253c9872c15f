"""The table of transitions: the whole grid of state × state × role, owners, the written diagram."""

from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from review.cases import transitions
from review.cases.management.commands.statemachine import FILE, render
from review.cases.models import Case
from review.cases.states import FINAL, OWNERS, REPLACEABLE, TRANSITIONS, State, may_move
from review.errors import Refusal, Stale
from review.staff.actors import Actor
from review.staff.roles import Role
from tests.review.story import NOW, REASON

GRID = list(product(State, State, Role))
# A state that the database ties to evidence gets it, so that only the table can refuse.
EVIDENCE = {"verdict": "TOTAL_PASSED", "proposed_at": NOW, "confirmed_at": NOW}


def actor_as(role):
    return Actor("batch:grid", "システム", "test", frozenset({role.value}))


@pytest.fixture
def case(filed, staff):
    made = filed.queued()
    people = {"proposed_by": staff["suzuki"], "confirmed_by": staff["tanaka"]}
    Case.objects.filter(pk=made.pk).update(**EVIDENCE, **people)
    return made


def test_every_pair_of_states_moves_exactly_as_the_table_says(case):
    """One test for the grid: 16 × 16 × 9 tries, each against the row in its starting state."""
    moved, wrong = 0, []
    for source, target, role in GRID:
        # 回送 names where to, whoever moves the case there.
        Case.objects.filter(pk=case.pk).update(
            state=source, outward_stage="", forwarded_to="八代市"
        )
        try:
            transitions.advance(case, target, by=actor_as(role), reason=REASON, now=NOW)
            done = True
        except Refusal:
            done = False
        state = Case.objects.values_list("state", flat=True).get(pk=case.pk)
        expected = role in TRANSITIONS[source].get(target, frozenset())
        moved += done
        if (done, state) != (expected, target if expected else source):
            wrong.append((source, target, role))
    assert wrong == []
    assert moved == sum(len(roles) for ways in TRANSITIONS.values() for roles in ways.values())


def test_every_state_stands_in_the_table():
    assert set(TRANSITIONS) == set(State)


def test_every_open_state_has_an_owner_who_can_move_it_on():
    assert set(OWNERS) == set(State) - FINAL
    for state, owner in OWNERS.items():
        assert any(may_move(state, to, frozenset({owner})) for to in TRANSITIONS[state])


def test_nothing_decided_is_replaced_by_a_newer_version():
    assert REPLACEABLE.isdisjoint({State.ACCEPTED, State.IMPORTED, State.CLOSED} | FINAL)


@pytest.mark.req("SIG-03")
def test_review_is_only_reached_through_a_good_verdict():
    ways_into_matching = {source for source in State if State.MATCHING in TRANSITIONS[source]}
    ways_into_queue = {source for source in State if State.QUEUED in TRANSITIONS[source]}

    # What is sent back from a proposed refusal had come from the matching or from the review.
    assert ways_into_matching == {State.VERIFYING, State.AWAITING_REJECTION}
    assert ways_into_queue == {State.MATCHING, State.IN_REVIEW}


def test_act_on_an_old_page_is_refused(case):
    with pytest.raises(Stale):
        transitions.advance(
            case, State.IN_REVIEW, by=actor_as(Role.CLERK), reason=REASON, now=NOW, seen=1
        )


def test_diagram_is_fresh():
    assert (Path(settings.LOCALE_PATHS[0]).parent / FILE).read_text(encoding="utf-8") == render()
