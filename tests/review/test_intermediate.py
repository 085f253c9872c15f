"""The intermediate server: copies are ordered deleted with the erasure; results vanish in time."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from review.addressees.models import UnifiedNumber, number_index
from review.audit.models import AuditEvent
from review.intermediate import deletions, formats, results, tasks
from review.intermediate.models import CopyDeletion, DeletionFile, InquiryResult
from review.retention import erasing, runs
from review.retention.alarms import alarms as all_alarms
from review.retention.periods import load_periods
from review.retention.tasks import forget_ended
from tests.review.small_city import resident, run_year
from tests.review.story import NOW, SYSTEM, actor

AFTER = date(2035, 4, 1)
DUE = datetime(2035, 4, 1, 3, tzinfo=UTC)
WHEN = {"by": SYSTEM, "now": DUE}


@pytest.fixture
def linked(settings, tmp_path: Path) -> Path:
    settings.INTERMEDIATE_DIR, settings.DEMO = str(tmp_path), True
    return tmp_path


def numbered(serial):
    person = resident(serial)
    UnifiedNumber.objects.create(
        number=f"U{serial:014d}",
        number_index=number_index(person.personal_number),
        issued_at=NOW,
    )
    return person


@pytest.fixture
def city(db, staff):
    people = [numbered(serial) for serial in (1, 2)]
    for person in people:
        person.salary()
    run_year(staff)
    return people


def erase(staff):
    run = runs.propose(AFTER, by=actor(staff["suzuki"]), now=DUE)
    run = runs.approve(run, by=actor(staff["tanaka"]), now=DUE)
    return erasing.carry_out(run, by=SYSTEM, now=DUE + timedelta(days=8))


@pytest.mark.req("RET-08")
def test_what_the_city_erases_is_ordered_deleted_there_and_closed_by_the_answer(
    city, staff, linked
):
    assert CopyDeletion.objects.count() == 0
    erase(staff)

    assert deletions.tell(**WHEN) == 2
    (path,) = (linked / "out").iterdir()
    lines = formats.read_orders(path.read_bytes())
    assert [line[1:] for line in lines] == [
        ["U00000000000001", "個人住民税", "R9"],
        ["U00000000000002", "個人住民税", "R9"],
    ]
    assert city[0].personal_number not in path.read_text()
    call_command("simulate_intermediate")
    counts = deletions.take_answers(**WHEN)

    file = DeletionFile.objects.get()
    assert counts == {"deleted": 2, "failed": 0, "unreadable": 0}
    assert (file.count, file.deleted, file.failed, CopyDeletion.objects.count()) == (2, 2, 0, 0)
    assert not list((linked / "in").iterdir())
    actions = AuditEvent.objects.filter(subject="deletion-file:1").values_list("action", flat=True)
    assert list(actions) == ["copies.told", "copies.answered"]


@pytest.mark.req("RET-08")
def test_what_the_server_could_not_delete_stays_an_order_and_raises_an_alarm(city, staff, linked):
    erase(staff)
    deletions.tell(**WHEN)
    call_command("simulate_intermediate", fail="R9")

    deletions.take_answers(**WHEN)

    assert deletions.standing() == {"waiting": 0, "told": 0, "failed": 2}
    assert [alarm for alarm in all_alarms(DUE) if "中間サーバー" in alarm]


def test_silence_of_a_week_raises_an_alarm(city, staff, linked):
    erase(staff)
    deletions.tell(**WHEN)

    assert not deletions.is_late(DUE + timedelta(days=7))
    assert deletions.is_late(DUE + timedelta(days=7, seconds=1))


def test_order_that_a_kill_undid_leaves_nothing_and_a_second_telling_writes_the_same(
    city, staff, linked, monkeypatch
):
    erase(staff)

    class Killed(BaseException):
        pass

    def dying(*_given, **_more):
        raise Killed

    monkeypatch.setattr(deletions, "_log", dying)
    with pytest.raises(Killed):
        deletions.tell(**WHEN)
    first = (linked / "out" / "delete-000001.csv").read_bytes()
    assert (DeletionFile.objects.count(), deletions.standing()["waiting"]) == (0, 2)
    monkeypatch.undo()

    deletions.tell(**WHEN)

    assert (linked / "out" / "delete-000001.csv").read_bytes() == first


def test_same_answer_twice_and_strange_answers_change_nothing(city, staff, linked):
    erase(staff)
    deletions.tell(**WHEN)
    answer = formats.answers([("1", "0")])
    for _again in range(2):
        (linked / "in").mkdir(exist_ok=True)
        (linked / "in" / "answer-delete-000001.csv").write_bytes(answer)
        deletions.take_answers(**WHEN)
    (linked / "in" / "answer-delete-000001.csv").write_bytes(b"\xff\xfe")
    (linked / "in" / "answer-delete-000099.csv").write_bytes(answer)

    counts = deletions.take_answers(**WHEN)

    assert counts["unreadable"] == 2
    assert (DeletionFile.objects.get().deleted, CopyDeletion.objects.count()) == (1, 1)


def test_city_without_the_link_orders_nothing(city, staff):
    erase(staff)

    assert CopyDeletion.objects.count() == 0
    assert tasks.exchange_files()["told"] == 0


def arrives(linked, **changes):
    data = {
        "unified_number": "U00000000000001",
        "title": "生活保護関係情報",
        "finished_at": "2028-02-29T12:00:00+09:00",
        "items": {"扶助の開始日": "令和9年4月1日"},
    } | changes
    (linked / "in").mkdir(exist_ok=True)
    path = linked / "in" / f"result-{abs(hash(str(data)))}.json"
    path.write_text(json.dumps(data))
    return path


@pytest.mark.req("RET-08")
@pytest.mark.parametrize(("today", "left"), [(date(2028, 3, 30), 1), (date(2028, 3, 31), 0)])
def test_inquiry_result_is_shown_sealed_and_vanishes_after_its_days(
    db, linked, sign_in, today, left
):
    person = numbered(1)
    path = arrives(linked)
    results.take(**WHEN)
    row = InquiryResult.objects.get()
    assert not path.exists()
    assert "扶助".encode() not in bytes(row.sealed)
    page = sign_in("suzuki").get(f"/people/{person.row.pk}/").content.decode()
    assert "生活保護関係情報" in page
    assert "令和9年4月1日" in page

    last = load_periods()["inquiry-results"].last_event_over(today)
    results.forget(last, **WHEN)

    assert InquiryResult.objects.count() == left
    assert AuditEvent.objects.filter(action="inquiry.erased").count() == 1 - left


def test_daily_task_forgets_and_counts(db, linked):
    numbered(1)
    arrives(linked, finished_at="2020-01-01T00:00:00+09:00")
    results.take(**WHEN)

    assert forget_ended()["inquiry_results"] == 1


def test_result_of_nobody_or_without_its_items_stays_in_the_folder_and_is_counted(db, linked):
    numbered(1)
    arrives(linked, unified_number="U99999999999999")
    arrives(linked, items="x")

    assert results.take(**WHEN) == {"taken": 0, "unreadable": 1, "unknown": 1}


def test_file_that_lies_for_a_week_raises_an_alarm(db, linked):
    path = arrives(linked, unified_number="U99999999999999")
    results.take(**WHEN)
    lain = path.stat().st_mtime

    def alarms(days):
        now = datetime.fromtimestamp(lain, UTC) + timedelta(days=days)
        return [alarm for alarm in all_alarms(now) if "端末との受渡し" in alarm]

    assert (alarms(6), len(alarms(8))) == ([], 1)


def test_simulator_runs_beside_a_demo_only(linked, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="demo only"):
        call_command("simulate_intermediate")
