"""Letters: 294-3, 資料連絡箋, 扶養是正データ, 確認書, 照会書; two people, right destination."""

import csv
import io
from datetime import date, timedelta

import pypdf
import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from review.addressees.models import number_index
from review.audit.models import AuditEvent
from review.audit.services import record_by
from review.errors import Refusal
from review.letters import homes, services
from review.letters.models import Domicile, Letter, Mailing
from review.letters.targets import targets
from review.levy.corrections import confirm_correction, propose_correction
from review.reconcile import dependant_acts as acts
from review.reconcile import services as reconcile
from review.reconcile.models import Disagreement
from review.rights import services as rights
from review.sealed_fields import opened
from tests.review import handing
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.story import NOW, REASON, SYSTEM, actor

MAY = DECIDED + timedelta(days=3)
JULY = DECIDED + timedelta(days=60)
FUKUOKA = handing.FUKUOKA | {
    "department": "市民税課",
    "postal_code": "8108620",
    "address": "福岡市中央区天神1丁目8番1号",
}
UTO = {"kind": "municipality", "code": "432113", "name": "熊本県宇土市"}
TAX_OFFICE = {"kind": "tax_office", "code": "05101", "name": "熊本西税務署"}
ELSEWHERE = {"municipality": "401307", "address": "福岡県福岡市博多区1番"}


def told(staff, name, now=MAY):
    return {"by": actor(staff[name]), "reason": REASON, "now": now}


def found(person, staff, given=ELSEWHERE):
    """Suzuki finds out where somebody is registered, Tanaka confirms."""
    row = homes.propose(person.row, "R9", given, why="住基ネットで確認", **told(staff, "suzuki"))
    return homes.confirm(row, **told(staff, "tanaka"))


def sent(staff, kind, now=MAY, **more):
    """Suzuki puts together, Tanaka confirms; return the mailings with what Ono takes of each."""
    made = services.make(kind, "R9", **more, **told(staff, "suzuki", now))
    for mailing in made:
        services.confirm(mailing, **told(staff, "tanaka", now))
    return [(one, services.take(one, **told(staff, "ono", now))) for one in made]


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def outsiders(db, staff):
    """Two people taxed here whose 住民票 is elsewhere, and a resident."""
    people = [resident(serial, kind="non_resident") for serial in (1, 2)] + [resident(3)]
    for person in people:
        person.salary()
    run_year(staff)
    return people


@pytest.mark.req("NOT-08")
def test_notice_to_the_home_municipality_has_the_number_and_the_right_destination(outsiders, staff):
    first, second, third = outsiders
    handing.enter(staff, FUKUOKA, key=False)
    handing.enter(staff, UTO, key=False)
    found(first, staff)
    found(second, staff, {"municipality": "432113", "address": "熊本県宇土市浦田町1番"})

    (fukuoka, letter), (uto, other) = sent(staff, "notice_294")

    text = text_of(letter)
    assert (fukuoka.recipient.code, fukuoka.count, uto.recipient.code) == ("401307", 1, "432113")
    for shown in ("福岡県福岡市 市民税課 御中", "〒810-8620", "市民 1", "294条第3項", "見本"):
        assert shown in text
    assert first.personal_number in text
    assert second.personal_number not in text
    assert second.personal_number in text_of(other)
    assert third.personal_number not in text + text_of(other)
    reader = pypdf.PdfReader(io.BytesIO(letter))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "市民 1" in text_of(services.list_pdf(fukuoka, **told(staff, "suzuki")))
    assert first.personal_number not in text_of(services.list_pdf(fukuoka, **told(staff, "suzuki")))
    # The number stands in the PDF alone: not in what is kept, and not in the log.
    assert first.personal_number not in str(list(opened(Letter.objects.all(), "content")))
    assert first.personal_number not in str(list(AuditEvent.objects.values_list("detail")))
    released = AuditEvent.objects.filter(action="data.released", detail__kind="notice_294")
    assert {(e.addressee_number, e.detail["to"], e.detail["route"]) for e in released} == {
        (first.row.number, "福岡県福岡市", "post"),
        (second.row.number, "熊本県宇土市", "post"),
    }


