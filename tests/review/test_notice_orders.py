"""Notices by order: two people, every kind, addresses, employers, eLTAX, files on their way."""

import csv
import hashlib
import io
import json
from datetime import date, datetime, timedelta, timezone

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from filing.numbers import personal_number_is_valid
from review.addressees.contacts import set_contact
from review.addressees.models import Business
from review.assessment.preparing import Employer
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy import basics
from review.levy.corrections import confirm_correction, propose_correction
from review.levy.models import BasicsChange, Decision
from review.notices import due, orders, printing, returns, tasks
from review.notices.deadlines import deadlines, late
from review.notices.employers import employees_of, listed
from review.notices.models import IssuedDocument, Order, PrintFile, ReturnedMail
from review.reconcile import dependant_acts as acts
from review.reconcile.models import DependantAct
from review.sealed_fields import opened
from tests.review import handing
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import NOW, REASON, SYSTEM, actor

JAPAN = timezone(timedelta(hours=9))
MAY = DECIDED + timedelta(days=3)
SEPTEMBER = datetime(2027, 9, 10, 10, 0, tzinfo=JAPAN)
SHIRAKAWA = Employer("白川商事", "7123456789012")
FIGURES = "0123456789,円"


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def yen(shown):
    return int("".join(c for c in shown if c in FIGURES[:10]))


def order(staff, kind, *, now=MAY, **more):
    """Suzuki proposes, Tanaka confirms."""
    made = orders.propose_order(
        kind, "R9", by=actor(staff["suzuki"]), reason=REASON, now=now, **more
    )
    return orders.confirm_order(made, by=actor(staff["tanaka"]), reason=REASON, now=now)


def carried_out(staff, kind, *, now=MAY, **more):
    return printing.carry_out(order(staff, kind, now=now, **more), by=SYSTEM, now=now)


def bytes_of(file):
    return printing.as_made(file)


def corrected(person, staff, now=SEPTEMBER):
    options = {"cause": "document", "remark": "訂正", "reason": REASON, "now": now}
    made = propose_correction(person.row, "R9", by=actor(staff["suzuki"]), **options)
    return confirm_correction(made, by=actor(staff["tanaka"]), reason=REASON, now=now)


@pytest.fixture
def workers(db, staff):
    """Three employees of one employer, one of another without 法人番号, one who pays by hand."""
    people = [resident(serial) for serial in range(5)]
    for at, person in enumerate(people[:3]):
        person.salary(3_000_000 + 500_000 * at)
    report = people[3].salary(2_800_000, payer="個人の店")
    report.content["payer_number"] = ""
    report.save()
    people[4].salary(flags=["ordinary_collection"])
    run_year(staff)
    return people


@pytest.mark.req("NOT-01")
@pytest.mark.req("ASM-12")
def test_employers_are_listed_with_employees_and_totals(workers, staff):
    Business.objects.create(
        number="B1",
        name="白川商事",
        name_key="",
        address="熊本市中央区手取1番1号",
        corporate_number=SHIRAKAWA.number,
        designated_number="00012345",
        entered_at=NOW,
        entered_by="K1001",
    )

    first, second = listed("R9")

    taxed = [d.total for d in Decision.objects.filter(addressee__in=[p.row for p in workers[:3]])]
    assert (first.employer, first.people, first.total) == (SHIRAKAWA, 3, sum(taxed))
    assert (first.waiting, first.business.designated_number) == (3, "00012345")
    assert (second.employer, second.people) == (Employer("個人の店", ""), 1)
    assert [one.at for one in listed("R9", "00012345")] == [first.at]
    assert [one.at for one in listed("R9", "個人")] == [second.at]
    assert listed("R9", "いない") == []
    assert sum(sum(e.months.after) for e in employees_of(SHIRAKAWA, "R9")) == first.total


