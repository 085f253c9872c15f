"""Runs of erasure: two persons, a wait, kills in the middle, holds, proof, the outside file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from config.keyring import Keyring
from exchange.models import OutboxMessage
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case, Note, Original
from review.cases.states import State
from review.errors import Refusal
from review.levy.models import YearRun
from review.paper.models import PaperEntry
from review.reconcile.models import Disagreement
from review.retention import archive, erasing, runs
from review.retention.models import Erasure, Hold, Run, RunItem
from tests.review.story import NOW, actor, walk

AS_OF = date(2035, 4, 1)
LATER = NOW + timedelta(days=8)


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.RETENTION_WAITING_DAYS = 7


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


@pytest.fixture
def imported(filed, staff):
    """Three filings whose work has ended and whose residents know it."""
    cases = [walk(filed.queued(), State.IMPORTED, staff) for _ in range(3)]
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    return cases


@pytest.fixture
def approved(imported, suzuki, tanaka):
    run = runs.propose(AS_OF, by=suzuki, now=NOW)
    return runs.approve(run, by=tanaka, now=NOW)


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value.message)


@pytest.mark.req("RET-02")
def test_nobody_approves_their_own_list(imported, suzuki):
    run = runs.propose(AS_OF, by=suzuki, now=NOW)

    assert "自分が作った一覧は承認できません" in refusal(
        lambda: runs.approve(run, by=suzuki, now=NOW)
    )


@pytest.mark.req("RET-02")
def test_the_database_refuses_it_too(imported, suzuki):
    run = runs.propose(AS_OF, by=suzuki, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            state="approved", approved_by=run.proposed_by, not_before=NOW
        )


def test_nothing_goes_before_the_approval_nor_before_the_wait_is_over(imported, suzuki, tanaka):
    run = runs.propose(AS_OF, by=suzuki, now=NOW)
    refusal(lambda: erasing.carry_out(run, by=tanaka, now=LATER))
    runs.approve(run, by=tanaka, now=NOW)

    early = NOW + timedelta(days=7) - timedelta(seconds=1)
    assert "待機期間" in refusal(lambda: erasing.carry_out(run, by=tanaka, now=early))
    assert Case.objects.count() == 3


def test_approved_run_erases_after_the_wait_and_certifies_each_procedure(approved, tanaka):
    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    assert run.state == Run.State.DONE
    assert (Case.objects.count(), Original.objects.count(), SourceDocument.objects.count()) == (
        0, 0, 0,
    )  # fmt: skip
    certificates = {c.procedure: c for c in run.certificates.all()}
    returns = certificates["resident-tax-return"]
    assert (returns.counts, returns.finished_at) == ({"cases": 3, "originals": 3}, LATER)
    assert returns.proof["found"] == []
    assert sorted(c.number for c in certificates.values()) == [1, 2, 3]
    written = AuditEvent.objects.filter(action__startswith="retention.")
    # Whether the year has a part of its own to drop depends on the day of the migration.
    parts = ("retention.part_erased", "retention.year_dropped")
    actions = list(written.exclude(action__in=parts).values_list("action", "actor"))
    assert actions == [
        ("retention.proposed", "K1001"),
        ("retention.approved", "K1002"),
        ("retention.started", "K1002"),
        ("retention.erased", "K1002"),
    ]


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


@pytest.mark.parametrize("step", range(1, 7))
def test_a_killed_run_goes_on_and_its_certificate_tells_the_truth(
    approved, tanaka, monkeypatch, step
):
    """Every second call of a step of the way ends the process; the rows decide what is left."""
    monkeypatch.setattr(erasing, "CHUNK", 1)
    calls = 0
    deleting = erasing.delete

    def dying(kind, **options):
        nonlocal calls
        calls += 1
        gone = deleting(kind, **options)
        if calls == step:
            raise Killed
        return gone

    monkeypatch.setattr(erasing, "delete", dying)
    with pytest.raises(Killed):
        erasing.carry_out(approved, by=tanaka, now=LATER)

    begun = Erasure.objects.order_by("number").last()
    erased = RunItem.objects.filter(procedure=begun.procedure, state="erased").count()
    assert begun.finished_at is None
    assert sum(n for kind, n in begun.counts.items() if kind != "originals") == erased

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    assert run.state == Run.State.DONE
    assert RunItem.objects.exclude(state="erased").count() == 0
    assert Erasure.objects.get(procedure="resident-tax-return").counts["cases"] == 3
    assert Erasure.objects.count() == 3


def test_only_one_run_is_open_at_a_time(imported, suzuki, tanaka):
    first = runs.propose(AS_OF, by=suzuki, now=NOW)
    assert "終わっていない消去があります" in refusal(
        lambda: runs.propose(AS_OF, by=tanaka, now=NOW)
    )

    runs.cancel(first, reason="日付の間違い", by=tanaka, now=NOW)

    assert runs.propose(AS_OF, by=tanaka, now=NOW).number == 2


def test_a_clock_that_is_years_ahead_proposes_nothing(imported, suzuki, settings):
    settings.RETENTION_LOOK_AHEAD_DAYS = 31

    assert "基準日が先すぎます" in refusal(lambda: runs.propose(AS_OF, by=suzuki, now=NOW))


@pytest.mark.parametrize("by", ["person", "filing"])
def test_a_hold_keeps_the_records_and_is_named(imported, suzuki, tanaka, by):
    one = imported[0]
    names = {"addressee_number": one.addressee.number} if by == "person" else {
        "receipt_number": one.receipt_number
    }  # fmt: skip
    Hold.objects.create(
        kind="litigation", reason="令和17年(行ウ)第1号", set_by="K1001", set_at=NOW, **names
    )

    run = runs.propose(AS_OF, by=suzuki, now=NOW)

    whys = {entry["why"] for entry in run.refused if "receipt_number" in entry}
    assert whys == {"消去の保留(訴訟): 令和17年(行ウ)第1号"}


def test_a_hold_set_after_the_list_was_made_still_keeps_the_record(approved, imported, tanaka):
    Hold.objects.create(
        kind="disclosure", reason="開示請求", receipt_number=imported[1].receipt_number,
        set_by="K1001", set_at=NOW,
    )  # fmt: skip

    erasing.carry_out(approved, by=tanaka, now=LATER)

    assert list(Case.objects.values_list("receipt_number", flat=True)) == [
        imported[1].receipt_number
    ]
    kept = RunItem.objects.get(state="kept")
    assert kept.why == "消去の保留(開示請求): 開示請求"


def test_a_hold_that_has_ended_or_run_out_keeps_nothing(imported, suzuki):
    one = imported[0].receipt_number
    common = {"kind": "other", "reason": "調査", "set_by": "K1001", "set_at": NOW}
    Hold.objects.create(receipt_number=one, until=date(2035, 3, 31), **common)
    Hold.objects.create(receipt_number=one, ended_by="K1002", ended_at=NOW, **common)

    assert runs.propose(AS_OF, by=suzuki, now=NOW).counts["cases"] == 3


@pytest.mark.parametrize("note", ["receipt", "id", "number"])
def test_planted_leftovers_are_found_and_named_without_their_value(
    approved, imported, tanaka, note
):
    """A free-text remark in another table names what is gone; the proof tells the place."""
    words = {
        "receipt": imported[0].receipt_number,
        "id": str(imported[0].pk),
        "number": _number_of(imported[0]),
    }
    SourceDocument.objects.update(tax_year="R15")
    Disagreement.objects.create(
        tax_year="R15", addressee=imported[0].addressee, kind="amount", key="k", label="給与",
        found_at=NOW, settled_reason=f"電話で確認 {words[note]} のとおり",
    )  # fmt: skip

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    found = run.certificates.get(procedure="resident-tax-return").proof["found"]
    assert run.state == Run.State.LEFTOVERS
    assert {"table": "reconcile_disagreement", "column": "said", "count": 1} in found
    assert words[note] not in str(found)


@pytest.mark.parametrize("note", ["receipt", "id", "number"])
def test_leftovers_within_a_sealed_column_are_found_too(approved, imported, tanaka, note):
    words = {
        "receipt": imported[0].receipt_number,
        "id": str(imported[0].pk),
        "number": _number_of(imported[0]),
    }
    SourceDocument.objects.create(
        tax_year="R15", addressee=imported[0].addressee, kind="disability", source="planted",
        content={"grade": "1", "remark": f"電話で確認 {words[note]} のとおり"}, received_at=NOW,
    )  # fmt: skip

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    found = run.certificates.get(procedure="resident-tax-return").proof["found"]
    assert run.state == Run.State.LEFTOVERS
    assert found == [{"table": "assessment_sourcedocument", "column": "content", "count": 1}]


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def in_fours(number, between):
    """Write a number as people do; what is full-width stands between digits of that width."""
    written = between.join((number[:4], number[4:8], number[8:]))
    return written.translate(WIDE) if between in ("　", "－") else written


@pytest.mark.parametrize("between", ["", "-", " ", "−", "　", "－"])
def test_a_number_in_a_free_text_is_found_however_it_is_written(
    approved, imported, staff, tanaka, between
):
    """In the note of a filing that stays, and in the reason of the hold that keeps it."""
    stays = imported[0]
    number = in_fours(_number_of(stays), between)
    Note.objects.create(case=stays, kind="note", text=f"本人({number})", by=staff["suzuki"], at=NOW)
    Hold.objects.create(
        kind="appeal", receipt_number=stays.receipt_number, reason=f"審査請求({number})",
        set_by="K1001", set_at=NOW,
    )  # fmt: skip

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    found = run.certificates.get(procedure="resident-tax-return").proof["found"]
    assert found == [
        {"table": "cases_note", "column": "text", "count": 1},
        {"table": "retention_hold", "column": "reason", "count": 1},
    ]
    assert number not in str(found)


def test_numbers_in_sealed_columns_of_years_that_stay_are_found(approved, imported, staff, tanaka):
    number = in_fours(_number_of(imported[0]), "−")
    wide = in_fours(_number_of(imported[0]), "　")
    YearRun.objects.create(
        tax_year="R15", proposed_by="K1001", proposed_at=NOW, state="dropped",
        movers=[{"number": number, "before": 1, "now": 2}],
    )  # fmt: skip
    PaperEntry.objects.create(
        channel="counter", tax_year="R15", received_on=NOW.date(), identity={}, sealed=b"",
        state="cancelled", comment=f"{wide} の人の二重入力", entered_by=staff["suzuki"],
        entered_at=NOW, decided_by=staff["tanaka"], decided_at=NOW,
    )  # fmt: skip

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    found = run.certificates.get(procedure="resident-tax-return").proof["found"]
    assert found == [
        {"table": "levy_yearrun", "column": "movers", "count": 1},
        {"table": "paper_paperentry", "column": "comment", "count": 1},
    ]


def test_a_row_left_though_its_key_is_gone_is_found(approved, imported, tanaka):
    row = SourceDocument.objects.create(
        tax_year="R9", addressee=imported[0].addressee, kind="disability", source="planted",
        content={"grade": "1"}, received_at=NOW,
    )  # fmt: skip
    SourceDocument.objects.filter(pk=row.pk).update(tax_year="R15")

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    found = run.certificates.get(procedure="resident-tax-return").proof["found"]
    assert {"table": "assessment_sourcedocument", "column": "content", "count": 1} in found


def _number_of(case):
    from django.conf import settings

    person = case.addressee
    return settings.DATA_KEYRING.decrypt(
        bytes(person.number_sealed), row=f"addressee:number:{person.pk}"
    ).decode()


@pytest.mark.req("RET-04")
def test_outside_file_is_encrypted_counted_and_hashed_before_the_erasure(
    approved, imported, tanaka, settings, tmp_path: Path
):
    settings.ARCHIVE_DIR = str(tmp_path)
    settings.ARCHIVE_KEYRING = Keyring({"archive": b"a" * 32}, "archive")
    original = imported[0].original.package_bytes()

    run = erasing.carry_out(approved, by=tanaka, now=LATER)

    certificate = run.certificates.get(procedure="resident-tax-return")
    (part,) = certificate.archive["parts"]
    path = tmp_path / f"run-{run.number:05}" / part["name"]
    records = archive.read_part(path, run=run.number, procedure=certificate.procedure, part=1)
    assert part["records"] == len(records) == 6
    assert imported[0].addressee.name.encode() not in path.read_bytes()
    packages = [r["fields"]["package"] for r in records if "package" in r["fields"]]
    import base64

    assert original in [base64.b64decode(package) for package in packages]


def test_two_processes_never_carry_out_at_the_same_time(approved, tanaka):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [runs.RUN_LOCK + 1])
    try:
        message = refusal(lambda: erasing.carry_out(approved, by=tanaka, now=LATER))
    finally:
        other.close()

    assert "別の処理が実施しています" in message
    assert Case.objects.count() == 3
