"""How the work stands, what stands still, and what the system can say of its promises."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from review.audit import selfcheck
from review.audit.models import AuditEvent, MonthlyReview
from review.cases import dashboard, desk, nightly
from review.cases.models import Case
from review.cases.states import State
from review.staff.models import RoleGrant, StaffMember
from tests.review.story import NOW, REASON, actor, walk


def test_backlog_is_counted_by_the_days_that_are_left(filed, staff):
    filed.queued()
    walk(filed.queued(at=NOW + timedelta(minutes=1)), State.CORRECTION_REQUESTED, staff)
    walk(filed.queued(at=NOW + timedelta(minutes=2)), State.REJECTED, staff)

    assert dashboard.backlog(NOW) == {"late": 0, "soon": 0, "later": 1, "paused": 1}
    assert dashboard.backlog(datetime(2027, 3, 1, tzinfo=UTC))["soon"] == 1
    assert dashboard.backlog(datetime(2027, 3, 5, tzinfo=UTC))["late"] == 1


def test_load_and_corrections_are_counted(filed, staff):
    walk(filed.queued(), State.CORRECTION_REQUESTED, staff)
    walk(filed.queued(at=NOW + timedelta(minutes=1)), State.IN_REVIEW, staff)

    assert [(member.number, member.open_cases) for member in dashboard.load()] == [("K1001", 2)]
    assert dashboard.corrections("R9")[0][1:] == (1, 2)


def test_inflow_counts_by_the_days_of_the_city(filed):
    filed.queued(at=datetime(2027, 1, 31, 15, 30, tzinfo=UTC))

    assert dashboard.inflow(NOW)[:2] == [(date(2027, 2, 1), 1), (date(2027, 1, 31), 0)]


def test_nightly_check_names_what_stands_still(filed, staff):
    walk(filed.queued(), State.IN_REVIEW, staff)
    StaffMember.objects.filter(number="K1001").update(is_active=False)

    counts = nightly.check(now=NOW)

    assert counts == {
        "released": 0,
        "nobody": 1,
        "held": 0,
        "overdue": 0,
        "papers": 0,
        "tried": 0,
        "stopped": 0,
        "all_held": 0,
        "opened_years": 0,
    }
    assert AuditEvent.objects.get(action="cases.checked").detail == counts


def test_case_that_nothing_moves_on_is_counted(filed, staff):
    """A row that the batch has forgotten, and cases whose turn is a role that nobody holds."""
    forgotten = filed.arrive()
    Case.objects.filter(pk=forgotten.pk).update(due_at=None)
    walk(filed.queued(at=NOW + timedelta(minutes=1)), State.AWAITING_CONFIRMATION, staff)
    assert nightly.check(now=NOW)["stopped"] == 1

    RoleGrant.objects.filter(role="confirmer").update(ends_on=date(2027, 1, 31))

    assert nightly.check(now=NOW)["stopped"] == 2


def test_person_whose_filings_are_all_put_aside_is_counted(filed, staff):
    first = walk(filed.queued(), State.IN_REVIEW, staff)
    second = walk(filed.queued(at=NOW + timedelta(minutes=1)), State.IN_REVIEW, staff)
    aside = {"comment": "照会中", "until": date(2027, 3, 1), "reason": REASON}
    by = actor(staff["suzuki"])

    desk.hold(first, by=by, now=NOW, seen=first.revision, **aside)
    assert nightly.check(now=NOW)["all_held"] == 0
    desk.hold(second, by=by, now=NOW, seen=second.revision, **aside)

    assert nightly.check(now=NOW)["all_held"] == 1


def test_dashboard_takes_the_same_queries_for_one_and_three_cases(filed, staff, sign_in):
    client, taken = sign_in("suzuki"), []
    # Whether anything is due is asked for each kind of record; how many are over grows by the year.
    for number in range(3):
        filed.arrive(at=NOW + timedelta(seconds=number))
        Case.objects.update(state=State.IN_REVIEW, assigned_to=staff["suzuki"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/progress/").status_code == 200
        taken.append(len(queries))

    assert taken[0] == taken[2] <= 60


@pytest.mark.req("OPS-07")
def test_self_check_tells_what_is_missing_and_what_is_there(filed, staff, sign_in):
    filed.queued()
    before = {check.label: check.ok for check in selfcheck.run(NOW)}
    MonthlyReview.objects.create(
        month=date(2027, 1, 1), remark="x", signed_by="K1003", signed_at=NOW
    )
    after = {check.label: check.ok for check in selfcheck.run(NOW)}

    assert before["操作記録の連鎖"]
    assert before["改ざんを防ぐデータベースのしくみ"]
    assert not before["連鎖の先頭を別の場所に保管した日時"]
    assert (before["先月の操作記録の点検"], after["先月の操作記録の点検"]) == (False, True)
    page = sign_in("ito").get("/self-check/").content.decode()
    assert "評価書との一致の自己点検" in page


@pytest.mark.req("OPS-07")
def test_self_check_sees_a_guard_that_was_taken_away(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_no_change")

    guards = {check.label: check for check in selfcheck.run(NOW)}
    found = guards["改ざんを防ぐデータベースのしくみ"]

    assert (found.ok, found.seen) == (False, "audit_no_change")


@pytest.mark.parametrize("rows", [1, 3])
def test_dashboard_asks_the_same_number_of_questions_however_much_there_is(
    filed, sign_in, rows, django_assert_num_queries
):
    for row in range(rows):
        filed.queued(at=NOW + timedelta(minutes=row))
    client = sign_in("abe")
    client.get("/progress/")

    # Of which seven are the session and the rights of who asks.
    with django_assert_num_queries(23):
        assert client.get("/progress/").status_code == 200
