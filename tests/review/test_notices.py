"""Notices and certificates: what they say, their numbers, and what never stands on them."""

import io
import re
from datetime import date, timedelta

import pypdf
import pytest

from filing.numbers import personal_number_is_valid
from review.addressees.models import Addressee
from review.audit.models import AuditEvent
from review.errors import Refusal
from review.levy.corrections import confirm_correction, propose_correction
from review.levy.models import Decision
from review.notices.issuing import issue, reissue
from review.notices.models import IssuedDocument
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import REASON, actor

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
    filed = pensioner.row.source_documents.get(kind="resident_return")
    filed.content = {"answers": later, "dependants": []}
    filed.save()
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


def test_nothing_is_issued_about_what_is_only_proposed(pensioner, staff):
    decision = Decision.objects.get()
    decision.state = "proposed"

    with pytest.raises(Refusal, match="決定されていない"):
        issue(decision, Kind.CERTIFICATE, by=actor(staff["suzuki"]), **WHEN)


def test_nobody_gets_a_notice_with_a_hole_in_their_name(pensioner, staff):
    Addressee.objects.update(name="佐藤 🍊")

    with pytest.raises(Refusal, match="「🍊」を印刷できる書体がありません。"):
        issue(Decision.objects.get(), Kind.CERTIFICATE, by=actor(staff["suzuki"]), **WHEN)

    assert not IssuedDocument.objects.exists()
