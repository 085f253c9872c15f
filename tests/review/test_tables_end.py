"""Every table has an end or a reason: what is decided is complete, and what a run does is that."""

import pytest
from django.apps import apps

from config import tables
from review.retention.deleting import KINDS, _references, outlives
from review.retention.periods import first_periods
from review.retention.planning import _PLANNERS, is_carried_out

# Which models the lists of a rule name; what refers to one of them goes along.
LISTED = {
    "resident-tax-return": ("cases", "paper_entries"),
    "assessment": (
        *("assessments", "merged_bases", "disagreements", "source_documents", "year_people"),
        *("arrivals", "print_files", "year_runs", "issued_documents"),
        *("basics_changes", "dependant_acts", "notice_orders", "mailings", "domiciles"),
    ),
    "register": ("addressees",),
    "run-lists": ("run-lists",),
}
# Not by a reference: the program takes them along by what they are (see deleting.py).
TAKEN_ALONG = {
    "cases.Original": "resident-tax-return",
    "cases.OriginalBody": "resident-tax-return",
    "addressees.UnifiedNumber": "register",
}


def going_with(model, seen=None):
    """Return the models whose rows go when a row of this one goes, as deleting reads them."""
    seen = {model} if seen is None else seen
    for child, field in _references(model):
        if child not in seen and not outlives(child, field, model):
            seen.add(child)
            going_with(child, seen)
    return seen


def test_every_table_is_decided_and_nothing_else_is():
    assert tables.undecided() == []
    assert tables.unknown() == []
    for entry in tables.decisions():
        assert entry.rule or entry.reason, entry.model


def test_every_rule_named_exists_and_every_rule_of_this_zone_ends_some_table():
    named = {entry.rule for entry in tables.decisions() if entry.rule}

    assert named <= first_periods().keys()
    ours = {kind for kind, period in first_periods().items() if is_carried_out(period)}
    assert ours <= named
    assert ours == _PLANNERS.keys()


@pytest.mark.req("RET-02")
@pytest.mark.parametrize(
    "entry", [e for e in tables.decisions() if e.rule and not e.reason], ids=str
)
def test_a_run_takes_what_the_table_says(entry):
    kinds = LISTED.get(entry.rule, (entry.rule,))
    reached = {one._meta.label for kind in kinds for one in going_with(KINDS[kind])}

    taken = TAKEN_ALONG.get(entry.model) == entry.rule
    assert entry.model in reached or taken


def test_a_table_of_which_nobody_decided_is_named(monkeypatch):
    known = [one for one in tables.decisions() if one.model != "levy.YearRun"]
    monkeypatch.setattr(tables, "decisions", lambda: known)

    assert tables.undecided() == ["levy.YearRun"]


def test_whatever_names_a_person_is_erased_before_the_person_or_with_them():
    """A table with a reference to a person has a rule: no reason stands for it."""
    person = apps.get_model("addressees", "Addressee")
    naming = {child._meta.label for child, _field in _references(person)}

    ruled = {one.model for one in tables.decisions() if one.rule}
    assert naming <= ruled
