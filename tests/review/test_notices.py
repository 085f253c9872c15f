"""Notices and certificates: what they say, their numbers, and what never stands on them."""

import csv
import hashlib
import io
import re
from datetime import date, timedelta

import pypdf
import pytest

from filing.numbers import personal_number_is_valid
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy.corrections import confirm_correction, propose_correction
from review.levy.models import Decision
from review.notices import contents
from review.notices.issuing import issue, pdf_of_contents, reissue
from review.notices.models import IssuedDocument
from review.notices.printing import print_ordinary
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import REASON, SYSTEM, actor

WHEN = {"reason": REASON, "now": DECIDED + timedelta(days=20)}
Kind = IssuedDocument.Kind


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def pensioner(db, staff):
    """A pensioner with rent-like income: pension withholding and ordinary terms on one notice."""
    person = resident(1, born=date(1950, 4, 1))
    pension = {"payer": "日本年金機構", "revenue": 2_400_000, "social_insurance": 90_000}
    person.pension(2_400_000)
    person.document("insurance", "care", scheme="care", paid=70_000, special_collection=70_000)
    misc = {"description": "講演", "revenue": 1_500_000}
    answers = {"income_kinds": ["pension", "misc"], "pensions": [pension | {"withheld_tax": 0}]}
    person.filed(answers | {"misc": [misc]})
    run_year(staff)
    return person


@pytest.mark.req("NOT-02")
def test_notice_has_the_terms_and_the_pension_block_and_they_are_the_tax(pensioner, staff):
    decision = Decision.objects.get()

    document, pdf = issue(decision, Kind.ORDINARY, by=actor(staff["suzuki"]), **WHEN)

    tables = {table["title"]: table["rows"] for table in document.content["tables"]}
    paid = [row[-1] for title in ("普通徴収", "年金特別徴収") for row in tables[title]]
    assert sum(int(re.sub(r"[,円]", "", amount)) for amount in paid) == decision.total
    text = text_of(pdf)
    assert f"{decision.total:,}円" in text
    assert "令和9年6月30日" in text
    assert "見本" in text


@pytest.mark.req("NOT-05")
@pytest.mark.req("NOT-06")
def test_certificate_says_what_was_decided_and_no_personal_number(pensioner, staff):
    decision = Decision.objects.get()

    document, pdf = issue(decision, Kind.CERTIFICATE, by=actor(staff["suzuki"]), **WHEN)

    text = text_of(pdf)
    rows = dict(document.content["tables"][0]["rows"])
    result = decision.assessment.result
    assert rows["合計所得金額"] == f"{result['total_income_gokei']:,}円"
    assert rows["年税額"] == f"{decision.total:,}円"
    digits = re.sub(r"\s", "", text)
    numbers = [digits[at : at + 12] for at in range(len(digits) - 11)]
    assert [n for n in numbers if n.isdigit() and personal_number_is_valid(n)] == []
    assert pensioner.personal_number.encode() not in pdf


@pytest.mark.req("NOT-04")
def test_reissue_has_another_number_and_the_same_content(pensioner, staff):
    suzuki = actor(staff["suzuki"])
    first, _pdf = issue(Decision.objects.get(), Kind.CERTIFICATE, by=suzuki, **WHEN)

    again, _pdf = reissue(first, by=suzuki, **WHEN)

    assert (again.content, again.first_issue) == (first.content, first)
    assert again.number == first.number + 1
    actions = AuditEvent.objects.filter(action__startswith="document.").order_by("position")
    assert [e.action for e in actions] == ["document.issued", "document.reissued"]


