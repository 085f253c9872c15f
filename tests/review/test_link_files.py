"""Files for other offices: their items only, everybody recorded, both sides compared."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from review.audit.models import AuditEvent
from review.levy.models import Decision
from review.slips import SystemSlip, read_slip
from review.transfers import files, receipts
from review.transfers.models import LinkFile
from review.transfers.targets import Route, items
from tests.review.giving import (
    CHILDREN,
    NOW,
    OFFICES,
    WHEN,
    approved,
    lines_of,
    made,
    numbers_in,
    refusal,
)
from tests.review.story import SYSTEM, actor


@pytest.mark.req("EXT-14", "ACC-11")
@pytest.mark.parametrize(
    "target",
    [one for one in OFFICES if Route.LINKAGE in one.routes],
    ids=lambda target: target.id,
)
def test_file_of_an_office_has_its_items_only(target, decided, staff, link_dir):
    approved(staff, target.id)

    head, *rows = lines_of(link_dir, made(staff, target.id))

    own = [item.label for item in items().values() if item.id in target.items]
    assert head == ["宛名番号", "課税年度", "決定日", *own]
    assert [row[0] for row in rows] == [person.row.number for person in decided]
    text = (link_dir / LinkFile.objects.get().name).read_text(encoding="utf-8")
    for person in decided:
        assert person.personal_number not in text
        assert person.row.name not in text


@pytest.mark.req("EXT-14")
def test_first_run_and_monthly_run_are_versions_of_one_series(decided, staff, link_dir):
    parent, _poor, _other = decided
    approved(staff, CHILDREN)
    first = made(staff, CHILDREN)
    month = date(2027, 9, 1)
    with transaction.atomic():
        Decision.objects.filter(addressee=parent.row).update(month=month)

    second = made(staff, CHILDREN, "monthly", month)

    assert [first.name, second.name] == [
        "transfer-01-R9-initial-v001.csv",
        "transfer-01-R9-202709-v002.csv",
    ]
    assert numbers_in(link_dir, second) == [parent.row.number]
    slip = json.loads((link_dir / f"{second.name}.slip.json").read_text(encoding="utf-8"))
    content = (link_dir / second.name).read_bytes()
    assert slip["sha256"] == hashlib.sha256(content).hexdigest()
    assert (slip["version"], slip["count"], slip["run"]) == (2, 1, "monthly")


@pytest.mark.req("LOG-07")
def test_file_makes_an_entry_for_each_person_with_day_and_addressee(decided, staff, link_dir):
    approved(staff, CHILDREN)

    file = made(staff, CHILDREN)

    entries = AuditEvent.objects.filter(action="data.released").order_by("position")
    assert [entry.addressee_number for entry in entries] == [p.row.number for p in decided]
    assert {entry.at for entry in entries} == {NOW}
    assert {entry.detail["to"] for entry in entries} == {"こども局こども育成部こども支援課"}
    assert {entry.detail["file"] for entry in entries} == {file.name}
    assert entries[0].person["name"] == decided[0].row.name


@pytest.mark.req("LOG-07")
def test_killed_run_goes_on_and_nobody_is_recorded_twice(decided, staff, link_dir, monkeypatch):
    approved(staff, CHILDREN)
    monkeypatch.setattr(files, "PORTION", 1)
    file = files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)
    seen = []

    def clock():
        seen.append(1)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return NOW

    with pytest.raises(KeyboardInterrupt):
        files.make(file, by=SYSTEM, clock=clock)
    # The receiver looks for no hidden name: so far nothing left the office.
    assert [path.name[0] for path in link_dir.iterdir()] == ["."]
    half = LinkFile.objects.get()
    assert (half.state, half.recorded) == ("written", 2)

    files.make(half, by=SYSTEM, clock=lambda: NOW)

    entries = AuditEvent.objects.filter(action="data.released")
    assert sorted(entries.values_list("addressee_number", flat=True)) == sorted(
        person.row.number for person in decided
    )
    assert LinkFile.objects.get().state == "handed_over"


def test_file_that_was_changed_on_disk_is_not_handed_over(decided, staff, link_dir):
    approved(staff, CHILDREN)
    file = files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)

    def clock():
        for part in link_dir.glob(".*.part"):
            part.write_bytes(part.read_bytes().replace(b"R9", b"R8"))
        return NOW

    file = files.make(file, by=SYSTEM, clock=clock)

    assert (file.state, "書いた時と違います" in file.trouble) == ("failed", True)
    assert list(link_dir.iterdir()) == []


def test_file_that_goes_away_leaves_a_reason_and_nothing_half_done(decided, staff, link_dir):
    approved(staff, CHILDREN)
    file = files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)
    calls = []

    def clock():
        calls.append(1)
        if len(calls) == 2:
            for part in link_dir.glob(".*.part"):
                part.unlink()
        return NOW

    file = files.make(file, by=SYSTEM, clock=clock)

    assert (file.state, "書いた時と違います" in file.trouble) == ("failed", True)
    assert list(link_dir.iterdir()) == []


def test_without_a_folder_no_file_is_ordered(decided, staff, settings):
    settings.LINK_DIR = ""
    approved(staff, CHILDREN)

    assert "LINK_DIR" in refusal(
        lambda: files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)
    )


def receipt_for(file, **changes):
    given = {
        "system": "児童手当システム",
        "at": NOW + timedelta(minutes=2),
        "sha256": file.sha256,
        "count": file.count,
    }
    return SystemSlip(**given | changes)


@pytest.mark.req("LOG-08")
@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"sha256": "0" * 64}, ["ハッシュ値が違います"]),
        ({"count": 2}, ["件数が違います"]),
        ({"at": NOW - timedelta(hours=1)}, ["受信の時刻が送信より前です"]),
    ],
)
def test_report_names_what_the_two_sides_record_differently(
    time_machine_at, decided, staff, sign_in, link_dir, changes, problems
):
    approved(staff, CHILDREN)
    file = made(staff, CHILDREN)
    assert receipts.report()[0].problems == ["受信側の票がありません"]
    slip = receipt_for(file, **changes).as_json().encode()
    assert read_slip(slip) == receipt_for(file, **changes)
    client = sign_in("suzuki")
    client.post(
        f"/transfers/files/{file.pk}/receipt/", {"slip": SimpleUploadedFile("s.json", slip)}
    )

    (row,) = receipts.report()
    page = client.get("/transfers/report/").content.decode()
    assert row.problems == problems
    assert all(problem in page for problem in problems)
    assert ("すべて一致しています" in page) == (not problems)


@pytest.mark.req("LOG-08")
def test_receipt_is_taken_once(decided, staff, link_dir):
    approved(staff, CHILDREN)
    file = made(staff, CHILDREN)
    by = actor(staff["suzuki"])
    receipts.take_receipt(file, receipt_for(file), by=by, now=NOW)

    again = lambda: receipts.take_receipt(file, receipt_for(file), by=by, now=NOW)  # noqa: E731
    assert "すでに登録されています" in refusal(again)
