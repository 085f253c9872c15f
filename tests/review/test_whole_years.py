"""What stands for a whole year, and people who left: to the day, and never before the others."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from review.addressees.models import Addressee, BankAccount, Change, Contact, SamePerson
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Original, SavedFilter
from review.levy.models import Collection, Decision, RunChunk, YearRun
from review.notices import contents
from review.notices.models import IssuedDocument, PrintFile
from review.notices.printing import print_ordinary
from review.retention import erasing, print_folder, proof, queries, runs
from review.retention.models import Erasure, Hold, Run
from review.retention.periods import load_periods
from review.staff.models import LoginAttempt
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import NOW, SYSTEM, actor

LAST, AFTER = date(2035, 3, 31), date(2035, 4, 1)


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


@pytest.fixture
def erase(suzuki, tanaka, settings):
    """List, approve and carry out what is due on a day; the clock stands at that day."""
    settings.RETENTION_WAITING_DAYS = 7

    def carried_out(as_of):
        now = datetime(as_of.year, as_of.month, as_of.day, 3, tzinfo=UTC)
        run = runs.propose(as_of, by=suzuki, now=now)
        run = runs.approve(run, by=tanaka, now=now)
        return erasing.carry_out(run, by=SYSTEM, now=now + timedelta(days=8))

    return carried_out


@pytest.fixture
def year(db, staff, settings, tmp_path: Path):
    """A year that was run, with a print file and an employer's notice on file."""
    settings.PRINT_DIR = str(tmp_path)
    worker, other = resident(1), resident(2)
    worker.salary()
    other.document("pension_report", payer="日本年金機構", revenue=3_000_000)
    run_year(staff)
    print_ordinary("R9", tmp_path, by=SYSTEM, now=DECIDED)
    rows = [(row.assessment.decision, row) for row in Collection.objects.filter(method="salary")]
    IssuedDocument.objects.create(
        kind="employer", tax_year="R9", issued_at=DECIDED, issued_by="K1001",
        content=contents.employer_notice("白川商事", "R9", rows),
    )  # fmt: skip
    return worker


def left_of_the_year():
    models = (YearRun, RunChunk, Decision, IssuedDocument, PrintFile, SourceDocument)
    return {model.__name__: model.objects.count() for model in models if model.objects.exists()}


@pytest.mark.req("RET-01")
def test_nothing_of_the_year_goes_on_its_last_day(year, erase):
    before = left_of_the_year()

    erase(LAST)

    assert left_of_the_year() == before
    assert before["YearRun"] == before["PrintFile"] == 1


@pytest.mark.req("RET-02")
def test_the_day_after_all_of_it_is_gone_with_the_files_of_the_printer(year, erase, tmp_path):
    assert len(list(tmp_path.iterdir())) == 2

    run = erase(AFTER)

    assert (run.state, left_of_the_year(), list(tmp_path.iterdir())) == (Run.State.DONE, {}, [])
    counts = Erasure.objects.get(procedure="assessment").counts
    assert (counts["year_runs"], counts["print_files"], counts["issued_documents"]) == (1, 1, 1)


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

    assert YearRun.objects.count() == PrintFile.objects.count() == 1


@pytest.mark.parametrize(("days", "files"), [(60, 2), (61, 0)])
def test_print_file_goes_after_its_days_and_its_row_stays_with_the_year(
    year, tmp_path, days, files
):
    last = load_periods()["print-data"].last_event_over(DECIDED.date() + timedelta(days=days))

    print_folder.forget(last, by=SYSTEM, now=NOW)

    assert (len(list(tmp_path.iterdir())), PrintFile.objects.count()) == (files, 1)
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
    assert len(print_folder.strays()) == 2


def test_the_key_of_a_year_stays_while_a_file_of_it_is_kept(town):
    from tests.review.source_files import file_of, salary_row, take_in

    take_in(file_of(salary_row()))
    SourceDocument.objects.all().delete()

    assert proof.is_anything_left("R9")


def leaver(serial, **more):
    person = resident(serial, **more)
    Change.objects.create(addressee=person.row, reason="death", origin="t", at=NOW, by="K1001")
    Contact.objects.create(
        addressee=person.row, kind="heir", name="市民 二郎", address="熊本市", entered_by="K1001",
        since=date(2027, 3, 1), entered_at=NOW,
    )  # fmt: skip
    return person.row


@pytest.mark.req("RET-01")
@pytest.mark.parametrize(
    ("left", "last"),
    [
        (date(2027, 12, 31), date(2034, 12, 31)),
        (date(2028, 2, 29), date(2035, 2, 28)),
        (date(2028, 1, 1), date(2035, 1, 1)),
    ],
)
@pytest.mark.parametrize("how", ["died_on", "moved_out_on"])
def test_who_left_goes_the_day_after_seven_years(db, erase, how, left, last):
    leaver(1, **{how: left})
    erase(last)
    assert Addressee.objects.count() == Change.objects.count() == 1

    run = erase(last + timedelta(days=1))

    assert run.certificates.get(procedure="register").counts == {"addressees": 1}
    for model in (Addressee, Change, Contact):
        assert model.objects.count() == 0


