"""Who is sent a 総括表 or a 申告書, why, and what stands on it: lists of two people, no numbers."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.db import IntegrityError, transaction

from filing.numbers import personal_number_is_valid
from review.addressees.models import Addressee, Business
from review.assessment.models import MergedBasis
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal
from review.levy.population import take_population
from review.mailing import making, rules, services
from review.mailing.models import Reason, Target
from review.notices import orders, printing, returns
from review.notices.models import IssuedDocument, Order
from review.paper import services as paper
from review.paper.identity import Identity
from review.paper.services import Typed
from review.reconcile.models import Claim
from tests.review import city, story
from tests.review.small_city import resident, run_year
from tests.review.story import NOW, REASON, SYSTEM, actor

JANUARY = datetime(2028, 1, 11, 1, 0, tzinfo=UTC)
NOVEMBER = datetime(2027, 11, 10, 1, 0, tzinfo=UTC)
YEAR = "R10"


def business(name, number="", mark="", address="熊本県熊本市中央区手取1番1号", **more):
    return Business.objects.create(
        number=f"9{Business.objects.count():08d}",
        name=name,
        name_key=name,
        address=address,
        corporate_number=number or None,
        designated_number=mark,
        entered_at=NOW,
        entered_by="K1001",
        **more,
    )


def given(staff, who, now=JANUARY):
    return {"by": actor(staff[who]), "reason": REASON, "now": now}


def listed(staff, kind, year=YEAR, now=JANUARY):
    return services.propose_list(kind, year, **given(staff, "suzuki", now))


def reasons(order, left_out=""):
    """Return who is on a list and why, by name."""
    rows = order.targets.filter(left_out=left_out).select_related("addressee")
    return {row.employer or row.addressee.name: sorted(row.reasons) for row in rows}


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def employers(db, staff):
    """One files and withholds, one files without 法人番号, one has closed, one has no address."""
    for serial, more in enumerate(
        (
            {"payer": "白川商事", "payer_number": "7123456789012"},
            {"payer": "白川商事株式会社", "payer_number": "7123456789012"},
            {"payer": "個人の店", "payer_number": "", "designated_number": "00055"},
            {"payer": "閉じた店", "payer_number": "8123456789012"},
            {"payer": "市外の会社", "payer_number": "9123456789012"},
        )
    ):
        person = resident(serial)
        content = {"revenue": 3_000_000, "withheld_tax": 0, "social_insurance": 0} | more
        person.document("salary_report", **content)
    run_year(staff)
    business("白川商事", "7123456789012", "00011")
    business("個人の店", mark="00055")
    business("閉じた店", "8123456789012", closed_on=date(2027, 9, 30))


@pytest.mark.req("ASM-01")
def test_an_employer_stands_once_on_the_list_with_all_its_reasons(employers, staff):
    order = listed(staff, "summary_form", now=NOVEMBER)

    both = ["filed_reports", "withholds"]
    assert reasons(order) == {"白川商事": both, "個人の店": both}
    assert reasons(order, "closed") == {"閉じた店": both}
    assert reasons(order, "no_address") == {"市外の会社": both}
    marks = order.targets.filter(left_out="").values_list("employer", "designated_number")
    assert sorted(marks) == [("個人の店", "00055"), ("白川商事", "00011")]
    entry = AuditEvent.objects.get(action="mailing.listed")
    assert entry.detail["counts"] == {"to_send": 2, "closed": 1, "no_address": 1}


@pytest.mark.req("ASM-01")
def test_an_employer_that_wants_none_is_left_out(employers, staff):
    Business.objects.filter(name="白川商事").update(wants_summary_form=False)

    order = listed(staff, "summary_form", now=NOVEMBER)

    assert list(reasons(order, "not_wanted")) == ["白川商事"]


@pytest.mark.req("ASM-01", "NOT-07", "NOT-13")
def test_summary_forms_are_made_for_the_printer_with_an_empty_box_for_the_number(employers, staff):
    order = listed(staff, "summary_form", now=NOVEMBER)
    orders.confirm_order(order, **given(staff, "tanaka", NOVEMBER))

    (file,) = printing.carry_out(order, by=SYSTEM, now=NOVEMBER)

    pdf = printing.as_made(file)
    said = text_of(pdf)
    order.refresh_from_db()
    assert (order.state, order.made, file.count) == ("done", 2, 2)
    assert "白川商事 御中" in said
    assert "00011" in said
    assert "7123456789012" not in said
    assert "個人番号または法人番号" in said
    assert "令和10年1月31日" in said
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert not making.waiting(order).exists()
    with pytest.raises(Refusal, match="送付の対象がありません"):
        listed(staff, "summary_form", now=NOVEMBER)


def on_paper(cards, staff):
    """Sato's return for R9 came over the counter and was imported."""
    typist = actor(story.engage("K1009", "西 恵子", ["entry"]))
    identity = Identity(number="notification_card", documents=("driving_licence",))
    typed = Typed("counter", date(2027, 1, 29), identity, story.Filing(cards).document())
    entry = paper.enter(typed, by=typist, reason=REASON, now=NOW)
    number = city.SATO.personal_number
    case = paper.register(entry, number=number, seen=entry.revision, **given(staff, "tanaka", NOW))
    process_due_cases(now=NOW + timedelta(minutes=1))
    return story.walk(Case.objects.get(pk=case.pk), State.IMPORTED, staff)


