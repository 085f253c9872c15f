"""Giving tax data to other offices: an approved application first, then only what it may have."""

import csv
import hashlib
import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction

from review.addressees.records import write_down
from review.audit.analysis import analyse
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy.models import Decision
from review.retention import erasing, runs
from review.rights import services as rights
from review.slips import SystemSlip, read_slip
from review.staff import rights as grants
from review.staff.models import StaffMember
from review.transfers import files, receipts, requests
from review.transfers.models import LinkFile, UseRequest
from review.transfers.requests import Application
from review.transfers.targets import Route, all_targets, items, targets
from tests.review import story
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.story import REASON, SYSTEM, actor
from tests.review.test_bypass import forget_entries

NOW = DECIDED + timedelta(days=40)
TODAY = date(2027, 6, 19)
WHEN = {"reason": REASON, "now": NOW}
OFFICES = [target for target in all_targets() if target.is_transfer]
SALARY = {
    "payer": "白川商事",
    "revenue": 4_000_000,
    "withheld_tax": 100_000,
    "social_insurance": 600_000,
}
HOUSING, CHILDREN, WELFARE = "transfer-07", "transfer-01", "transfer-06"


@pytest.fixture
def decided(db, staff):
    """Three people with a decided tax: one with a child and a disability, one with nothing."""
    child = resident(9, born=date(2015, 5, 1))
    parent = resident(1)
    parent.salary(4_000_000)
    relative = relative_of(child)
    parent.filed(
        {
            "income_kinds": ["salary"],
            "salaries": [SALARY],
            "relatives": [relative],
            "personal": {"disability": "general"},
        }
    )
    poor, other = resident(2), resident(3)
    poor.salary(900_000)
    other.salary(3_000_000)
    run_year(staff)
    return parent, poor, other


def application(target, **changes):
    found = targets(TODAY)[target]
    given = {
        "target": target,
        "route": found.routes[0],
        "basis": "児童手当法26条",
        "purpose": "手当の額の決定",
        "conditions": "目的外に使わない。期間が終われば消去する。",
        "items": found.items,
        "starts_on": TODAY,
        "ends_on": date(2028, 3, 31),
        "applicant": "移転先の担当 水前寺 学",
        "identified_by": "職員証",
    }
    return Application(**given | changes)


def approved(staff, target, **changes):
    asked = requests.ask(application(target, **changes), by=actor(staff["suzuki"]), now=NOW)
    return requests.approve(asked, decision="市民税第7号", by=actor(staff["tanaka"]), now=NOW)


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value)


@pytest.fixture
def reader(staff):
    """Return a client of somebody in another office, with a right for that office's data."""

    def open_client(target, number="K3001"):
        member = story.engage(number, "水前寺 学", [])
        story.grant(member, "reader", procedure=target)
        return story.signed_in(member)

    return open_client


@pytest.fixture
def time_machine_at(at_story_time):
    at_story_time(NOW)
    return at_story_time


# What is law and what is ours: the data


def test_sixteen_offices_are_listed_and_what_the_assessment_leaves_open_is_marked():
    assert [target.id for target in OFFICES] == [f"transfer-{n:02d}" for n in range(1, 17)]
    assert {target.id for target in all_targets() if not target.is_transfer} == {
        f"provision-{n:02d}" for n in range(1, 5)
    }
    assert all("市が決める" in target.unconfirmed for target in OFFICES)
    assert not any(target.number for target in OFFICES)
    assert all(set(target.items) <= set(items()) and target.items for target in OFFICES)
    assert targets(date(2025, 11, 10)) == {}


# ACC-11: the page of another office


@pytest.mark.req("ACC-11")
@pytest.mark.parametrize("target", OFFICES, ids=lambda target: target.id)
def test_office_sees_its_own_items_of_a_person_and_no_other(
    target, decided, staff, reader, time_machine_at
):
    parent, _poor, _other = decided
    approved(staff, target.id)
    page = {"target": target.id, "number": parent.row.number, "tax_year": "R9"}

    shown = reader(target.id).post("/transfers/look/", page).content.decode()

    sheet = shown.split('aria-labelledby="sheet"')[1].split("</section>")[0]
    labels = [row.split("</dt>")[0] for row in sheet.split("<dt>")[1:]]
    own = [item.label for item in items().values() if item.id in target.items]
    assert labels == ["宛名番号", "課税年度", "決定日", *own]
    for hidden in (parent.row.name, parent.row.address, parent.personal_number):
        assert hidden not in shown