@pytest.mark.req("NOT-01")
@pytest.mark.req("NOT-13")
def test_employer_and_employees_get_the_same_amounts_and_slips_by_month(workers, staff):
    (file,) = carried_out(staff, "salary")

    documents = list(printing.documents_of(file))
    assert [d.kind for d in documents] == ["employer", "employee"] + ["employer"] + ["employee"] * 3
    employer, *employees = documents[2:]
    total = sum(d.decision.total for d in employees)
    assert dict(employer.content["facts"])["特別徴収税額の合計"] == f"{total:,}円"
    by_person = [line[1] for line in employer.content["tables"][0]["rows"]]
    assert by_person == [dict(d.content["tables"][0]["rows"])["年税額"] for d in employees]
    slips = employer.content["slips"]["rows"]
    assert [slip["term"] for slip in slips][:2] == ["6月分", "7月分"]
    assert slips[0]["due"] == "令和9年7月12日"
    assert sum(yen(slip["amount"]) for slip in slips) == total
    assert employer.content["to"] == "白川商事 御中"
    assert due.waiting("R9") == {"ordinary": 1, "salary": 0, "change": 0, "salary_change": 0}


@pytest.mark.req("LOG-07")
def test_handing_an_electronic_file_over_is_written_down_for_each_employee(workers, staff):
    (electronic,) = carried_out(staff, "salary", employer=SHIRAKAWA, channel="eltax")

    by = {"by": actor(staff["suzuki"]), "reason": REASON, "now": MAY}
    printing.hand_over(electronic, to="eLTAX", received=electronic.count, **by)

    released = AuditEvent.objects.filter(action="data.released").order_by("addressee_number")
    assert [(e.addressee_number, e.at, e.detail["route"], e.detail["to"]) for e in released] == [
        (number, MAY, "eltax", "eLTAX") for number in sorted(p.row.number for p in workers[:3])
    ]


@pytest.mark.req("NOT-07")
def test_electronic_notice_carries_the_number_and_paper_does_not(workers, staff):
    (paper,) = carried_out(staff, "salary", employer=SHIRAKAWA)
    again = orders.propose_reissue(
        paper, channel="eltax", by=actor(staff["suzuki"]), reason=REASON, now=MAY
    )
    orders.confirm_order(again, by=actor(staff["tanaka"]), reason=REASON, now=MAY)
    (electronic,) = printing.carry_out(again, by=SYSTEM, now=MAY)

    rows = list(csv.DictReader(io.StringIO(bytes_of(electronic).decode())))
    assert [row["個人番号"] for row in rows] == [p.personal_number for p in workers[:3]]
    assert {row["様式"] for row in rows} == {"仮1"}
    for row in rows:
        assert sum(int(row[f"{n}月分"]) for n in range(1, 13)) == int(row["特別徴収税額"])
    digits = "".join(text_of(bytes_of(paper)).split())
    windows = [digits[at : at + 12] for at in range(len(digits) - 11)]
    assert [w for w in windows if w.isdigit() and personal_number_is_valid(w)] == []
    stored = json.dumps(list(opened(IssuedDocument.objects.all(), "content")))
    assert not any(p.personal_number in stored for p in workers)
    logged = json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert not any(p.personal_number in logged for p in workers)


def test_electronic_notice_of_somebody_without_a_number_is_refused(workers, staff):
    person = workers[0].row
    person.number_sealed = person.number_index = None
    person.save()

    with pytest.raises(Refusal, match=f"宛名番号 {person.number}.*書面で"):
        carried_out(staff, "salary", channel="eltax")

    assert PrintFile.objects.count() == IssuedDocument.objects.count() == 0