@pytest.mark.req("NOT-08")
def test_nobody_is_told_twice_and_nothing_goes_where_nobody_registered_it(outsiders, staff):
    first = outsiders[0]
    assert targets("notice_294", "R9", MAY.date()) == []
    found(first, staff)
    with pytest.raises(Refusal, match=r"401307.*引渡し先に登録されていません"):
        services.make("notice_294", "R9", **told(staff, "suzuki"))
    assert services.unregistered(targets("notice_294", "R9", MAY.date())) == ["401307"]
    handing.enter(staff, FUKUOKA, key=False)

    ((mailing, letter),) = sent(staff, "notice_294")

    with pytest.raises(Refusal, match="対象者はいません"):
        services.make("notice_294", "R9", **told(staff, "suzuki"))
    assert services.take(mailing, **told(staff, "ono", JULY)) == letter
    assert AuditEvent.objects.filter(action="mailing.taken_again").count() == 1
    assert AuditEvent.objects.filter(action="data.released").count() == 1
    copy = Letter.objects.get()
    copy.pk = None
    with pytest.raises(IntegrityError, match="letter_once_a_matter"), transaction.atomic():
        copy.save()


@pytest.mark.req("NOT-08")
@pytest.mark.req("LOG-07")
def test_notice_goes_by_eltax_as_a_sealed_file_too(outsiders, staff):
    first = outsiders[0]
    handing.enter(staff, FUKUOKA, key=False)
    handing.enter(staff, handing.ELTAX)
    found(first, staff)
    with pytest.raises(Refusal, match="eLTAXで送れるのは"):
        services.make("query", "R9", channel="eltax", **told(staff, "suzuki"))

    ((mailing, sealed),) = sent(staff, "notice_294", channel="eltax")

    name, content, _slip = handing.opened(sealed)
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert (row["個人番号"], row["送付先の団体コード"]) == (first.personal_number, "401307")
    assert (row["氏名"], row["住民票の住所"]) == ("市民 1", ELSEWHERE["address"])
    assert name == f"294-3-R9-{mailing.number:08d}.csv"
    released = AuditEvent.objects.get(action="data.released")
    assert (released.detail["route"], released.detail["to"]) == ("eltax", "福岡県福岡市")
    with pytest.raises(IntegrityError, match="mailing_goes_its_way"), transaction.atomic():
        Mailing.objects.update(kind="slip")


@pytest.mark.req("SHK-05")
def test_a_mailing_goes_out_by_two_people_and_to_who_may_see_numbers(outsiders, staff):
    handing.enter(staff, FUKUOKA, key=False)
    suzuki, tanaka = told(staff, "suzuki"), told(staff, "tanaka")
    home = homes.propose(outsiders[0].row, "R9", ELSEWHERE, why="照会", **suzuki)
    with pytest.raises(Refusal, match="自分が起案"):
        homes.confirm(home, **suzuki)
    homes.confirm(home, **tanaka)
    (mailing,) = services.make("notice_294", "R9", **suzuki)
    with pytest.raises(Refusal, match="自分がまとめた発送"):
        services.confirm(mailing, **suzuki)
    with pytest.raises(Refusal, match="確認待ち"):
        services.take(mailing, **told(staff, "ono"))
    with pytest.raises(IntegrityError, match="mailing_confirmed_by"), transaction.atomic():
        Mailing.objects.update(confirmed_by=mailing.made_by, confirmed_at=MAY)
    services.confirm(mailing, **tanaka)
    with pytest.raises(Refusal, match="個人番号の閲覧の権限"):
        services.take(mailing, **tanaka)
    services.drop(mailing, **tanaka)

    assert [one.person for one in targets("notice_294", "R9", MAY.date())] == [outsiders[0].row]


def test_whose_use_is_stopped_is_told_of_to_nobody(outsiders, staff, sign_in):
    handing.enter(staff, FUKUOKA, key=False)
    found(outsiders[0], staff)
    (mailing,) = services.make("notice_294", "R9", **told(staff, "suzuki"))
    services.confirm(mailing, **told(staff, "tanaka"))
    asked = rights.request(
        kind="stop",
        addressee_number=outsiders[0].row.number,
        received_on=MAY.date(),
        asked="利用停止",
        by=actor(staff["suzuki"]),
        now=MAY,
    )
    client, page = sign_in("tanaka"), f"/letters/{mailing.number}/"
    before = client.get(page).content.decode().count("利用停止中")
    rights.approve(asked, by=actor(staff["tanaka"]), now=MAY)

    assert (before, client.get(page).content.decode().count("利用停止中")) == (0, 1)
    with pytest.raises(Refusal, match="利用停止"):
        services.take(mailing, **told(staff, "ono"))
    services.drop(mailing, **told(staff, "suzuki"))
    assert targets("notice_294", "R9", MAY.date()) == []