@pytest.mark.req("ACC-11")
def test_values_are_those_of_the_decision(decided, staff, reader, time_machine_at):
    parent, poor, _other = decided
    approved(staff, CHILDREN)
    client = reader(CHILDREN)

    def sheet(person):
        page = {"target": CHILDREN, "number": person.row.number, "tax_year": "R9"}
        text = client.post("/transfers/look/", page).content.decode()
        rows = text.split('aria-labelledby="sheet"')[1].split("</section>")[0].split("<dt>")[1:]
        return {
            row.split("</dt>")[0]: row.split("<dd>")[1].split("</dd>")[0].strip() for row in rows
        }

    of_parent, of_poor = sheet(parent), sheet(poor)
    income = Decision.objects.get(addressee=parent.row).assessment.result["total_income_gokei"]
    assert f"{income:,}" in of_parent["合計所得金額"]
    assert of_parent["課税・非課税の別"] == "所得割課税"
    assert (of_parent["扶養親族の数"], of_parent["扶養親族のうち16歳未満の数"]) == ("1人", "1人")
    assert of_parent["本人の障害の区分"] == "普通"
    assert of_poor["課税・非課税の別"] == "非課税"
    assert (of_poor["扶養親族の数"], of_poor["寡婦の申立て"]) == ("0人", "なし")


@pytest.mark.req("ACC-11", "LOG-01")
def test_each_look_is_written_down_with_the_person_and_a_miss_without(
    decided, staff, reader, time_machine_at
):
    parent, _poor, _other = decided
    approved(staff, HOUSING)
    client = reader(HOUSING)

    for number in (parent.row.number, "999999999"):
        page = {"target": HOUSING, "number": number, "tax_year": "R9"}
        client.post("/transfers/look/", page)

    looks = AuditEvent.objects.filter(action__startswith="transfer.", actor="K3001")
    found = list(looks.order_by("position").values_list("action", "addressee_number"))
    assert found == [("transfer.viewed", parent.row.number), ("transfer.not_found", "")]


@pytest.mark.req("LOG-06")
def test_look_of_another_office_at_ones_own_record_is_found_by_the_analysis(
    decided, staff, reader, time_machine_at
):
    parent, _poor, _other = decided
    approved(staff, HOUSING)
    client = reader(HOUSING)
    StaffMember.objects.filter(number="K3001").update(addressee_number=parent.row.number)

    page = {"target": HOUSING, "number": parent.row.number, "tax_year": "R9"}
    client.post("/transfers/look/", page)

    found = {(finding.kind, finding.actor) for finding in analyse(TODAY)}
    assert ("own", "K3001") in found


@pytest.mark.req("ACC-11")
def test_office_cannot_ask_for_another_offices_items(decided, staff, reader, time_machine_at):
    parent, _poor, _other = decided
    approved(staff, HOUSING)
    approved(staff, CHILDREN)

    page = {"target": CHILDREN, "number": parent.row.number, "tax_year": "R9"}
    response = reader(HOUSING).post("/transfers/look/", page)

    assert response.status_code == 422
    assert "扶養親族の数" not in response.content.decode()


@pytest.mark.req("ACC-11")
def test_right_that_names_no_office_shows_nothing(decided, staff, time_machine_at):
    approved(staff, HOUSING)
    client = story.signed_in(story.engage("K3002", "無所属 進", ["reader"]))

    assert "権限に定められていません" in client.get("/transfers/look/").content.decode()


def test_reader_is_granted_for_one_office_only(staff):
    given = {"department": "", "starts_on": TODAY, "ends_on": None, "decision": "第1号"}
    given |= {"by": actor(staff["mori"]), "now": NOW}
    ask = grants.request
    member = staff["yamada"]

    for role, procedure in (("reader", ""), ("reader", "resident-tax-return"), ("clerk", HOUSING)):
        words = refusal(lambda r=role, p=procedure: ask(member, role=r, procedure=p, **given))
        assert "移転先を1つ" in words
    assert ask(member, role="reader", procedure=HOUSING, **given).procedure == HOUSING


