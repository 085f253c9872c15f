"""The register: 住基 changes with history, 住登外 without collisions, one number one person."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from review.addressees import changes, contacts, non_residents, relations, residents
from review.addressees.models import (
    Addressee,
    BankAccount,
    Business,
    CertificateLink,
    Change,
    ResidentRun,
    UnifiedNumber,
)
from review.addressees.tasks import watch
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.slips import SystemSlip
from review.transfers import receipts
from tests.review import city
from tests.review.story import NOW, REASON, SYSTEM, actor

NEWCOMER = {
    "number": "100000005",
    "event": "move_in",
    "occurred_on": "2027-01-10",
    "name": "森 明",
    "kana": "モリ アキラ",
    "birth_date": "1990-05-06",
    "sex": "1",
    "address": "熊本県熊本市北区植木町1番1号",
    "ward": "北区",
    "personal_number": "100000000005",
}
WRITTEN = {"by": SYSTEM, "reason": REASON, "now": NOW}


@pytest.fixture
def register_file(tmp_path):
    def write(*rows, name="ido.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    return write


def history(number):
    found = Change.objects.filter(addressee__number=number).order_by("id")
    return [(entry.reason, entry.before, entry.after) for entry in found]


@pytest.mark.req("REC-09")
def test_move_in_move_out_name_and_death_are_reflected_with_history(town, register_file):
    path = register_file(
        NEWCOMER,
        {"number": "100000001", "event": "move_out", "occurred_on": "2027-01-12"},
        {"number": "100000001", "event": "name", "occurred_on": "2027-01-13", "name": "山本 花子"},
        {"number": "100000002", "event": "death", "occurred_on": "2027-01-14"},
    )
    run = residents.apply_changes(path, by=SYSTEM, now=NOW)

    assert run.counts == {"entered": 1, "changed": 3}
    mori = Addressee.objects.get(number="100000005")
    assert (mori.name, mori.moved_in_on, mori.masked_number) == (
        "森 明",
        date(2027, 1, 10),
        "********0005",
    )
    assert history("100000001") == [
        ("move_out", {"moved_out_on": None}, {"moved_out_on": "2027-01-12"}),
        ("name", {"name": "佐藤 花子"}, {"name": "山本 花子"}),
    ]
    assert Addressee.objects.get(number="100000002").died_on == date(2027, 1, 14)
    assert AuditEvent.objects.filter(action="addressee.changed").count() == 3


def test_same_file_again_changes_nothing(town, register_file):
    path = register_file(NEWCOMER)
    residents.apply_changes(path, by=SYSTEM, now=NOW)
    again = residents.apply_changes(path, by=SYSTEM, now=NOW + timedelta(days=1))

    assert again.counts == {"same": 1}
    assert len(history("100000005")) == 1


def test_bad_line_is_listed_without_its_values_and_the_others_are_taken(town, register_file):
    stolen = NEWCOMER | {"number": "100000006", "personal_number": "123456789018"}
    broken = NEWCOMER | {"number": "100000007", "birth_date": "123456789018"}
    run = residents.apply_changes(register_file(stolen, broken, NEWCOMER), by=SYSTEM, now=NOW)

    assert run.counts == {"refused": 2, "entered": 1}
    assert [(entry["line"], entry["number"]) for entry in run.findings] == [
        ("1", "100000006"),
        ("2", "100000007"),
    ]
    assert "123456789018" not in str(run.findings)


@pytest.mark.req("REC-13")
def test_comparison_names_who_differs_and_who_stands_in_one_register_alone(town, register_file):
    sato = {"number": "100000001", "name": "山本 花子", "birth_date": "1985-04-01"}
    run = residents.compare(register_file(sato, NEWCOMER), by=SYSTEM, now=NOW)

    assert run.findings == [
        {"number": "100000001", "why": "name"},
        {"number": "100000005", "why": "宛名にありません"},
        {"number": "100000002", "why": "住基にありません"},
    ]
    assert Addressee.objects.get(number="100000001").name == "佐藤 花子"


@pytest.mark.req("REC-13")
def test_missed_comparison_raises_an_alarm(town, register_file, caplog):
    assert residents.missed(now=NOW) is True
    residents.compare(register_file(NEWCOMER), by=SYSTEM, now=NOW)
    assert residents.missed(now=NOW + timedelta(days=31)) is False
    assert residents.missed(now=NOW + timedelta(days=40)) is True
    ResidentRun.objects.all().delete()
    watch()
    assert "the monthly comparison with 住基 was missed" in caplog.text


def test_newer_certificate_replaces_the_earlier_and_both_lead_to_the_person(town, register_file):
    new = {"issuer_key_id": "g4", "serial": "77", "number": "100000001", "issuer_generation": "G4"}
    stolen = {"issuer_key_id": "g4", "serial": "77", "number": "100000002"}
    run = residents.apply_links(register_file(new, new, stolen), by=SYSTEM, now=NOW)

    assert run.counts == {"linked": 1, "same": 1, "refused": 1}
    links = CertificateLink.objects.filter(addressee=town["sato"]).order_by("id")
    assert [(link.issuer_generation, link.replaced_at is None) for link in links] == [
        ("", False),
        ("G4", True),
    ]


PERSON = {
    "name": "石井 武",
    "kana": "イシイ タケシ",
    "birth_date": date(1970, 1, 2),
    "sex": "1",
    "address": "福岡県福岡市中央区天神1番1号",
}


@pytest.mark.req("REC-07")
def test_non_resident_gets_a_number_that_collides_with_nobody(town):
    first = non_residents.register(PERSON, personal_number="", **WRITTEN)
    following = f"8{int(first.number[1:]) + 1:09d}"
    city.enter(following, replace(city.KATO, personal_number="100000000005"))
    second = non_residents.register(PERSON, personal_number="", **WRITTEN)

    assert first.kind == Addressee.Kind.NON_RESIDENT
    assert len({first.number, following, second.number}) == 3


@pytest.mark.req("REC-07")
def test_number_of_a_resident_is_refused_for_a_non_resident(town):
    with pytest.raises(Refusal, match="別の宛名番号の人に登録されています"):
        non_residents.register(PERSON, personal_number="123456789018", **WRITTEN)
    with pytest.raises(Refusal, match="検査数字"):
        non_residents.register(PERSON, personal_number="123456789019", **WRITTEN)
    assert Addressee.objects.count() == 2


def test_business_is_known_by_its_checked_number(db):
    about = {"name": "東町商会", "address": "東区東町1番", "designated_number": "0012345"}
    made = non_residents.register_business(**about, corporate_number="7123456789012", **WRITTEN)

    assert Business.objects.get() == made
    with pytest.raises(Refusal, match="検査数字"):
        non_residents.register_business(**about, corporate_number="8123456789012", **WRITTEN)
    with pytest.raises(Refusal, match=made.number):
        non_residents.register_business(**about, corporate_number="7123456789012", **WRITTEN)


@pytest.mark.req("REC-12")
def test_unified_number_is_issued_with_a_new_number_and_kept_with_a_known(town):
    person = non_residents.register(PERSON, personal_number="100000000005", **WRITTEN)
    issued = relations.unified_number(person)
    changes.change(
        person,
        {"address": "東区東町1番"},
        why="move",
        occurred_on=None,
        origin="x",
        **WRITTEN,
        personal_number="100000000005",
    )

    assert relations.addressee_of(issued) == person
    assert UnifiedNumber.objects.count() == 1


@pytest.mark.req("REC-11")
def test_broken_pair_is_listed_by_the_daily_check(town):
    person = non_residents.register(PERSON, personal_number="100000000005", **WRITTEN)
    for resident in town.values():
        changes.unify(bytes(resident.number_index), now=NOW)
    assert relations.check_unified(by=SYSTEM, now=NOW).findings == []

    Addressee.objects.filter(pk=person.pk).update(number_index=b"x" * 32)
    run = relations.check_unified(by=SYSTEM, now=NOW)

    unified = UnifiedNumber.objects.order_by("id").first().number
    assert sorted((entry["number"], entry["why"]) for entry in run.findings) == sorted(
        [
            (person.number, "個人番号と索引が合いません"),
            (person.number, "統合宛名番号がありません"),
            (unified, "個人番号を持つ宛名がありません"),
        ]
    )


@pytest.mark.req("REC-10")
def test_likely_same_persons_are_listed_and_related_by_two_people(town, staff):
    again = non_residents.register(
        {**PERSON, "name": "佐藤　花子", "kana": "ｻﾄｳ ﾊﾅｺ", "birth_date": date(1985, 4, 1)},
        personal_number="",
        **WRITTEN,
    )
    non_residents.register(PERSON, personal_number="", **WRITTEN)
    (pair,) = relations.likely_pairs()
    assert set(pair) == {again, town["sato"]}

    said = relations.relate(*pair, by=actor(staff["suzuki"]), reason=REASON, now=NOW)
    assert relations.same_person_ids(again) == {again.pk}
    with pytest.raises(Refusal, match="自分が関連付けた"):
        relations.confirm(said, by=actor(staff["suzuki"]), reason=REASON, now=NOW)
    relations.confirm(said, by=actor(staff["tanaka"]), reason=REASON, now=NOW)

    assert relations.same_person_ids(again) == {again.pk, town["sato"].pk}
    assert relations.likely_pairs() == []


@pytest.mark.req("REC-10")
def test_two_people_with_numbers_of_their_own_are_never_likely_the_same(town):
    twin = {**PERSON, "name": "佐藤 花子", "birth_date": date(1985, 4, 1)}
    non_residents.register(twin, personal_number="100000000005", **WRITTEN)

    assert relations.likely_pairs() == []


@pytest.mark.req("REC-08")
def test_notice_goes_to_the_manager_while_there_is_one(town):
    sato = town["sato"]
    given = {"kind": "manager", "name": "石井 武", "postal_code": "8100001", "address": "福岡市"}
    contacts.set_contact(sato, {**given, "since": date(2027, 2, 1)}, **WRITTEN)

    assert contacts.mail_address(sato, on=date(2027, 1, 31))[0] == "佐藤 花子"
    assert contacts.mail_address(sato, on=date(2027, 6, 1)) == ("石井 武", "8100001", "福岡市")
    contacts.set_contact(sato, {**given, "name": "森 明", "since": date(2027, 7, 1)}, **WRITTEN)
    assert contacts.mail_address(sato, on=date(2027, 6, 30))[0] == "石井 武"
    assert contacts.mail_address(sato, on=date(2027, 7, 1))[0] == "森 明"


@pytest.mark.req("REC-08")
def test_account_is_masked_and_its_change_is_written_down(town):
    given = {"bank_code": "0182", "branch_code": "101", "kind": "1", "holder_kana": "サトウ ハナコ"}
    for day, number in ((1, "1234567"), (2, "7654321")):
        about = {**given, "since": date(2027, 2, day)}
        contacts.set_account(town["sato"], about, account_number=number, **WRITTEN)

    accounts = list(BankAccount.objects.order_by("since"))
    assert [(account.shown, account.until) for account in accounts] == [
        ("****567", date(2027, 2, 1)),
        ("****321", None),
    ]
    assert b"7654321" not in bytes(accounts[1].number_sealed)
    logged = AuditEvent.objects.filter(action="account.set").order_by("position")
    assert [event.detail["account"] for event in logged] == ["****567", "****321"]


@pytest.mark.req("LOG-08")
def test_file_of_the_resident_register_keeps_the_senders_slip_or_is_not_taken(db, register_file):
    path = register_file(NEWCOMER)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    sent = SystemSlip("既存住基システム", NOW - timedelta(minutes=3), sha256)
    other = SystemSlip("既存住基システム", NOW, "0" * 64)
    with pytest.raises(Refusal, match="ハッシュ値が違います"):
        residents.apply_changes(path, by=SYSTEM, now=NOW, slip=other)
    assert not Addressee.objects.filter(number=NEWCOMER["number"]).exists()

    residents.apply_changes(path, by=SYSTEM, now=NOW, slip=sent)

    (row,) = receipts.report()
    assert (row.sent_at, row.received_at, row.problems) == (NOW - timedelta(minutes=3), NOW, [])