def test_who_may_not_see_hidden_people_takes_no_letter_about_one(outsiders, staff):
    handing.enter(staff, FUKUOKA, key=False)
    found(outsiders[0], staff)
    ((mailing, _letter),) = sent(staff, "notice_294")
    with transaction.atomic():
        record_by(SYSTEM, "test", reason="試験", now=NOW)
        type(outsiders[0].row).objects.filter(pk=outsiders[0].row.pk).update(restricted=True)
        type(staff["ono"]).objects.filter(pk=staff["ono"].pk).update(department="納税課")
    staff["ono"].refresh_from_db()

    for act in (services.take, services.list_pdf):
        with pytest.raises(Refusal, match="表示できない人"):
            act(mailing, **told(staff, "ono"))


@pytest.fixture
def family(db, staff):
    """A parent who files with a known child of 20 and with somebody whom nobody knows."""
    father, child = resident(1), resident(3, born=date(2006, 6, 6))
    stranger = number_index("123456789018").hex()
    slip = {"payer": "白川商事", "revenue": 4_000_000, "withheld_tax": 100_000}
    answers = {"income_kinds": ["salary"], "salaries": [slip | {"social_insurance": 600_000}]}
    unknown = relative_of(child, born="1950-01-01") | {"name": "福岡 ハナ"}
    answers |= {"relatives": [relative_of(child), unknown]}
    father.filed(answers, [child.key, stranger])
    father.salary()
    run_year(staff)
    return father, child, stranger


def denied(father, child, staff):
    """Suzuki denies the child, Tanaka confirms; the tax is corrected in July."""
    act = acts.propose_removal(
        father.row, "R9", key=child.key, kind="deny", why="所得超過", **told(staff, "suzuki", JULY)
    )
    acts.confirm_act(act, **told(staff, "tanaka", JULY))
    given = {"cause": "denial", "remark": "扶養の否認"}
    made = propose_correction(father.row, "R9", **given, **told(staff, "suzuki", JULY))
    return confirm_correction(made, **told(staff, "tanaka", JULY))


@pytest.mark.req("NOT-09")
def test_denied_dependant_gives_a_slip_for_the_tax_office_with_a_list(family, staff):
    father, child, _stranger = family
    handing.enter(staff, TAX_OFFICE, key=False)
    assert targets("slip", "R9", JULY.date()) == []
    decision = denied(father, child, staff)

    ((mailing, letter),) = sent(staff, "slip", now=JULY)

    text = text_of(letter)
    for shown in ("熊本西税務署 御中", "資料連絡箋", "所得超過", "扶養親族の控除", "市民 3"):
        assert shown in text
    assert father.personal_number in text
    assert child.personal_number in text
    tax = {row[0]: row[1:] for row in Letter.objects.get().content["tables"][0]["rows"]}
    assert tax["年税額"] == [f"{decision.previous_total:,}円", f"{decision.total:,}円"]
    listed = text_of(services.list_pdf(mailing, **told(staff, "suzuki")))
    assert "市民 1" in listed
    assert father.personal_number not in listed
    released = AuditEvent.objects.filter(action="data.released", detail__kind="slip")
    assert {e.addressee_number for e in released} == {father.row.number, child.row.number}


@pytest.mark.req("NOT-09")
@pytest.mark.req("EXT-08")
def test_denied_dependants_go_as_a_sealed_file_with_both_numbers(family, staff):
    father, child, _stranger = family
    denied(father, child, staff)
    with pytest.raises(Refusal, match="公開鍵がありません"):
        services.make("data", "R9", **told(staff, "suzuki", JULY))
    handing.enter(staff, handing.ELTAX)

    ((mailing, sealed),) = sent(staff, "data", now=JULY)

    assert father.personal_number.encode() not in sealed.content
    name, content, slip = handing.opened(sealed)
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert (row["個人番号"], row["被扶養者の個人番号"]) == (
        father.personal_number,
        child.personal_number,
    )
    assert (row["区分"], row["是正の内容"], row["被扶養者の氏名"]) == ("扶養親族", "否認", "市民 3")
    assert name == f"fuyo-zesei-R9-{mailing.number:08d}.csv"
    assert (slip["count"], slip["sha256"]) == (1, mailing_of(mailing).sha256)


def mailing_of(mailing):
    return Mailing.objects.get(pk=mailing.pk)