@pytest.mark.req("ACC-11")
@pytest.mark.parametrize("why", ["restricted", "stopped"])
def test_whom_no_office_may_see_is_in_no_page_and_no_file(
    why, decided, staff, reader, link_dir, time_machine_at
):
    parent, poor, other = decided
    approved(staff, WELFARE)
    hide(parent, why, staff)

    page = {"target": WELFARE, "number": parent.row.number, "tax_year": "R9"}
    response = reader(WELFARE).post("/transfers/look/", page)

    assert response.status_code == 422
    assert "お見せできる情報はありません" in response.content.decode()
    assert numbers_in(link_dir, made(staff, WELFARE)) == [poor.row.number, other.row.number]


def hide(person, why, staff):
    if why == "restricted":
        with transaction.atomic():
            person.row.restricted = True
            person.row.save(update_fields=["restricted"])
            by = actor(staff["suzuki"])
            write_down("addressee.changed", person.row, by=by, reason=REASON, now=NOW)
        return
    asked = rights.request(
        kind="stop",
        addressee_number=person.row.number,
        received_on=TODAY,
        asked="利用停止",
        by=actor(staff["suzuki"]),
        now=NOW,
    )
    rights.approve(asked, by=actor(staff["tanaka"]), now=NOW)


# ACC-15: the application


@pytest.mark.req("ACC-15")
def test_application_is_approved_by_another_person_and_by_a_decision(db, staff):
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    asked = requests.ask(application(CHILDREN), by=suzuki, now=NOW)
    assert requests.in_force(CHILDREN, TODAY) == []
    assert "自分が登録した承認願" in refusal(
        lambda: requests.approve(asked, decision="第7号", by=suzuki, now=NOW)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        UseRequest.objects.filter(pk=asked.pk).update(
            state="approved", decided_by="K1001", decided_at=NOW, decision="第7号"
        )

    requests.approve(asked, decision="市民税第7号", by=tanaka, now=NOW)

    assert requests.in_force(CHILDREN, TODAY) == [asked]
    logged = AuditEvent.objects.filter(subject=asked.subject).order_by("position")
    assert list(logged.values_list("action", "actor")) == [
        ("transfer.requested", "K1001"),
        ("transfer.approved", "K1002"),
    ]


@pytest.mark.req("ACC-15")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"route": Route.PAPER}, "認められた方法は"),
        ({"route": Route.MEDIUM}, "認められた方法は"),
        (
            {"target": HOUSING, "route": Route.PAPER, "items": ["taxed"], "identified_by": ""},
            "申請者の本人確認",
        ),
        ({"items": ["total_income", "total"]}, "認められていない項目があります: 年税額"),
        ({"ends_on": TODAY - timedelta(days=1)}, "使用期間の末日"),
        ({"ends_on": date(2032, 6, 20)}, "保存期間より長く"),
        ({"target": "provision-02"}, "移転先にありません"),
    ],
)
def test_what_the_assessment_does_not_allow_is_not_even_written_down(db, staff, changes, words):
    target = changes.get("target", CHILDREN)
    asked = Application(**vars(application(CHILDREN)) | changes | {"target": target})

    assert words in refusal(lambda: requests.ask(asked, by=actor(staff["suzuki"]), now=NOW))
    assert not UseRequest.objects.exists()


@pytest.mark.req("ACC-15")
@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({"starts_on": TODAY + timedelta(days=1)}, TODAY),
        ({}, date(2028, 4, 1)),
    ],
)
def test_outside_the_period_no_page_opens_and_no_file_is_made(
    decided, staff, reader, link_dir, time_machine_at, changes, day
):
    parent, _poor, _other = decided
    approved(staff, CHILDREN, **changes)
    at = NOW + (day - TODAY)
    time_machine_at(at)

    page = {"target": CHILDREN, "number": parent.row.number, "tax_year": "R9"}
    response = reader(CHILDREN).post("/transfers/look/", page)

    assert "有効なデータ使用承認願がありません" in response.content.decode()
    assert "有効なデータ使用承認願がありません" in refusal(
        lambda: files.order(
            CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), reason=REASON, now=at
        )
    )
    assert list(link_dir.iterdir()) == []


