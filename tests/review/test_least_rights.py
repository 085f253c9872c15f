"""One person, one number; menus that show what one may do; contractors with next to nothing."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from review.audit.models import AuditEvent
from review.staff.menu import ENTRIES
from review.staff.models import StaffMember
from review.staff.roles import PERSONAL_ROLES
from tests.review import access_grid, story
from tests.review.story import PASSWORD, signed_in

# What the menu offers to each role beside 今日: a change here is a decision.
MENUS = {
    "clerk": "申請一覧 進行管理 出力 宛名 課税資料 税務システム連携 資料間の不一致"
    " 当初賦課・更正 通知書 通知・照会 連携 移転・提供",
    "confirmer": "申請一覧 書面の申告 進行管理 出力 宛名 課税資料 税務システム連携 資料間の不一致"
    " 当初賦課・更正 通知書 通知・照会 連携 移転・提供 本人の請求 保存・消去 バッチ 事故",
    "supervisor": "申請一覧 進行管理 出力 宛名 課税資料 税務システム連携 資料間の不一致"
    " 当初賦課・更正 通知書 通知・照会 連携 移転・提供 バッチ 事故 自己点検",
    "entry": "書面の申告",
    "contractor": "",
    "number": "通知書 通知・照会",
    "reader": "移転情報の参照",
    "auditor": "操作記録 自己点検",
    "admin": "連携 本人の請求 保存・消去 バッチ 事故 自己点検 利用者",
}


def shown_to(role):
    member = story.engage("K2000", "試 験子", [role])
    client = signed_in(member)
    if role == "contractor":
        under_order(client)
    return client, [item["label"] for item in client.get("/").wsgi_request.menu]


def under_order(client):
    order = {"code": "other", "text": "画面の点検", "work_order": "保守-2027-014"}
    assert client.post("/reason/", order).status_code == 302


@pytest.mark.req("ACC-08")
@pytest.mark.parametrize("role", [role.value for role in PERSONAL_ROLES])
def test_menu_shows_what_the_role_may_open_and_nothing_else(db, role):
    client, labels = shown_to(role)

    assert labels == ["今日", *MENUS[role].split()]
    hidden = [name for label, name, _roles in ENTRIES if str(label) not in labels]
    assert {client.get(reverse(name)).status_code for name in hidden} <= {403}


@pytest.mark.req("ACC-13")
def test_contractor_reveals_no_number_takes_no_list_and_opens_no_case(filed):
    case = filed.queued()
    client, _labels = shown_to("contractor")

    for url in (
        f"/cases/{case.pk}/number/",
        "/exports/",
        "/cases/",
        f"/cases/{case.pk}/",
        "/people/",
    ):
        assert client.get(url).status_code == 403, url
    pages = {name for name, roles in access_grid.PAGES.items() if "contractor" in roles}
    assert pages == {name for name, roles in access_grid.PAGES.items() if "nobody" in roles}


@pytest.mark.req("LOG-09")
def test_contractor_names_a_work_order_before_anything_opens(db):
    client = signed_in(story.engage("K2000", "試 験子", ["contractor"]), reason=False)
    assert client.get("/").headers["Location"].startswith("/reason/")
    without = client.post("/reason/", {"code": "other", "text": "画面の点検"})
    assert without.status_code == 422
    assert 'name="work_order"' in without.content.decode()
    assert client.get("/").status_code == 302

    under_order(client)

    assert client.get("/").status_code == 200
    entry = AuditEvent.objects.get(action="purpose.given", actor="K2000")
    assert entry.reason == "その他:画面の点検(作業指示 保守-2027-014)"


def test_others_are_not_asked_for_an_order(sign_in):
    page = sign_in("suzuki", reason=False).get("/reason/").content.decode()

    assert "作業指示番号" not in page


@pytest.mark.req("ACC-07")
@pytest.mark.parametrize("number", ["admin", "tax01", "市民税課", "KYOYO", "guest", "K1", ""])
def test_account_of_an_office_or_a_task_is_refused(db, number):
    with pytest.raises(ValueError, match="職員番号"):
        StaffMember.objects.create_user(number, PASSWORD, name="x", department="市民税課")


@pytest.mark.req("ACC-07")
def test_number_belongs_to_one_person(staff):
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.create_user("K1001", PASSWORD, name="別 人", department="市民税課")
