"""The log: seven items, one chain, nothing to be changed, and a detector that names the place."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from review.audit import queries
from review.audit.chain import chain_hash, walk
from review.audit.models import AuditEvent
from review.audit.services import record, record_by
from review.cases.models import Case
from review.cases.states import State
from tests.review.story import NOW, SYSTEM
from tests.review.story import walk as walk_case

SEVEN = ("at", "actor", "department", "terminal", "reason", "addressee_number", "four_attributes")


def entries(count):
    for number in range(count):
        record_by(SYSTEM, "test.done", reason="試験", now=NOW, detail={"n": number})


@pytest.fixture
def tampering(db):
    """Lift the triggers, as somebody who owns the database could."""

    def run(statement, values=()):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
            cursor.execute(statement, values)

    return run


def verify(*arguments):
    out = StringIO()
    try:
        call_command("verify_audit_log", "--json", *arguments, stdout=out)
        code = 0
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(out.getvalue())


def test_untouched_chain_verifies(db):
    entries(5)

    code, answer = verify()

    assert (code, answer["ok"], answer["entries"]) == (0, True, 5)


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize("column", ["actor", "reason", "terminal", "department", "action"])
def test_changed_entry_is_named(tampering, column):
    entries(5)
    tampering(f"UPDATE audit_auditevent SET {column} = 'x' WHERE position = 3")

    assert verify()[1]["first_broken"] == {"position": 3, "problem": "content was changed"}


@pytest.mark.req("LOG-04")
def test_changed_entry_with_a_matching_digest_is_named(tampering):
    entries(5)
    tampering("UPDATE audit_auditevent SET payload_hash = %s WHERE position = 2", ["0" * 64])

    assert verify()[1]["first_broken"]["position"] == 2


@pytest.mark.req("LOG-04")
def test_rewritten_hash_breaks_at_the_next_entry(tampering):
    entries(4)
    second = AuditEvent.objects.get(position=2)
    forged = chain_hash("1" * 64, second.payload_hash)
    tampering("UPDATE audit_auditevent SET hash = %s WHERE position = 2", [forged])

    code, answer = verify()

    assert (code, answer["first_broken"]) == (1, {"position": 2, "problem": "hash was changed"})


@pytest.mark.req("LOG-04")
def test_removed_entry_is_named(tampering):
    entries(5)
    tampering("DELETE FROM audit_auditevent WHERE position = 4")

    assert verify()[1]["first_broken"] == {"position": 5, "problem": "entry 4 is missing"}


@pytest.mark.req("LOG-04")
def test_cut_tail_is_found_by_an_anchor(tampering):
    entries(5)
    head = AuditEvent.objects.get(position=5).hash
    tampering("DELETE FROM audit_auditevent WHERE position = 5")

    assert verify()[0] == 0
    code, answer = verify("--anchor", f"5:{head}")
    assert (code, answer["first_broken"]["position"]) == (1, 5)


def test_malformed_anchor_is_bad_input(db):
    with pytest.raises(CommandError) as caught:
        call_command("verify_audit_log", "--anchor", "nonsense")

    assert caught.value.returncode == 2


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_database_refuses_changes(db, statement):
    entries(2)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 2


@pytest.mark.req("LOG-03")
@pytest.mark.parametrize("empty", ["actor", "department", "terminal", "reason", "action"])
def test_entry_without_who_or_why_is_refused(db, empty):
    items = {
        "actor": "K1001",
        "department": "市民税課",
        "terminal": "10.0.0.1",
        "reason": "審査",
        "action": "test",
    }

    with pytest.raises(DatabaseError, match="audit_items_are_filled"), transaction.atomic():
        record(**items | {empty: ""}, now=NOW)


def test_personal_numbers_are_masked_wherever_they_were_typed(db):
    event = record_by(
        SYSTEM, "test", reason="123456789018 の件", now=NOW, detail={"typed": ["123456789018"]}
    )

    assert (event.reason, event.detail) == ("************ の件", {"typed": ["************"]})


@pytest.mark.req("LOG-01")
@pytest.mark.req("LOG-02")
def test_look_at_a_case_has_all_seven_items(filed, sign_in):
    case = filed.queued()
    client = sign_in("suzuki")
    client.get(f"/cases/{case.pk}/")

    event = AuditEvent.objects.get(action="case.viewed")
    assert all(getattr(event, name) for name in SEVEN)
    assert (event.actor, event.terminal) == ("K1001", "127.0.0.1")
    assert event.addressee_number == "100000001"
    assert sorted(event.person) == ["address", "birth_date", "name", "sex"]
    assert list(event.four_attributes) == ["sealed"]


@pytest.mark.req("LOG-01")
def test_look_at_a_person_is_one_entry(filed, sign_in):
    case = filed.queued()
    sign_in("suzuki").get(f"/people/{case.addressee_id}/")

    looks = AuditEvent.objects.filter(action="addressee.viewed", actor="K1001")
    assert [entry.addressee_number for entry in looks] == ["100000001"]


@pytest.mark.req("LOG-03")
def test_no_entry_of_a_whole_way_is_without_an_actor(filed, staff):
    walk_case(filed.queued(), State.IMPORTED, staff)

    actors = set(AuditEvent.objects.values_list("actor", flat=True))
    programs = {"batch:intake", "batch:process_cases"}
    assert actors - {"batch:import_crl", "batch:tests"} == programs | {"K1001", "K1002"}
    assert walk(AuditEvent.objects.order_by("position")).broken is None


@pytest.mark.req("LOG-05")
def test_search_finds_who_looked_at_a_victim_and_is_itself_recorded(filed, sign_in):
    case = filed.queued()
    sign_in("suzuki").get(f"/people/{case.addressee_id}/")
    auditor = sign_in("ito")

    page = auditor.get("/audit/", {"addressee_number": "100000001", "actor": "K1001"})

    found = page.context["page"].events
    assert [entry.action for entry in found] == ["addressee.viewed"]
    search = AuditEvent.objects.get(action="audit.searched")
    assert search.detail == {"addressee_number": "100000001", "actor": "K1001"}


def test_search_pages_downwards(db, sign_in):
    entries(120)
    auditor = sign_in("ito")

    first = auditor.get("/audit/", {"action": "test."}).context["page"]
    second = auditor.get("/audit/", {"action": "test.", "before": first.following})

    assert [len(first.events), len(second.context["page"].events)] == [100, 20]


def test_failed_act_leaves_no_entry(filed):
    case = filed.arrive()
    before = AuditEvent.objects.count()

    def act_that_fails():
        with transaction.atomic():
            record_by(SYSTEM, "test", reason="試験", now=NOW + timedelta(hours=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()

    assert (AuditEvent.objects.count(), Case.objects.get().pk) == (before, case.pk)


@pytest.mark.req("LOG-05")
@pytest.mark.parametrize(
    "filters", [{}, {"since": NOW.date()}, {"actor": "batch:tests"}, {"addressee_number": ""}]
)
def test_pages_of_a_search_show_every_entry_once_though_times_and_positions_differ(
    db, monkeypatch, filters
):
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    for minutes in (0, 5, 3, 3, 9):
        now = NOW + timedelta(minutes=minutes)
        record_by(SYSTEM, "test.done", reason="試験", now=now, detail={"n": minutes})

    seen, before = [], ""
    while True:
        page = queries.search(filters, before=before)
        seen += [event.position for event in page.events]
        if page.following is None:
            break
        before = str(page.following)

    by_time = [5, 2, 4, 3, 1]
    assert seen == (by_time if {"since", "actor"} & set(filters) else [5, 4, 3, 2, 1])


@pytest.mark.req("LOG-05")
@pytest.mark.parametrize(
    ("filters", "index"), [({}, "audit_by_time"), ({"actor": "K7"}, "audit_by_actor")]
)
def test_search_between_days_reads_an_index_by_time(db, filters, index):
    ten_thousand_entries_of_fifty_people_in_ten_days()
    day = (NOW + timedelta(days=3)).date()

    with CaptureQueriesContext(connection) as asked:
        queries.search(filters | {"since": day, "until": day})

    plan = plan_of(asked.captured_queries[0]["sql"])
    assert index in plan
    assert "Sort" not in plan


def ten_thousand_entries_of_fifty_people_in_ten_days():
    """Write entries outside the chain, which the search does not follow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditevent SELECT n, %s + n * interval '86 seconds', 'K' || n %% 50,"
            " '市民税課', '端末', '試験', '', '{}', 'test.done', '', '{}', '', '', n::text"
            " FROM generate_series(1, 10000) n",
            [NOW],
        )
        cursor.execute("ANALYZE audit_auditevent")


def plan_of(query):
    """Explain a query where the database is told to sort nothing: of few it would rather."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())
