"""Bodies of originals: a year's lie together, nobody changes them, and they go with their year."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from exchange.models import OutboxMessage
from review.audit.models import AuditEvent
from review.cases import bodies, nightly
from review.cases.models import Case, Original, OriginalBody
from review.cases.states import State
from review.retention import erasing, proof, runs
from review.retention.models import Hold
from review.staff.actors import batch
from tests.review.story import NOW, actor, walk
from tests.review.test_retention_runs import AS_OF, LATER

BY = batch("purge")
R9 = "cases_originalbody_r9"


def ask(query, *given):
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()[0]


def exists(table):
    return ask("SELECT to_regclass(%s) IS NOT NULL", table)


def say(statement, *given):
    """Return what the database says to a statement that it refuses."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        ask(statement, *given)
    return str(caught.value)


@pytest.fixture
def imported(filed, staff):
    """Three filings of R9 whose work has ended and whose residents know it."""
    cases = [walk(filed.queued(), State.IMPORTED, staff) for _ in range(3)]
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    return cases


def carried_out(staff):
    run = runs.propose(AS_OF, by=BY, now=NOW)
    runs.approve(run, by=actor(staff["tanaka"]), now=NOW)
    return erasing.carry_out(run, by=BY, now=LATER)


def test_body_lies_in_the_part_of_its_year(filed):
    filed.queued()

    assert ask("SELECT tableoid::regclass::text FROM cases_originalbody") == R9


@pytest.mark.req("SHK-08")
@pytest.mark.parametrize("table", ["cases_originalbody", R9, "cases_originalbody_other"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET sealed = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_nobody_changes_a_body_by_whichever_name(filed, table, statement):
    case = filed.queued()
    year = "?" if table.endswith("_other") else "R9"
    if year != "R9":
        OriginalBody.objects.create(original_id=case.pk, tax_year=year, sealed=b"x")

    assert "an original is kept as received" in say(statement.format(table))


def test_year_is_not_dropped_without_a_certificate(filed):
    filed.queued()

    assert "DROP refused" in say("SELECT original_drop_year('R9')")
    assert exists(R9)


def test_part_with_a_body_whose_original_stands_is_not_dropped(filed):
    """Not even where a case says that it is of another year."""
    filed.queued()
    Case.objects.update(tax_year="R8")

    assert bodies.drop_year("R9") is False
    assert exists(R9)


@pytest.mark.req("RET-02")
def test_run_drops_the_part_of_a_year_of_which_nothing_is_left(imported, staff):
    run = carried_out(staff)

    assert (run.state, exists(R9)) == ("done", False)
    assert (Original.objects.count(), OriginalBody.objects.count()) == (0, 0)
    dropped = AuditEvent.objects.get(action="retention.year_dropped")
    assert dropped.detail["tax_year"] == "R9"


@pytest.mark.req("RET-03")
def test_hold_on_one_filing_keeps_its_body_and_the_others_go_row_by_row(imported, staff):
    held = imported[1]
    Hold.objects.create(
        kind="appeal",
        receipt_number=held.receipt_number,
        reason="審査請求",
        set_by="K1",
        set_at=NOW,
    )

    carried_out(staff)

    assert exists(R9)
    assert OriginalBody.objects.get().original_id == held.original_id
    assert held.original.package().files["return.xml"]


def test_run_killed_before_the_bodies_erases_them_when_it_goes_on(imported, staff, monkeypatch):
    def killed(*_args, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "erase_bodies", killed)
        with pytest.raises(KeyboardInterrupt):
            carried_out(staff)
    assert [(one.table, one.count) for one in proof.orphans([], NOW)] == [("cases_originalbody", 3)]

    run = erasing.carry_out(runs.Run.objects.get(), by=BY, now=LATER)

    assert [c.proof["found"] for c in run.certificates.all() if c.proof["found"]] == []
    assert (run.state, OriginalBody.objects.count()) == ("done", 0)


def test_year_with_a_case_is_not_dropped_even_under_a_certificate(imported, staff):
    Hold.objects.create(
        kind="appeal", receipt_number=imported[0].receipt_number, reason="審査請求",
        set_by="K1", set_at=NOW,
    )  # fmt: skip
    certificate = carried_out(staff).certificates.first()

    with transaction.atomic():
        ask("SELECT set_config('review.erasure', %s, true)", str(certificate.pk))
        assert "cases of R9 are left" in say("SELECT original_drop_year('R9')")


def test_bodies_of_a_year_without_a_part_go_row_by_row(imported, staff):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_originalbody DETACH PARTITION cases_originalbody_r9")
        cursor.execute("INSERT INTO cases_originalbody SELECT * FROM cases_originalbody_r9")
        cursor.execute("DROP TABLE cases_originalbody_r9")

    run = carried_out(staff)

    assert (run.state, Case.objects.count(), OriginalBody.objects.count()) == ("done", 0, 0)


@pytest.mark.parametrize("year", ["R0", "R100", "R9; DROP TABLE cases_case", "r9", ""])
def test_no_part_is_made_for_what_is_no_year(db, year):
    assert "no year" in say("SELECT original_open_year(%s)", year)


def test_parts_of_the_coming_year_are_there_before_it_begins(db):
    assert not exists("cases_originalbody_r12")

    assert bodies.open_years(date(2029, 12, 31)) == ["R11", "R12"]
    assert bodies.open_years(date(2029, 12, 31)) == []
    nightly.check(now=NOW)

    assert exists("cases_originalbody_r12")
