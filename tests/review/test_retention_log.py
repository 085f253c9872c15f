"""Erasing the log's beginning, exports and what else has a day of its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from exchange.models import OutboxMessage
from review.audit.chain import beginning
from review.audit.chain import walk as walk_chain
from review.audit.models import AuditEvent, ErasedLog
from review.audit.services import record_by
from review.cases.models import Case, Export, Original
from review.cases.states import State
from review.retention import erasing, proof, runs
from review.retention.models import Disposal, Hold, Run
from review.staff.actors import batch
from tests.review.story import NOW, actor, walk

BY = batch("purge")
THEN = datetime(2027, 2, 1, 3, tzinfo=UTC)
# Seven years after 1 February 2027 the last day of keeping is 1 February 2034.
LAST_DAY, DAY_AFTER = date(2034, 2, 1), date(2034, 2, 2)


def at(day):
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def entry(now, **items):
    with transaction.atomic():
        return record_by(BY, "case.viewed", reason="審査", now=now, **items)


def erased(as_of, staff):
    now = at(as_of)
    run = runs.approve(runs.propose(as_of, by=BY, now=now), by=actor(staff["tanaka"]), now=now)
    return erasing.carry_out(run, by=BY, now=now + timedelta(days=8))


def chain():
    return walk_chain(AuditEvent.objects.order_by("position"), beginning())


def test_log_goes_from_its_beginning_on_the_day_after_and_the_chain_still_holds(staff, db):
    for _ in range(3):
        entry(THEN)
    young = entry(THEN + timedelta(days=1))

    runs.cancel(
        runs.propose(LAST_DAY, by=BY, now=at(LAST_DAY)), reason="試し", by=BY, now=at(LAST_DAY)
    )
    kept = AuditEvent.objects.filter(action="case.viewed").count()
    run = erased(DAY_AFTER, staff)

    assert kept == 4
    assert run.state == Run.State.DONE
    left = AuditEvent.objects.filter(action="case.viewed")
    assert list(left.values_list("position", flat=True)) == [young.position]
    assert ErasedLog.objects.get().position == young.position - 1
    assert chain().broken is None


def test_log_stays_from_the_first_entry_about_a_person_on_hold(staff, db):
    entry(THEN)
    entry(THEN, addressee_number="B1")
    entry(THEN)
    Hold.objects.create(
        kind="litigation", reason="行ウ1", addressee_number="B1", set_by="K1001", set_at=NOW
    )

    erased(DAY_AFTER, staff)

    assert AuditEvent.objects.filter(action="case.viewed").count() == 2


def test_database_lets_nobody_else_shorten_the_log(staff, db):
    one = entry(THEN)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=one.pk).delete()
    with pytest.raises(DatabaseError, match="only with its erasure"), transaction.atomic():
        ErasedLog.objects.create(id=1, position=one.position, hash=one.hash, certificate=one_id())


def one_id():
    return "00000000-0000-4000-8000-000000000000"


def test_exports_go_after_their_period_and_open_matters_are_named(staff, db):
    Export.objects.create(
        format="csv", reason="点検", requested_by=staff["suzuki"], requested_at=THEN
    )
    Disposal.objects.create(
        number=1, medium="LTO 1", contents="控え", quantity=1, method="melting",
        planned_on=date(2027, 2, 1), requested_by="K1001", requested_at=THEN,
    )  # fmt: skip

    run = erased(DAY_AFTER, staff)

    assert (Export.objects.count(), Disposal.objects.count()) == (0, 1)
    assert [e["why"] for e in run.refused] == [
        "期間が過ぎましたが、まだ終わっていません(起算日がありません)"
    ]


def test_case_without_a_year_is_listed_and_never_guessed(filed, staff):
    case = walk(filed.queued(), State.IMPORTED, staff)
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    Case.objects.update(tax_year="?")

    run = runs.propose(date(2099, 1, 1), by=BY, now=at(date(2099, 1, 1)))

    named = [e["why"] for e in run.refused if e.get("receipt_number") == case.receipt_number]
    assert named == ["起算日が分かりません(課税年度を確認してください)"]


def test_orphans_are_found(staff, db, settings, tmp_path):
    Original.objects.create(
        message_id=one_id(), sha256="0" * 64, size=1, sealed_sha256="0" * 64,
        sent_at=NOW, received_at=NOW,
    )  # fmt: skip
    settings.YEAR_KEYS_DIR = str(tmp_path)
    (tmp_path / "R1-0badcafe.key").write_bytes(b"left behind")

    assert [(one.table, one.count) for one in proof.orphans(["R1"], NOW)] == [
        ("cases_original", 1),
        ("YEAR_KEYS_DIR", 1),
    ]