@pytest.mark.req("NOT-03")
def test_change_notice_shows_old_and_new_and_why(pensioner, staff):
    slip = {"payer": "日本年金機構", "revenue": 2_400_000, "social_insurance": 90_000}
    later = {"income_kinds": ["pension"], "pensions": [slip | {"withheld_tax": 0}]}
    pensioner.row.source_documents.filter(kind="resident_return").update(
        content={"answers": later, "dependants": []}
    )
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    proposed = propose_correction(
        pensioner.row, "R9", cause="document", remark="訂正", by=suzuki, **WHEN
    )
    decision = confirm_correction(proposed, by=tanaka, **WHEN)

    document, pdf = issue(decision, Kind.CHANGE, by=suzuki, **WHEN)

    rows = {label: (old, new) for label, old, new in document.content["tables"][0]["rows"]}
    first = Decision.objects.get(number=1)
    assert rows["年税額"] == (f"{first.total:,}円", f"{decision.total:,}円")
    assert "資料の追加・訂正・取消" in text_of(pdf)


@pytest.mark.req("NOT-01")
def test_employer_and_employees_get_the_same_amounts(db, staff):
    people = [resident(serial) for serial in range(3)]
    for at, person in enumerate(people):
        person.salary(3_000_000 + 500_000 * at)
    run_year(staff)
    decisions = Decision.objects.select_related("addressee", "assessment").order_by("pk")
    rows = [(d, d.assessment.collections.get(method="salary")) for d in decisions]

    employer = contents.employer_notice("白川商事", "R9", rows)
    employees = [contents.employee_notice(decision, row) for decision, row in rows]

    total = sum(decision.total for decision in decisions)
    assert employer["facts"] == [["人数", "3人"], ["特別徴収税額の合計", f"{total:,}円"]]
    by_person = [line[1] for line in employer["tables"][0]["rows"]]
    assert by_person == [dict(one["tables"][0]["rows"])["年税額"] for one in employees]
    pages = [one | {"number": "1"} for one in (employer, *employees)]
    assert len(pypdf.PdfReader(io.BytesIO(pdf_of_contents(pages, at=DECIDED))).pages) == 4


@pytest.mark.req("NOT-13")
def test_print_files_hold_each_notice_once_with_count_and_hash(db, staff, tmp_path):
    for serial in range(5):
        resident(serial).salary(flags=["ordinary_collection"])
    run_year(staff)

    files = print_ordinary("R9", tmp_path, by=SYSTEM, now=DECIDED, batch=2)
    again = print_ordinary("R9", tmp_path, by=SYSTEM, now=DECIDED, batch=2)

    assert ([file.count for file in files], again) == ([2, 2, 1], [])
    numbers = []
    for file in files:
        content = (tmp_path / file.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
        index = (tmp_path / f"{file.name}.csv").read_text(encoding="utf-8-sig")
        numbers += [row[0] for row in csv.reader(io.StringIO(index))][1:]
    assert len(set(numbers)) == IssuedDocument.objects.count() == 5
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.req("LOG-07")
def test_print_file_makes_an_entry_for_each_person_with_day_and_addressee(db, staff, tmp_path):
    for serial in range(1, 4):
        resident(serial).salary(flags=["ordinary_collection"])
    run_year(staff)

    first, second = print_ordinary("R9", tmp_path, by=SYSTEM, now=DECIDED, batch=2)

    entries = list(AuditEvent.objects.filter(action="data.released").order_by("position"))
    assert [(entry.addressee_number, entry.subject) for entry in entries] == [
        ("200000001", f"print-file:{first.name}"),
        ("200000002", f"print-file:{first.name}"),
        ("200000003", f"print-file:{second.name}"),
    ]
    assert {(entry.at, entry.detail["to"]) for entry in entries} == {
        (DECIDED, "本人(印刷受託者による発送)")
    }
    assert entries[0].person["name"] == "市民 1"


def test_nothing_is_issued_about_what_is_only_proposed(pensioner, staff):
    decision = Decision.objects.get()
    decision.state = "proposed"

    with pytest.raises(Refusal, match="決定されていない"):
        issue(decision, Kind.CERTIFICATE, by=actor(staff["suzuki"]), **WHEN)
