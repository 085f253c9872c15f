"""Loading the city and the staff: everything once, numbers sealed, bad files refused quietly."""

import base64
import json

import pytest
from django.core.management import CommandError, call_command

from review.addressees.models import Addressee, CertificateLink, number_index
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.staff.models import CodeDevice, StaffMember
from tests.review.story import SEED

PERSON = {
    "number": "200000001",
    "name": "髙𠮷 花子",
    "kana": "タカヨシ ハナコ",
    "birth_date": "1990-05-06",
    "sex": "2",
    "address": "熊本県熊本市西区春日1番1号",
    "ward": "西区",
    "personal_number": "123456789018",
}


@pytest.fixture
def directory(tmp_path):
    link = {"issuer_key_id": "a1", "serial": 77, "number": "200000001"}
    (tmp_path / "addressees.jsonl").write_text(json.dumps(PERSON, ensure_ascii=False) + "\n")
    (tmp_path / "links.jsonl").write_text(json.dumps(link) + "\n")
    (tmp_path / "salary_reports.csv").write_text(
        "tax_year,number,payer,revenue,withheld_tax,social_insurance\n"
        "R9,200000001,春日工業,2500000,30000,\n"
    )
    (tmp_path / "pension_reports.jsonl").write_text("")
    return tmp_path


def test_city_is_loaded_once_however_often(directory, db):
    call_command("load_city", str(directory))
    call_command("load_city", str(directory))

    person = Addressee.objects.get()
    assert (person.name, person.masked_number) == ("髙𠮷 花子", "********9018")
    assert CertificateLink.objects.get().addressee == person
    document = SourceDocument.objects.get()
    assert document.content == {"payer": "春日工業", "revenue": 2_500_000, "withheld_tax": 30_000}
    actors = set(AuditEvent.objects.values_list("actor", flat=True))
    assert actors == {"batch:load_city"}


def test_number_is_sealed_to_its_row_and_found_by_its_index(directory, db):
    call_command("load_city", str(directory))

    person = Addressee.objects.get(number_index=number_index("123456789018"))
    assert b"123456789018" not in bytes(person.number_sealed)
    assert len(bytes(person.number_index)) == 32


def test_bad_line_is_refused_without_quoting_it(directory, db):
    (directory / "addressees.jsonl").write_text('{"number": "1", "personal_number": "1234567890')

    with pytest.raises(CommandError) as caught:
        call_command("load_city", str(directory))

    assert "1234567890" not in str(caught.value)
    assert caught.value.returncode == 2
    assert Addressee.objects.count() == 0


def test_staff_are_made_from_a_file_once(tmp_path, db):
    entry = {
        "number": "K2001",
        "name": "鈴木 一郎",
        "department": "市民税課",
        "roles": ["clerk"],
        "password": "correct horse",
        "totp_seed": base64.b32encode(SEED).decode(),
    }
    path = tmp_path / "staff.json"
    path.write_text(json.dumps([entry]))

    call_command("create_staff", "--file", str(path))
    call_command("create_staff", "--file", str(path))

    member = StaffMember.objects.get()
    assert member.check_password("correct horse")
    assert CodeDevice.objects.filter(user=member).count() == 1