@pytest.mark.req("NOT-13")
@pytest.mark.req("LOG-07")
def test_files_hold_each_notice_once_and_are_handed_over_with_a_receipt(db, staff, tmp_path):
    for serial in range(5):
        resident(serial).salary(flags=["ordinary_collection"])
    run_year(staff)
    made = order(staff, "ordinary")

    files = printing.carry_out(made, by=SYSTEM, now=MAY, batch=2)
    again = printing.carry_out(made, by=SYSTEM, now=MAY, batch=2)
    printer = handing.enter(staff)
    for _each in range(2):
        printing.write_files(files, tmp_path, to=printer, by=SYSTEM, now=MAY)

    made.refresh_from_db()
    assert ([file.count for file in files], again) == ([2, 2, 1], [])
    assert (made.state, made.made) == ("done", 5)
    numbers = []
    for file in files:
        own = {path.name: path.read_bytes() for path in tmp_path.glob(f"{file.name}*")}
        inside = handing.unzipped(handing.opened(own)[1])
        assert hashlib.sha256(inside[file.name]).hexdigest() == file.sha256
        assert bytes_of(file) == inside[file.name]
        index = inside[f"{file.name}.csv"].decode("utf-8-sig")
        numbers += [row[0] for row in csv.reader(io.StringIO(index))][1:]
    assert len(set(numbers)) == IssuedDocument.objects.count() == 5
    assert len(list(tmp_path.iterdir())) == 2 * len(files)
    assert AuditEvent.objects.filter(action="notices.taken").count() == len(files)

    by = {"by": actor(staff["suzuki"]), "reason": REASON, "now": MAY}
    with pytest.raises(Refusal, match="2件"):
        printing.hand_over(files[0], to="印刷会社", received=3, **by)
    handed = printing.hand_over(files[0], to="印刷会社", received=2, **by)
    assert (handed.handed_to, handed.handed_by, handed.received) == ("印刷会社", "K1001", 2)
    released = AuditEvent.objects.filter(action="data.released").order_by("position")
    assert [(e.addressee_number, e.subject) for e in released] == [
        (d.decision.addressee.number, f"print-file:{handed.name}")
        for d in printing.documents_of(handed)
    ]
    assert {(e.at, e.actor, e.detail["to"], e.detail["route"]) for e in released} == {
        (MAY, "K1001", "印刷会社", "post")
    }
    with pytest.raises(Refusal, match="すでに引き渡し"):
        printing.hand_over(files[0], to="別の会社", received=2, **by)


@pytest.mark.req("REC-08")
@pytest.mark.req("NOT-02")
def test_notices_go_to_heirs_tax_manager_or_mail_address(db, staff):
    people = [resident(serial) for serial in range(4)]
    kinds = (None, "mail", "manager", "heir")
    for person, kind in zip(people, kinds, strict=True):
        person.salary(flags=["ordinary_collection"])
        for each in ("mail", kind) if kind else ():
            given = {"kind": each, "name": f"受取 {each}", "postal_code": "8608601"}
            given |= {"address": "熊本市中央区手取本町1番1号", "since": date(2027, 1, 1)}
            set_contact(person.row, given, by=SYSTEM, reason=REASON, now=NOW)
    run_year(staff)

    (file,) = carried_out(staff, "ordinary")

    documents = list(printing.documents_of(file))
    assert [d.content["to"] for d in documents] == [
        f"{people[0].row.name} 様",
        "受取 mail 様",
        "受取 manager 様",
        "受取 heir 様",
    ]
    assert documents[1].content["postal_code"] == "〒860-8601"
    assert dict(documents[3].content["facts"])["納税義務者"] == people[3].row.name
    text = text_of(bytes_of(file))
    assert "熊本市中央区手取本町1番1号" in text
    assert text.count("領収証書") == 16  # four terms each
    slips = documents[0].content["slips"]["rows"]
    assert sum(yen(slip["amount"]) for slip in slips) == documents[0].decision.total


