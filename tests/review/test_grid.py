"""The complete grid: every page × role, every act × state × role, against the decisions."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import transaction

import filing
from review.agency.models import AgentCheck
from review.assessment.services import assess_addressee
from review.cases.models import Case
from review.cases.states import State
from review.cases.views.case import ACTS as SERVICES
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.models import StaffMember
from review.staff.roles import PERSONAL_ROLES
from tests.review import access_grid
from tests.review.story import NOW, PASSWORD, REASON, SYSTEM, signed_in
from tests.review.test_access import ALL

# Pages of the parts that decide for themselves; their own tests walk them.
ELSEWHERE = ("exchange", "resend", "compare")
DECIDED_HERE = [entry for entry in ALL if entry[0] and not entry[0].startswith(ELSEWHERE)]
DECIDED = (State.ACCEPTED, State.IMPORTED, State.CLOSED)
# The database itself allows no such row: 回送 after a decision, a decision without two people.
IMPOSSIBLE = {
    *(("forward", state) for state in DECIDED),
    *(("send_back", state) for state in (*DECIDED, State.REJECTED)),
}
LATER = NOW + timedelta(hours=5)


@pytest.mark.req("SHK-03")
@pytest.mark.req("ACC-10")
def test_every_page_is_decided():
    assert {name for name, _url in DECIDED_HERE} == set(access_grid.PAGES)


def test_every_act_is_decided():
    assert set(SERVICES) == set(access_grid.ACTS)


@pytest.mark.req("SHK-03")
@pytest.mark.req("ACC-10")
@pytest.mark.parametrize("role", ["nobody", *(role.value for role in PERSONAL_ROLES)])
def test_every_page_opens_for_its_roles_and_for_no_other(staff, role):
    member = _member(role)
    client = signed_in(member)
    wrong = []
    for name, url in DECIDED_HERE:
        if name == "logout":
            continue
        refused = client.get(url).status_code == client.post(url).status_code == 403
        if refused == (role in access_grid.PAGES[name]):
            wrong.append(name)
    assert wrong == []


def _member(role):
    from review.staff.models import CodeDevice
    from tests.review.story import SEED

    roles = [] if role == "nobody" else [role]
    member = StaffMember.objects.create_user(
        "K2000", PASSWORD, name="試 験子", department="市民税課", roles=roles
    )
    device = CodeDevice(user=member, name="app", confirmed=True)
    device.seal_seed(SEED)
    device.save()
    return member


@pytest.fixture
def ready(filed, staff):
    """A case that has everything, so that only state and role can refuse."""
    case = filed.queued()
    finding = {"field": "x", "rule": "r", "message": "m", "level": "warning"}
    Case.objects.filter(pk=case.pk).update(
        proposed_by=staff["tanaka"],
        proposed_at=NOW,
        confirmed_by=staff["suzuki"],
        confirmed_at=NOW,
        checks=[finding],
    )
    assess_addressee(case.addressee, case.tax_year, by=SYSTEM, now=NOW)
    return Case.objects.get(pk=case.pk)


def _arguments(code, case):
    more = {
        "send_back": {"comment": "x"},
        "propose_rejection": {"comment": "x"},
        "request_correction": {"fields": [], "message": "x", "due_on": date(2027, 3, 1)},
        "amend": {
            "document": filing.read_xml(case.original.package().files["return.xml"]),
            "field": "answers.salaries.0.revenue",
            "value": 1,
            "comment": "x",
        },
        "hold": {"comment": "x", "until": date(2027, 3, 1)},
        "waive": {"place": 0, "comment": "x"},
        "confirm_agent": {"given": {"identity": "signature"}},
        "forward": {"municipality": "福岡市"},
        "tick": {"item": "filer", "method": "attachment"},
        "note": {"kind": "note", "text": "x", "answer": ""},
    }.get(code, {})
    return more if code == "note" else more | {"seen": case.revision}


def _prepared(code, case, state, member):
    """Put the case into the state, in the hands of the person who tries."""
    changes = {"state": state, "assigned_to": member, "outward_stage": ""}
    if code == "send_back":
        changes |= {"confirmed_by": None, "confirmed_at": None}
    if code == "forward":
        changes["forward"] = True
    if state == State.FORWARDED:
        changes["forwarded_to"] = "福岡市"
    if code == "release":
        changes |= {"put_aside": "x", "put_aside_until": date(2027, 3, 1)}
    if code == "confirm_agent":
        AgentCheck.objects.create(case=case, kind="identity")
    Case.objects.filter(pk=case.pk).update(**changes)


@pytest.mark.req("SHK-03")
@pytest.mark.parametrize("code", sorted(access_grid.ACTS))
def test_every_act_is_done_in_its_states_by_its_roles_only(ready, staff, code):
    """16 states × 9 roles for each act; each try is undone, so that all begin alike."""
    states, roles = access_grid.ACTS[code]
    member = staff["abe"]
    wrong = []
    for state, role in product(State, PERSONAL_ROLES):
        if (code, state) in IMPOSSIBLE:
            continue
        expected = state in states and role in roles
        if _done(code, ready, state, role, member) != expected:
            wrong.append((state.value, role.value, expected))
    assert wrong == []


def _done(code, case, state, role, member):
    by = Actor(member.number, "市民税課", "10.0.0.1", frozenset({role.value}), member)
    mark = transaction.savepoint()
    try:
        _prepared(code, case, state, member)
        SERVICES[code](case, by=by, reason=REASON, now=LATER, **_arguments(code, case))
        return True
    except Refusal:
        return False
    finally:
        transaction.savepoint_rollback(mark)
