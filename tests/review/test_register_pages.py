"""Pages of the register: look before entering, masked accounts, history, files of 住基."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from review.addressees.models import Addressee, BankAccount, Business, ResidentRun, SamePerson
from tests.review.test_register import NEWCOMER

ISHII = {
    "name": "石井 武",
    "kana": "イシイ タケシ",
    "birth_date": "1970-01-02",
    "sex": "1",
    "address": "福岡県福岡市中央区天神1番1号",
    "personal_number": "",
}


@pytest.mark.req("REC-07")
def test_who_is_there_already_is_shown_before_anybody_is_entered(town, sign_in):
    client = sign_in("suzuki")
    twin = ISHII | {"name": "佐藤 花子", "kana": "サトウ ハナコ", "birth_date": "1985-04-01"}

    shown = client.post("/people/new/", twin).content.decode()
    assert "100000001" in shown
    assert Addressee.objects.count() == 2

    client.post("/people/new/", twin | {"step": "register"})
    assert Addressee.objects.filter(kind="non_resident").count() == 1


@pytest.mark.req("REC-06")
def test_new_person_is_entered_and_found_again(town, sign_in):
    client = sign_in("suzuki")
    response = client.post("/people/new/", ISHII)

    person = Addressee.objects.get(kind="non_resident")
    assert response.headers["Location"] == f"/people/{person.pk}/"
    found = client.post("/people/", {"number": person.number})
    assert found.headers["Location"] == f"/people/{person.pk}/"


def test_number_with_a_wrong_check_digit_is_refused_and_not_sent_back(town, sign_in):
    wrong = ISHII | {"personal_number": "123456789019"}
    response = sign_in("suzuki").post("/people/new/", wrong)

    assert response.status_code == 422
    assert "検査数字が合いません" in response.content.decode()
    assert "123456789019" not in response.content.decode()


@pytest.mark.req("REC-08")
def test_contact_and_account_stand_on_the_person_s_page(town, sign_in):
    client = sign_in("suzuki")
    home = f"/people/{town['sato'].pk}/"
    manager = {"kind": "manager", "name": "石井 武", "address": "福岡市", "since": "2027-02-01"}
    account = {
        "bank_code": "0182",
        "branch_code": "101",
        "kind": "1",
        "account_number": "1234567",
        "holder_kana": "サトウ ハナコ",
        "since": "2027-02-01",
    }
    client.post(f"{home}contact/", manager)
    client.post(f"{home}account/", account)

    page = client.get(home).content.decode()
    assert "納税管理人" in page
    assert "****567" in page
    assert "1234567" not in page
    assert BankAccount.objects.count() == 1


def test_what_is_wrong_with_an_account_is_said(town, sign_in):
    client = sign_in("suzuki")
    home = f"/people/{town['sato'].pk}/"
    client.post(f"{home}account/", {"bank_code": "1"})

    assert "金融機関コード 半角数字4桁です。" in client.get(home).content.decode()


@pytest.mark.req("REC-10")
def test_same_person_is_said_by_one_and_confirmed_by_another(town, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    suzuki.post(f"/people/{town['sato'].pk}/same/", {"other": "100000002"})
    said = SamePerson.objects.get()
    suzuki.post(f"/people/same/{said.pk}/")
    said.refresh_from_db()
    assert said.confirmed_at is None

    tanaka.post(f"/people/same/{said.pk}/")

    page = suzuki.get(f"/people/{town['sato'].pk}/").content.decode()
    assert f"/people/{town['kato'].pk}/" in page


@pytest.mark.req("REC-09")
def test_file_of_changes_is_taken_and_its_run_is_shown_with_its_time(town, sign_in):
    client = sign_in("suzuki")
    lines = [NEWCOMER, NEWCOMER | {"number": "100000006", "event": "death"}]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    client.post(
        "/people/residents/",
        {"kind": "changes", "file": SimpleUploadedFile("ido.jsonl", content)},
    )

    page = client.get("/people/residents/").content.decode()
    assert ResidentRun.objects.get().counts == {"entered": 1, "refused": 1}
    assert "2行目" in page
    assert "整合処理が未実施" in page
    person = Addressee.objects.get(number="100000005")
    assert "登録" in client.get(f"/people/{person.pk}/").content.decode()


def test_file_that_is_none_is_refused(town, sign_in):
    sent = {"kind": "changes", "file": SimpleUploadedFile("ido.jsonl", b"\x00\xff")}

    assert sign_in("suzuki").post("/people/residents/", sent).status_code == 422
    assert not ResidentRun.objects.exists()


@pytest.mark.req("REC-06")
def test_business_is_entered_and_listed(db, sign_in):
    client = sign_in("suzuki")
    client.post("/people/businesses/", {"name": "東町商会", "corporate_number": "7123456789012"})

    assert "東町商会" in client.get("/people/businesses/").content.decode()
    assert Business.objects.get().corporate_number == "7123456789012"