@pytest.mark.req("NOT-03")
def test_changes_name_only_who_changed_with_old_new_and_the_months_left(workers, staff):
    carried_out(staff, "salary")
    carried_out(staff, "ordinary")
    changed, by_hand = workers[0], workers[4]
    for person in (changed, by_hand):
        person.document("one_stop", municipality="天草市", donated=40_000)
    decision, own = corrected(changed, staff), corrected(by_hand, staff)

    (withheld,) = carried_out(staff, "salary_change", now=SEPTEMBER)
    (paid,) = carried_out(staff, "change", now=SEPTEMBER)

    employer, employee = printing.documents_of(withheld)
    ((name, cause, before, after),) = employer.content["tables"][0]["rows"]
    assert (name, cause) == (changed.row.name, "資料の追加・訂正・取消")
    assert (yen(before), yen(after)) == (decision.previous_total, decision.total)
    months = employee.content["tables"][1]["rows"]
    assert [old == new for _month, old, new in months[:4]] == [True] * 4
    assert sum(yen(new) for *_names, new in months) == decision.total
    everybody = sum(employee_month(e, 4) for e in employees_of(SHIRAKAWA, "R9"))
    slips = employer.content["slips"]["rows"]
    assert (slips[0]["term"], yen(slips[0]["amount"])) == ("10月分", everybody)
    (notice,) = printing.documents_of(paid)
    assert notice.decision == own
    assert [slip["term"] for slip in notice.content["slips"]["rows"]] == ["第3期", "第4期"]
    assert due.waiting("R9") == dict.fromkeys(("ordinary", "salary", "change", "salary_change"), 0)


def employee_month(employee, at):
    return employee.months.after[at]


@pytest.mark.req("NOT-03")
def test_employer_whose_withholding_ends_is_told_as_well(workers, staff):
    carried_out(staff, "salary")
    leaver = workers[0]
    report = leaver.row.source_documents.get(kind="salary_report")
    report.content["flags"] = ["ordinary_collection"]
    report.save()
    decision = corrected(leaver, staff)

    (file,) = carried_out(staff, "salary_change", now=SEPTEMBER)

    employer, employee = printing.documents_of(file)
    assert employer.employer_number == SHIRAKAWA.number
    assert employee.content["amounts"][4:] == [0] * 8
    assert due.waiting("R9")["change"] == 1
    assert any(row.method == "ordinary" for row in decision.assessment.collections.all())


def test_list_of_what_waits_asks_as_much_for_three_changes_as_for_one(workers, staff):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            due.waiting("R9")
        return len(queries)

    counts = []
    for person in workers[:3]:
        person.document("one_stop", municipality="天草市", donated=40_000)
        corrected(person, staff)
        counts.append(asked())

    assert counts == [counts[0]] * 3
    assert len(due.changes_by_employer("R9")[SHIRAKAWA]) == 3


@pytest.mark.req("NOT-04")
def test_whole_file_is_made_again_under_new_numbers_with_the_same_content(workers, staff):
    (first,) = carried_out(staff, "salary")
    again = orders.propose_reissue(
        first, channel="paper", by=actor(staff["suzuki"]), reason=REASON, now=SEPTEMBER
    )
    orders.confirm_order(again, by=actor(staff["tanaka"]), reason=REASON, now=SEPTEMBER)

    tasks.work()

    again.refresh_from_db()
    second = again.files.get()
    old, new = printing.documents_of(first), printing.documents_of(second)
    assert [d.content for d in new] == [d.content for d in old]
    assert [d.first_issue_id for d in new] == [d.number for d in old]
    assert (again.state, again.made) == ("done", 6)
    assert due.waiting("R9")["salary"] == 0


@pytest.mark.req("NOT-13")
def test_no_notice_is_made_before_a_second_person_confirms(workers, staff):
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    by = {"reason": REASON, "now": MAY}
    proposed = orders.propose_order("ordinary", "R9", by=suzuki, **by)

    assert printing.carry_out(proposed, by=SYSTEM, now=MAY) == []
    with pytest.raises(Refusal, match="自分で確認"):
        orders.confirm_order(proposed, by=suzuki, **by)
    with pytest.raises(Refusal, match="まだ終わっていません"):
        orders.propose_order("ordinary", "R9", by=tanaka, **by)
    with pytest.raises(Refusal, match="eLTAX"):
        orders.propose_order("change", "R9", channel="eltax", by=suzuki, **by)
    with pytest.raises(IntegrityError, match="order_confirmed_by_another"), transaction.atomic():
        Order.objects.update(state="confirmed", confirmed_by="K1001", confirmed_at=MAY)
    orders.drop_order(proposed, by=tanaka, **by)
    assert orders.propose_order("ordinary", "R9", by=suzuki, **by).state == "proposed"