@pytest.mark.req("ASM-01")
def test_residents_are_listed_for_what_they_did_the_year_before(town, cards, staff):
    on_paper(cards, staff)
    busy, silent, working, official, claimed, helped, young, gone = (
        resident(serial) for serial in range(8)
    )
    busy.filed({"business": {"revenue": 2_000_000}})
    working.salary()
    official.document("tax_return", answers={"misc": [{"revenue": 800_000}]})
    official.filed({"misc": [{"revenue": 800_000}]})
    helped.document("public_assistance", since="2026-04-01")
    Addressee.objects.filter(pk=young.row.pk).update(birth_date=date(2010, 1, 3))
    Addressee.objects.filter(pk=gone.row.pk).update(died_on=date(2028, 1, 5))
    gone.filed({"business": {"revenue": 1}})
    claims_of(working, claimed)
    take_population(YEAR, by=SYSTEM, now=JANUARY)

    order = listed(staff, "return_form")

    assert reasons(order) == {
        "佐藤 花子": ["other_income", "paper_return"],
        "加藤 次郎": ["no_document"],
        busy.row.name: ["other_income"],
        silent.row.name: ["no_document"],
    }
    assert reasons(order, "tax_return") == {official.row.name: ["other_income"]}
    assert reasons(order, "died") == {gone.row.name: ["other_income"]}
    assert services.counts_by_reason(order) == {
        Reason.PAPER_RETURN: 1,
        Reason.OTHER_INCOME: 2,
        Reason.NO_DOCUMENT: 2,
    }


def claims_of(claimant, dependant):
    """The claimant's merged documents of R9 name the dependant."""
    basis = MergedBasis.objects.create(
        tax_year="R9",
        addressee=claimant.row,
        revision=1,
        answers={},
        origins={},
        made_at=NOW,
        made_by="tests",
    )
    Claim.objects.create(
        basis=basis,
        tax_year="R9",
        addressee=claimant.row,
        person_key=dependant.key,
        role="relative",
        document="x",
    )


def test_age_of_the_silent_counts_on_1_january(town, staff):
    """Born on 2 January 2010 she is eighteen on 1 January 2028; a day later she is not."""
    old_enough, too_young = resident(1), resident(2)
    Addressee.objects.filter(pk=old_enough.row.pk).update(birth_date=date(2010, 1, 2))
    Addressee.objects.filter(pk=too_young.row.pk).update(birth_date=date(2010, 1, 3))
    take_population(YEAR, by=SYSTEM, now=JANUARY)

    names = set(reasons(listed(staff, "return_form")))

    assert old_enough.row.name in names
    assert too_young.row.name not in names