@pytest.mark.req("ACC-15")
def test_file_ordered_in_time_is_not_handed_over_after_the_end(decided, staff, link_dir):
    request = approved(staff, CHILDREN)
    file = files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)
    requests.end(request, remark="事務の廃止", by=actor(staff["tanaka"]), now=NOW)

    file = files.make(file, by=SYSTEM, clock=lambda: NOW)

    assert (file.state, "中止" in file.trouble) == ("failed", True)
    assert list(link_dir.iterdir()) == []
    assert not AuditEvent.objects.filter(action="data.released").exists()


@pytest.mark.req("ACC-15")
def test_file_for_which_nobody_applied_is_not_ordered(decided, staff, link_dir):
    assert "有効なデータ使用承認願がありません" in refusal(
        lambda: files.order(CHILDREN, "R9", "initial", by=actor(staff["suzuki"]), **WHEN)
    )


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize("table", ["userequest", "linkfile"])
def test_application_and_file_change_only_with_an_audit_entry(table, decided, staff, link_dir):
    approved(staff, CHILDREN)
    made(staff, CHILDREN)

    with connection.cursor() as cursor:
        forget_entries(cursor)
        cursor.execute(f"UPDATE transfers_{table} SET target = 'transfer-02'")
        with pytest.raises(DatabaseError, match="audit entry"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# EXT-14, LOG-07, LOG-08: the files


@pytest.fixture
def link_dir(tmp_path, settings):
    folder = tmp_path / "linkage"
    folder.mkdir()
    settings.LINK_DIR = str(folder)
    return folder


def made(staff, target, run="initial", month=None):
    file = files.order(target, "R9", run, month, by=actor(staff["suzuki"]), **WHEN)
    return files.make(file, by=SYSTEM, clock=lambda: NOW)


def lines_of(folder, file):
    text = (folder / file.name).read_bytes().decode("utf-8")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.reader(text.splitlines()))


def numbers_in(folder, file):
    return [line[0] for line in lines_of(folder, file)[1:]]


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


# OPS-05: paper


@pytest.mark.req("OPS-05", "LOG-07")
@pytest.mark.parametrize("left_out", ["", "receiver", "identified_by", "basis"])
def test_paper_goes_out_with_receiver_identification_and_law_only(
    time_machine_at, decided, staff, sign_in, left_out
):
    parent, _poor, _other = decided
    request = approved(staff, HOUSING, route=Route.PAPER)
    page = {
        "number": parent.row.number,
        "tax_year": "R9",
        "receiver": "市営住宅課 水前寺 学",
        "identified_by": "職員証",
        "basis": "公営住宅法34条",
    }
    page = {name: value for name, value in page.items() if name != left_out}

    url = f"/transfers/requests/{request.number}/sheet/"
    response = sign_in("suzuki").post(url, page)

    entries = AuditEvent.objects.filter(action="data.released")
    if left_out:
        assert (response.status_code, entries.count()) == (422, 0)
        return
    text = response.content.decode()
    assert "合計所得金額" in text
    assert parent.row.name not in text
    entry = entries.get()
    assert entry.addressee_number == parent.row.number
    assert entry.detail["identified_by"] == "職員証"
    assert entry.detail["basis"] == "公営住宅法34条"


@pytest.mark.req("OPS-05")
def test_application_for_paper_without_the_applicants_identification_is_refused(db, staff):
    row = approved(staff, HOUSING, route=Route.PAPER)

    with pytest.raises(IntegrityError), transaction.atomic():
        UseRequest.objects.filter(pk=row.pk).update(identified_by="")


@pytest.mark.req("RET-06")
def test_application_goes_with_its_files_five_years_after_it_was_handed_in(
    decided, staff, sign_in, link_dir
):
    approved(staff, CHILDREN)
    made(staff, CHILDREN)
    page = sign_in("suzuki").get(f"/transfers/to/{CHILDREN}/").content.decode()
    assert "令和14年6月19日" in page
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])

    def erase(as_of):
        run = runs.approve(runs.propose(as_of, by=suzuki, now=NOW), by=tanaka, now=NOW)
        erasing.carry_out(run, by=suzuki, now=NOW + timedelta(days=8))
        return UseRequest.objects.count(), LinkFile.objects.count()

    assert erase(date(2032, 6, 19)) == (1, 1)
    assert erase(date(2032, 6, 20)) == (0, 0)
