"""Giving tax data to other offices: an approved application first, then only what it may have."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from review.audit.analysis import analyse
from review.audit.models import AuditEvent
from review.levy.models import Decision
from review.retention import erasing, runs
from review.staff import rights as grants
from review.staff.models import StaffMember
from review.transfers import files, requests
from review.transfers.models import LinkFile, UseRequest
from review.transfers.requests import Application
from review.transfers.targets import Route, all_targets, items, targets
from tests.review import story
from tests.review.giving import (
    CHILDREN,
    HOUSING,
    NOW,
    OFFICES,
    TODAY,
    WELFARE,
    WHEN,
    application,
    approved,
    hide,
    made,
    numbers_in,
    refusal,
)
from tests.review.story import REASON, SYSTEM, actor
from tests.review.test_bypass import forget_entries

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