def test_who_is_here_or_came_back_stays(db, erase):
    resident(1)
    resident(2, moved_out_on=date(2020, 1, 1), moved_in_on=date(2021, 1, 1))

    erase(date(2040, 1, 1))

    assert Addressee.objects.count() == 2


def test_who_is_still_named_by_a_record_stays_and_is_told(db, erase):
    dead = resident(1, died_on=date(2020, 1, 1))
    dead.salary(tax_year="R30")

    run = erase(date(2028, 1, 1))

    assert Addressee.objects.count() == 1
    assert run.refused == [
        {"addressee_number": dead.row.number, "why": "この人の記録が残っています"}
    ]


def test_a_record_that_comes_after_the_list_keeps_the_person(db, suzuki, tanaka):
    dead = resident(1, died_on=date(2019, 1, 1))
    run = runs.propose(date(2027, 2, 1), by=suzuki, now=NOW)
    run = runs.approve(run, by=tanaka, now=NOW)
    dead.salary()

    erasing.carry_out(run, by=SYSTEM, now=NOW + timedelta(days=8))

    assert Addressee.objects.count() == 1
    assert run.items.get().why == "この人の記録が残っています"


def test_two_entries_of_one_person_go_together_or_not_at_all(db, erase):
    dead, again = leaver(1, died_on=date(2019, 1, 1)), leaver(2)
    first, second = sorted((dead, again), key=lambda row: row.pk)
    SamePerson.objects.create(first=first, second=second, proposed_by="K1001", proposed_at=NOW)

    erase(date(2027, 2, 1))
    assert Addressee.objects.count() == 2

    Addressee.objects.filter(pk=again.pk).update(died_on=date(2019, 1, 1))
    Run.objects.update(state="done")
    erase(date(2027, 2, 2))
    assert (Addressee.objects.count(), SamePerson.objects.count()) == (0, 0)


@pytest.mark.req("RET-05")
def test_the_dead_are_handled_as_the_living(db, erase, sign_in):
    """A 死亡日 changes neither masking nor log nor period: what is of a year goes by its year."""
    living, dead = resident(1), resident(2, died_on=date(2027, 1, 5))
    for person in (living, dead):
        person.salary()
    suzuki = sign_in("suzuki")

    for person in (living, dead):
        page = suzuki.get(f"/people/{person.row.pk}/").content.decode()
        assert person.row.masked_number in page
        assert person.personal_number not in page
        seen = AuditEvent.objects.filter(addressee_number=person.row.number)
        assert [event.action for event in seen] == ["addressee.viewed"]
    erase(LAST)
    assert SourceDocument.objects.count() == 2
    erase(AFTER)
    assert SourceDocument.objects.count() == 0
    stay = set(Addressee.objects.values_list("number", flat=True))
    assert stay == {living.row.number, dead.row.number}


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


def test_bank_account_goes_with_its_person(db, erase):
    row = resident(1, died_on=date(2019, 1, 1)).row
    account = BankAccount(
        addressee=row, bank_code="0001", branch_code="001", kind="1", holder_kana="シミン",
        since=date(2018, 1, 1), entered_at=NOW, entered_by="K1001",
    )  # fmt: skip
    account.take_number("1234567")
    account.save(force_insert=True)

    erase(date(2027, 2, 1))

    assert (BankAccount.objects.count(), Addressee.objects.count()) == (0, 0)


def test_number_of_one_who_is_gone_is_found_in_a_run_that_still_names_them(db, erase):
    """The year's run of another year lists whose tax changed most; the proof tells the place."""
    row = leaver(1, died_on=date(2019, 1, 1))
    YearRun.objects.create(
        tax_year="R30", proposed_by="K1", proposed_at=NOW, state="dropped",
        movers=[{"number": row.number, "before": 1, "now": 2}],
    )  # fmt: skip

    run = erase(date(2027, 2, 1))

    certificate = run.certificates.get(procedure="register")
    assert {"table": "levy_yearrun", "column": "movers", "count": 1} in certificate.proof["found"]
    assert run.state == Run.State.LEFTOVERS
    assert row.number not in str([certificate.items, certificate.proof])
    assert row.number not in str(list(run.items.values_list("label", flat=True)))


def test_original_without_its_case_is_found(year, erase):
    original = Original(message_id=uuid4(), sha256="0" * 64, size=1, sealed_sha256="0" * 64)
    original.sent_at = original.received_at = NOW
    original.seal(b"a return", tax_year="R30")
    original.save(force_insert=True)

    run = erase(AFTER)

    found = run.certificates.get(procedure="assessment").proof["found"]
    assert {"table": "cases_original", "column": "case", "count": 1} in found