def test_the_command_makes_what_was_ordered_and_writes_it_for_the_contractor(
    workers, staff, tmp_path, capsys
):
    order(staff, "ordinary")
    order(staff, "salary", channel="eltax")
    with pytest.raises(CommandError, match="made, but not written"):
        call_command("print_notices", "R9", "--to", str(tmp_path))
    handing.enter(staff)

    call_command("print_notices", "R9", "--to", str(tmp_path), "--json")
    told = json.loads(capsys.readouterr().out)
    call_command("print_notices", "R9", "--to", str(tmp_path), "--json")

    assert told["notices"] == 1
    assert json.loads(capsys.readouterr().out) == told
    (name,) = [row["name"] for row in told["files"]]
    # What carries 個人番号 is taken by who may see it, and never written into a folder.
    written = [f"{name}.zip.sealed", f"{name}.zip.slip.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == written
    assert PrintFile.objects.filter(channel="eltax").count() == 1


@pytest.mark.req("NOT-12")
def test_what_is_not_made_by_its_legal_day_raises_an_alarm(workers, staff):
    june = datetime(2027, 6, 1, 9, 0, tzinfo=JAPAN)
    days = {one.kind: (one.waiting, one.due) for one in deadlines("R9", now=MAY)}
    assert days["ordinary"] == (1, date(2027, 6, 20))
    assert days["salary"] == (4, date(2027, 5, 31))

    assert late(now=june - timedelta(days=1)) == []
    assert [one.kind for one in late(now=june)] == ["salary"]
    carried_out(staff, "salary", now=june)
    assert late(now=june) == []
    changed = workers[4]
    changed.document("one_stop", municipality="天草市", donated=40_000)
    carried_out(staff, "ordinary", now=june)
    corrected(changed, staff)
    assert late(now=SEPTEMBER + timedelta(days=30)) == []
    (entry,) = late(now=SEPTEMBER + timedelta(days=31))
    assert (entry.kind, entry.due, entry.days) == ("change", date(2027, 10, 10), -1)


@pytest.mark.req("NOT-12")
def test_daily_watch_says_what_is_late(db, staff, caplog):
    resident(1).salary(tax_year="R8")
    run_year(staff, "R8", now=DECIDED - timedelta(days=365))

    assert tasks.watch() == 1

    assert "R8 salary: 1 notices not made by 2026-05-31" in caplog.text


@pytest.mark.req("RET-01")
def test_notices_their_files_and_orders_go_with_the_year(workers, staff):
    (first,) = carried_out(staff, "salary")
    by = {"reason": REASON, "now": MAY}
    again = orders.propose_reissue(first, channel="paper", by=actor(staff["suzuki"]), **by)
    orders.confirm_order(again, by=actor(staff["tanaka"]), **by)
    printing.carry_out(again, by=SYSTEM, now=MAY)
    document = IssuedDocument.objects.filter(kind="employee").first()
    returns.take_return(document.pk, returned_on=date(2027, 6, 1), why="不明", by=SYSTEM, **by)
    child = resident(8, born=date(2015, 1, 1))
    given = {"number": child.row.number, "role": "relative", "total_income": 0, "why": "届出"}
    acts.propose_addition(workers[0].row, "R9", by=SYSTEM, **given, **by)
    change = {"residency": "elsewhere", "ward": "", "address": "福岡市"}
    basics.propose_basics(workers[0].row, "R9", change, why="調査", by=SYSTEM, **by)

    call_command("purge", "--as-of", "2035-04-01", "--json", stdout=io.StringIO())

    gone = (Order, PrintFile, IssuedDocument, ReturnedMail, DependantAct, BasicsChange, Decision)
    assert [model.objects.count() for model in gone] == [0] * len(gone)