def test_who_filed_from_a_browser_or_has_filed_already_is_left_out(filed, staff):
    story.walk(filed.queued(), State.IMPORTED, staff)
    early = resident(1)
    early.document("resident_return", tax_year=YEAR, answers={})
    take_population(YEAR, by=SYSTEM, now=JANUARY)

    order = listed(staff, "return_form")

    assert list(reasons(order, "electronic")) == ["佐藤 花子"]
    assert list(reasons(order, "filed")) == [early.row.name]


def test_rule_that_is_switched_off_lists_nobody(town, staff, monkeypatch):
    busy = resident(1)
    busy.filed({"business": {"revenue": 2_000_000}})
    take_population(YEAR, by=SYSTEM, now=JANUARY)
    monkeypatch.setitem(rules._rules()["return_form"]["reasons"]["no_document"], "on", False)

    assert reasons(listed(staff, "return_form")) == {busy.row.name: ["other_income"]}


def test_without_the_years_basics_there_is_no_list(town, staff):
    with pytest.raises(Refusal, match="新年度個人基本がまだありません"):
        listed(staff, "return_form")
    assert not Order.objects.exists()
    assert not Target.objects.exists()


@pytest.fixture
def two_silent(db, staff):
    """A list of two who said nothing the year before."""
    people = [resident(serial) for serial in range(2)]
    take_population(YEAR, by=SYSTEM, now=JANUARY)
    return listed(staff, "return_form"), people


@pytest.mark.req("ASM-01", "NOT-07", "LOG-07")
def test_return_forms_go_to_the_printer_and_nobodys_number_with_them(two_silent, staff):
    order, people = two_silent
    orders.confirm_order(order, **given(staff, "tanaka"))

    (file,) = printing.carry_out(order, by=SYSTEM, now=JANUARY)
    printing.hand_over(file, to="印刷会社", received=2, **given(staff, "suzuki"))

    said = text_of(printing.as_made(file))
    index = printing.index_of(printing.documents_of(file)).decode("utf-8-sig").split()
    assert all(f"{person.row.name} 様" in said for person in people)
    assert "個人番号" in said
    assert "令和10年3月15日" in said
    assert [n for n in re.findall(r"[0-9]{12}", said) if personal_number_is_valid(n)] == []
    assert [line.split(",")[2] for line in index[1:]] == [p.row.number for p in people]
    released = AuditEvent.objects.filter(action="data.released")
    assert {entry.addressee_number for entry in released} == {p.row.number for p in people}
    assert not making.waiting(order).exists()


@pytest.mark.req("SHK-05")
def test_who_takes_somebody_off_the_list_does_not_confirm_it(two_silent, staff):
    order, (first, second) = two_silent
    row = order.targets.get(addressee=first.row)
    services.leave_out(row, **given(staff, "tanaka"))

    with pytest.raises(Refusal, match="自分が起案した"):
        orders.confirm_order(order, **given(staff, "suzuki"))
    with pytest.raises(Refusal, match="自分が一覧から外した"):
        orders.confirm_order(order, **given(staff, "tanaka"))
    assert reasons(order) == {second.row.name: ["no_document"]}
    services.leave_out(row, **given(staff, "tanaka"))
    orders.confirm_order(order, **given(staff, "tanaka"))
    with pytest.raises(Refusal, match="変えられません"):
        services.leave_out(row, **given(staff, "tanaka"))


def test_who_died_after_the_list_was_made_gets_none(two_silent, staff):
    order, (first, second) = two_silent
    orders.confirm_order(order, **given(staff, "tanaka"))
    Addressee.objects.filter(pk=first.row.pk).update(died_on=date(2028, 1, 9))

    (file,) = printing.carry_out(order, by=SYSTEM, now=JANUARY)

    (document,) = file.documents.all()
    assert document.person == second.row
    assert list(reasons(order, "died")) == [first.row.name]