@pytest.mark.req("NOT-09")
def test_denied_deduction_gives_a_slip_and_no_line_of_dependants(db, staff):
    person = resident(5)
    person.document("insurance", scheme="national_health", paid=100_000)
    person.salary()
    slip = {"payer": "白川商事", "revenue": 4_000_000, "withheld_tax": 100_000}
    answers = {"income_kinds": ["salary"], "salaries": [slip | {"social_insurance": 600_000}]}
    paid = [{"kind": "national_health", "amount": 300_000}]
    person.filed(answers | {"social_insurance": paid})
    run_year(staff)
    finding = Disagreement.objects.get(kind="insurance_over")
    reconcile.propose(finding, outcome="reported", **told(staff, "suzuki", JULY))
    reconcile.confirm(finding, **told(staff, "tanaka", JULY))
    handing.enter(staff, TAX_OFFICE, key=False)
    given = {"cause": "denial", "remark": "社会保険料の否認"}
    assert targets("slip", "R9", JULY.date()) == []
    made = propose_correction(person.row, "R9", **given, **told(staff, "suzuki", JULY))
    confirm_correction(made, **told(staff, "tanaka", JULY))

    ((_mailing, letter),) = sent(staff, "slip", now=JULY)

    text = text_of(letter)
    for shown in ("社会保険料の過大", "300,000円", "100,000円", person.personal_number):
        assert shown in text
    assert targets("data", "R9", JULY.date()) == []


def test_who_is_left_out_by_number_stays_waiting(family, staff):
    father, child, _stranger = family
    handing.enter(staff, TAX_OFFICE, key=False)
    denied(father, child, staff)

    with pytest.raises(Refusal, match="対象者はいません"):
        services.make("slip", "R9", leave_out=[father.row.number], **told(staff, "suzuki", JULY))
    assert len(targets("slip", "R9", JULY.date())) == 1


@pytest.mark.req("NOT-10")
def test_unresolved_dependant_is_asked_about_and_then_their_municipality(family, staff):
    father, _child, stranger = family
    (unknown,) = homes.unresolved("R9")
    assert (unknown["claimant"], unknown["key"]) == (father.row, stranger)

    ((query, letter),) = sent(staff, "query")
    text = text_of(letter)
    for shown in ("扶養親族(控除)確認書", "市民 1 様", "福岡 ハナ", "昭和25年1月1日"):
        assert shown in text
    assert "市民 3" not in text
    assert father.personal_number not in text
    assert query.count == 1
    # Still unresolved, but asked: the next ones come up, and nobody is asked twice.
    assert homes.unresolved("R9", unasked=True) == []
    assert [one["key"] for one in homes.unresolved("R9", number=father.row.number)] == [stranger]
    assert homes.unresolved("R9", number="1") == []
    assert "市民 1" in text_of(services.list_pdf(query, **told(staff, "suzuki")))
    with pytest.raises(Refusal, match="対象者はいません"):
        services.make("inquiry", "R9", **told(staff, "suzuki"))

    handing.enter(staff, FUKUOKA, key=False)
    handing.enter(staff, UTO, key=False)
    found(
        father,
        staff,
        ELSEWHERE
        | {"person_key": stranger, "name": "福岡 ハナ", "kana": "フクオカ ハナ"}
        | {"birth_date": date(1950, 1, 1)},
    )
    ((inquiry, answer),) = sent(staff, "inquiry")

    text = text_of(answer)
    for shown in ("被扶養者所得照会書", "福岡県福岡市 市民税課 御中", "福岡 ハナ", "博多区1番"):
        assert shown in text
    assert (inquiry.recipient.code, inquiry.count) == ("401307", 1)
    assert homes.unresolved("R9") == []


@pytest.mark.req("NOT-10")
def test_dependant_found_in_this_city_needs_no_inquiry(family, staff):
    father, _child, stranger = family
    here = {"municipality": "431001", "address": "熊本市中央区1番", "person_key": stranger}
    with pytest.raises(Refusal, match="氏名と生年月日"):
        homes.propose(father.row, "R9", here, why="x", **told(staff, "suzuki"))
    with pytest.raises(Refusal, match="検査数字"):
        homes.propose(
            father.row, "R9", here | {"municipality": "431002"}, why="x", **told(staff, "suzuki")
        )
    named = {"name": "福岡 ハナ", "birth_date": date(1950, 1, 1)}
    found(father, staff, here | named)

    assert targets("inquiry", "R9", MAY.date()) == []
    assert homes.unresolved("R9") == []
    with pytest.raises(Refusal, match="今の資料にありません"):
        homes.propose(
            father.row,
            "R9",
            ELSEWHERE | named | {"person_key": "0" * 64},
            why="x",
            **told(staff, "suzuki"),
        )


