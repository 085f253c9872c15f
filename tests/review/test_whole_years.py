"""What stands for a whole year, and people who left: to the day, and never before the others."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Original, SavedFilter
from review.levy.models import Decision, RunChunk, YearRun
from review.notices import orders, printing
from review.notices.models import IssuedDocument, PrintFile
from review.retention import erasing, folders, queries, runs, stores
from review.retention.models import Erasure, Hold, Run
from review.retention.periods import load_periods
from review.staff.models import LoginAttempt
from tests.review import handing
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import NOW, REASON, SYSTEM, actor

LAST, AFTER = date(2035, 3, 31), date(2035, 4, 1)


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


@pytest.fixture
def year(db, staff, settings, tmp_path: Path):
    """A year that was run, with a print file and an employer's notice on file."""
    settings.PRINT_DIR = str(tmp_path)
    worker, other = resident(1), resident(2)
    worker.salary()
    other.document("pension_report", payer="日本年金機構", revenue=3_000_000)
    run_year(staff)
    by = {"reason": REASON, "now": DECIDED}
    printer = handing.enter(staff)
    for kind in ("ordinary", "salary"):
        made = orders.propose_order(kind, "R9", by=actor(staff["suzuki"]), **by)
        orders.confirm_order(made, by=actor(staff["tanaka"]), **by)
        files = printing.carry_out(made, by=SYSTEM, now=DECIDED)
        if kind == "ordinary":
            printing.write_files(files, tmp_path, to=printer, by=SYSTEM, now=DECIDED)
    return worker


def left_of_the_year():
    models = (YearRun, RunChunk, Decision, IssuedDocument, PrintFile, SourceDocument)
    return {model.__name__: model.objects.count() for model in models if model.objects.exists()}


@pytest.mark.req("RET-01")
def test_nothing_of_the_year_goes_on_its_last_day(year, erase):
    before = left_of_the_year()

    erase(LAST)

    assert left_of_the_year() == before
    assert before["YearRun"] == 1
    assert before["PrintFile"] == 2


@pytest.mark.req("RET-02")
def test_the_day_after_all_of_it_is_gone_with_the_files_of_the_printer(year, erase, tmp_path):
    assert len(list(tmp_path.iterdir())) == 2

    run = erase(AFTER)

    assert (run.state, left_of_the_year(), list(tmp_path.iterdir())) == (Run.State.DONE, {}, [])
    counts = Erasure.objects.get(procedure="assessment").counts
    assert (counts["year_runs"], counts["print_files"], counts["issued_documents"]) == (1, 2, 1)


def test_a_hold_on_one_person_keeps_what_is_about_the_whole_year(year, erase, tmp_path):
    Hold.objects.create(
        kind="appeal", reason="審査請求", addressee_number=year.row.number,
        set_by="K1001", set_at=NOW,
    )  # fmt: skip

    erase(AFTER)

    assert left_of_the_year()["YearRun"] == 1
    assert IssuedDocument.objects.filter(kind="employer").count() == 1
    assert len(list(tmp_path.iterdir())) == 2
    assert list(SourceDocument.objects.values_list("addressee", flat=True)) == [year.row.pk]


def test_a_hold_set_after_the_list_keeps_it_too(year, suzuki, tanaka):
    run = runs.propose(AFTER, by=suzuki, now=NOW)
    run = runs.approve(run, by=tanaka, now=NOW)
    Hold.objects.create(
        kind="appeal", reason="審査請求", addressee_number=year.row.number,
        set_by="K1001", set_at=NOW,
    )  # fmt: skip

    erasing.carry_out(run, by=SYSTEM, now=NOW + timedelta(days=8))

    assert (YearRun.objects.count(), PrintFile.objects.count()) == (1, 2)


@pytest.mark.parametrize(("days", "files"), [(60, 2), (61, 0)])
def test_print_file_goes_after_its_days_and_its_row_stays_with_the_year(
    year, tmp_path, days, files
):
    last = load_periods()["print-data"].last_event_over(DECIDED.date() + timedelta(days=days))

    folders.forget(folders.PRINT, last, by=SYSTEM, now=NOW)

    assert (len(list(tmp_path.iterdir())), PrintFile.objects.count()) == (files, 2)
    logged = AuditEvent.objects.filter(action="print_files.erased").count()
    assert logged == (0 if files else 1)


def test_an_orphan_file_is_found_by_the_proof(year, erase, tmp_path):
    (tmp_path / "notices-R5-00000001-abc.pdf").write_bytes(b"somebody's notice")
    with (tmp_path / "notices-R5-00000001-abc.pdf.csv").open("w") as out:
        csv.writer(out).writerow(["1", "1000001"])

    run = erase(AFTER)

    found = run.certificates.get(procedure="assessment").proof["found"]
    assert {"table": "PRINT_DIR", "column": "file", "count": 2} in found
    assert run.state == Run.State.LEFTOVERS
    assert len(folders.strays(folders.PRINT)) == 2


def test_the_key_of_a_year_stays_while_a_file_of_it_is_kept(town):
    from tests.review.source_files import file_of, salary_row, take_in

    take_in(file_of(salary_row()))
    SourceDocument.objects.all().delete()

    assert stores.is_anything_left("R9")


@pytest.mark.req("RET-03")
def test_saved_filters_and_logins_go_after_their_own_years(staff, erase):
    SavedFilter.objects.create(
        owner=staff["suzuki"],
        name="東区",
        query="ward=東区",
        created_at=datetime(2027, 2, 1, tzinfo=UTC),
    )
    LoginAttempt.objects.create(
        at=datetime(2027, 2, 1, tzinfo=UTC), number="K1", address="10.0.0.9"
    )

    erase(date(2030, 2, 1))
    assert SavedFilter.objects.count() == 1
    erase(date(2030, 2, 2))
    assert (SavedFilter.objects.count(), LoginAttempt.objects.count()) == (0, 1)
    erase(date(2034, 2, 2))
    assert LoginAttempt.objects.count() == 0


def test_what_is_due_is_said_without_counting(year):
    assert not queries.is_anything_due(date(2034, 1, 31))
    assert queries.is_anything_due(AFTER)
    entries = {entry.since: entry.due_on for entry in queries.coming_due()}
    assert entries["R9"] == AFTER


def test_original_without_its_case_is_found(year, erase):
    about = {"message_id": uuid4(), "sealed_sha256": "0" * 64, "sent_at": NOW, "received_at": NOW}
    Original.keep(b"a return", tax_year="R30", **about)

    run = erase(AFTER)

    found = run.certificates.get(procedure="assessment").proof["found"]
    assert {"table": "cases_original", "column": "case", "count": 1} in found