def test_forms_are_made_in_batches_and_none_twice(two_silent, staff):
    order, _people = two_silent
    orders.confirm_order(order, **given(staff, "tanaka"))

    files = printing.carry_out(order, by=SYSTEM, now=JANUARY, batch=1)

    assert [file.count for file in files] == [1, 1]
    document = IssuedDocument.objects.first()
    twice = {"kind": "return_form", "tax_year": YEAR, "content": {}, "issued_at": JANUARY}
    with pytest.raises(IntegrityError, match="document_once_per_target"), transaction.atomic():
        IssuedDocument.objects.create(target=document.target, **twice)
    with pytest.raises(IntegrityError, match="document_of_a_form"), transaction.atomic():
        IssuedDocument.objects.create(**twice)


@pytest.mark.req("NOT-04", "NOT-11")
def test_forms_are_made_again_under_new_numbers_and_come_back_by_them(two_silent, staff, sign_in):
    order, (first, _second) = two_silent
    orders.confirm_order(order, **given(staff, "tanaka"))
    (file,) = printing.carry_out(order, by=SYSTEM, now=JANUARY)
    again = orders.propose_reissue(file, channel="paper", **given(staff, "suzuki"))
    orders.confirm_order(again, **given(staff, "tanaka"))

    (reissued,) = printing.carry_out(again, by=SYSTEM, now=JANUARY)

    before, after = (list(printing.documents_of(one)) for one in (file, reissued))
    assert [d.first_issue for d in after] == before
    assert [d.content for d in after] == [d.content for d in before]
    mail = returns.take_return(
        after[0].number, returned_on=date(2028, 1, 20), why="転居", **given(staff, "suzuki")
    )
    entry = AuditEvent.objects.get(action="mail.returned")
    assert (mail.document.person, entry.addressee_number) == (first.row, first.row.number)
    page = sign_in("suzuki").get(f"/people/{first.row.pk}/").content.decode()
    assert f"{after[0].number}</th><td>住民税申告書" in page


@pytest.mark.req("ASM-01")
def test_pages_show_rules_list_and_one_form_and_log_who_was_looked_at(two_silent, sign_in):
    order, (first, _second) = two_silent
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    rules_page = suzuki.get("/mailing/").content.decode()
    page = suzuki.get(f"/mailing/{order.pk}/?only=no_document").content.decode()
    row = order.targets.get(addressee=first.row)
    form = suzuki.post(f"/mailing/targets/{row.pk}/preview/")
    suzuki.post(f"/mailing/targets/{row.pk}/out/")
    tanaka.post(f"/notices/orders/{order.pk}/confirm/")

    assert "要確認" in rules_page
    assert first.row.name not in rules_page
    assert first.row.name in page
    assert "下見" in text_of(form.content)
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert order.targets.filter(left_out="by_hand").count() == 1
    viewed = AuditEvent.objects.filter(action="addressee.viewed")
    assert viewed.filter(addressee_number=first.row.number).count() == 2


def test_a_list_is_made_from_the_page(employers, sign_in):
    page = sign_in("suzuki").post(
        "/mailing/propose/", {"kind": "summary_form", "tax_year": YEAR}, follow=True
    )
    again = sign_in("suzuki").post(
        "/mailing/propose/", {"kind": "summary_form", "tax_year": YEAR}, follow=True
    )

    assert "白川商事" in page.content.decode()
    assert "まだ終わっていません" in again.content.decode()


@pytest.mark.req("ASM-12")
def test_a_business_is_changed_and_the_change_is_written_down(db, sign_in):
    known = business("白川商事", "7123456789012", "00011")
    given = {"name": "白川商事", "address": "熊本市", "designated_number": "00011"}
    closed = {"closed_on_0": "reiwa", "closed_on_1": "9", "closed_on_2": "9", "closed_on_3": "30"}

    sign_in("suzuki").post(f"/people/businesses/{known.pk}/", given | closed)

    known.refresh_from_db()
    assert (known.address, known.wants_summary_form) == ("熊本市", False)
    entry = AuditEvent.objects.get(action="business.changed")
    assert entry.detail["wants_summary_form"] == ["True", "False"]