@pytest.mark.req("RET-01")
def test_letters_and_homes_go_with_the_year(outsiders, staff):
    handing.enter(staff, FUKUOKA, key=False)
    found(outsiders[0], staff)
    sent(staff, "notice_294")

    call_command("purge", "--as-of", "2035-03-31", "--json", stdout=io.StringIO())
    assert Letter.objects.count() == Mailing.objects.count() == Domicile.objects.count() == 1
    call_command("purge", "--as-of", "2035-04-01", "--json", stdout=io.StringIO())

    assert [m.objects.count() for m in (Letter, Mailing, Domicile)] == [0, 0, 0]


def test_no_letter_changes_without_an_entry(outsiders, staff):
    handing.enter(staff, FUKUOKA, key=False)
    found(outsiders[0], staff)
    services.make("notice_294", "R9", **told(staff, "suzuki"))

    def change():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('review.audited', '', true)")
            cursor.execute("UPDATE letters_letter SET content = '{}'")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match="only together with an audit entry"):
        change()


@pytest.mark.req("NOT-08")
@pytest.mark.req("NOT-10")
def test_pages_lead_from_the_finding_to_the_sent_letter(outsiders, staff, sign_in):
    handing.enter(staff, FUKUOKA, key=False)
    suzuki = sign_in("suzuki")
    person = outsiders[0].row
    page = suzuki.get("/letters/homes/R9/").content.decode()
    assert person.number in page
    given = ELSEWHERE | {"number": person.number, "why": "住基ネットで確認"}
    suzuki.post("/letters/homes/R9/propose/", given)
    home = Domicile.objects.get()
    sign_in("tanaka").post(f"/letters/homes/{home.pk}/confirm/")
    suzuki = sign_in("suzuki")
    assert "294-3通知" in suzuki.get("/letters/").content.decode()
    suzuki.post("/letters/make/", {"kind": "notice_294", "tax_year": "R9", "channel": "paper"})
    mailing = Mailing.objects.get()
    sign_in("tanaka").post(f"/letters/{mailing.number}/confirm/")
    refused = sign_in("suzuki").post(f"/letters/{mailing.number}/take/", follow=True)
    ono = sign_in("ono")
    listed = ono.post(f"/letters/{mailing.number}/take/", {"part": "list"})
    taken = ono.post(f"/letters/{mailing.number}/take/")
    shown = ono.get(f"/letters/{mailing.number}/").content.decode()

    assert "個人番号の閲覧の権限" in refused.content.decode()
    assert listed.content[:5] == taken.content[:5] == b"%PDF-"
    assert "発送済み" in shown
    assert outsiders[0].personal_number not in shown
    looks = AuditEvent.objects.filter(actor="K1008", addressee_number=person.number)
    assert looks.filter(action="data.released").count() == 1


def test_a_form_with_a_wrong_number_says_so(outsiders, sign_in):
    suzuki = sign_in("suzuki")
    given = ELSEWHERE | {"number": "999", "why": "x"}
    page = suzuki.post("/letters/homes/R9/propose/", given, follow=True).content.decode()
    assert "この宛名番号は見つかりません" in page
    given = {"number": outsiders[0].row.number, "municipality": "12", "address": "x", "why": "x"}
    page = suzuki.post("/letters/homes/R9/propose/", given, follow=True).content.decode()
    assert "6けたの市区町村コード" in page


@pytest.mark.req("ASM-04", "NOT-10")
def test_whose_one_stop_is_void_is_told_so_once_two_people_have_looked(db, staff):
    person = resident(1)
    person.salary()
    for at in range(6):
        code, gift = f"4321{at}0", {"payer": f"熊本県第{at}市", "donated": 10_000 + at}
        person.document("one_stop", f"gift-{at}", municipality_code=code, **gift)
    run_year(staff)
    assert targets("one_stop", "R9", MAY.date()) == []
    finding = Disagreement.objects.get(kind="one_stop_over")
    reconcile.propose(finding, outcome="reported", **told(staff, "suzuki"))
    reconcile.confirm(finding, **told(staff, "tanaka"))

    ((mailing, letter),) = sent(staff, "one_stop")

    text = text_of(letter)
    for shown in ("附則第7条", "市民 1 様", "熊本県第0市", "熊本県第5市", "10,005円", "見本"):
        assert shown in text
    assert person.personal_number not in text
    assert (mailing.to, mailing.count) == ("本人", 1)
    assert targets("one_stop", "R9", MAY.date()) == []
