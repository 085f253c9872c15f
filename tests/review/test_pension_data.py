"""基礎年金番号 and drop-outs from 年特: by 宛名番号, sealed; what is left is paid by hand."""

from datetime import date, datetime, timedelta, timezone

import pytest

from review.addressees.contacts import set_contact
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.levy.corrections import confirm_correction, drop_correction
from review.levy.dropouts import propose_dropouts
from review.levy.models import Decision
from review.notices import orders, printing
from review.sources.models import Entry, RowError
from review.sources.rows import open_pension_number
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.source_files import file_of, take_in
from tests.review.story import NOW, REASON, SYSTEM, actor

JAPAN = timezone(timedelta(hours=9))
SEPTEMBER = datetime(2027, 9, 10, 10, 0, tzinfo=JAPAN)
FEBRUARY = datetime(2028, 2, 20, 10, 0, tzinfo=JAPAN)
NUMBER = "1234567890"


@pytest.fixture
def pensioner(db, staff):
    """Whose tax the pension takes from October on, after two terms by hand."""
    person = resident(1, born=date(1950, 4, 1))
    person.pension(2_900_000)
    person.document("insurance", "care", scheme="care", paid=70_000, special_collection=70_000)
    run_year(staff)
    return person


def dropout(person, cause="1", day="2027-08-20"):
    row = ["956", "0", "08", person.row.number, cause, day]
    arrival = take_in(file_of(row), "pension_dropout", received_on=date(2027, 9, 5))
    assert arrival.counts["linked"] == 1, arrival.trouble
    return arrival


def amounts(decision):
    return {row.method: row.amounts for row in decision.assessment.collections.all()}


@pytest.mark.req("ASM-16")
def test_pension_number_is_linked_by_addressee_number_and_never_stored_open(db):
    person = resident(1)
    rows = file_of(["955", "0", "08", person.row.number, NUMBER, "001", "1150"])

    first = take_in(rows, "pension_number")
    again = take_in(rows + file_of(["955", "0", "08", "none", "123", "001", ""]), "pension_number")

    document = SourceDocument.objects.get(kind="pension_number")
    assert (document.addressee, document.link_method) == (person.row, "addressee_number")
    assert document.about == "*******890"
    assert NUMBER not in str(document.content)
    key, digest = document.source.split("-")
    assert open_pension_number(document.content, key, digest) == NUMBER
    assert (first.counts["linked"], again.counts["repeated"], again.counts["bad"]) == (1, 1, 1)
    error = RowError.objects.get()
    assert (error.code, error.item) == ("E0003", "基礎年金番号")
    assert NUMBER not in str(list(Entry.objects.values()))
    assert NUMBER not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.req("ASM-16")
def test_dropout_stops_the_pension_and_moves_what_is_left_to_terms_by_hand(pensioner, staff):
    first = Decision.objects.get()
    before = amounts(first)
    assert sum(before["pension"])
    assert sum(before["ordinary"][:2])
    heir = {"kind": "heir", "name": "相続 花子", "postal_code": "", "address": "八代市1番"}
    given = heir | {"since": date(2027, 8, 20)}
    set_contact(pensioner.row, given, by=SYSTEM, reason=REASON, now=NOW)
    dropout(pensioner)

    assert propose_dropouts(by=SYSTEM, now=SEPTEMBER) == {"proposed": 1}
    assert propose_dropouts(by=SYSTEM, now=SEPTEMBER) == {"nothing_left": 1}
    proposed = Decision.objects.get(state="proposed")
    tanaka = actor(staff["tanaka"])
    decision = confirm_correction(proposed, by=tanaka, reason=REASON, now=SEPTEMBER)

    after = amounts(decision)
    assert "pension" not in after
    assert after["ordinary"][:2] == before["ordinary"][:2]
    assert sum(after["ordinary"]) == decision.total == first.total
    assert decision.cause == "pension_stop"
    assert "死亡 2027-08-20" in decision.remark

    suzuki = actor(staff["suzuki"])
    by = {"reason": REASON, "now": SEPTEMBER}
    ordered = orders.propose_order("change", "R9", by=suzuki, **by)
    orders.confirm_order(ordered, by=tanaka, **by)
    (file,) = printing.carry_out(ordered, by=SYSTEM, now=SEPTEMBER)
    (notice,) = printing.documents_of(file)
    assert notice.content["to"] == "相続 花子 様"
    assert [slip["term"] for slip in notice.content["slips"]["rows"]] == ["第3期", "第4期"]
    assert dict(notice.content["facts"])["変更の理由"] == "年金特別徴収の中止"


@pytest.mark.req("ASM-16")
def test_withholdings_that_were_made_stay_and_the_rest_is_payable_at_once(pensioner, staff):
    december = datetime(2028, 1, 31, 10, 0, tzinfo=JAPAN)
    before = amounts(Decision.objects.get())
    dropout(pensioner, "2", "2027-12-20")

    propose_dropouts(by=SYSTEM, now=december)

    after = amounts(Decision.objects.get(state="proposed"))
    assert after["pension"][:5] == before["pension"][:5]
    assert after["extra"] == [before["pension"][5]]


@pytest.mark.req("ASM-16")
def test_nothing_is_proposed_where_nothing_is_left_or_people_dropped_it(pensioner, staff):
    dropout(pensioner)

    assert propose_dropouts(by=SYSTEM, now=FEBRUARY) == {"nothing_left": 1}
    propose_dropouts(by=SYSTEM, now=SEPTEMBER)
    tanaka = actor(staff["tanaka"])
    drop_correction(Decision.objects.get(number=2), by=tanaka, reason=REASON, now=SEPTEMBER)

    assert propose_dropouts(by=SYSTEM, now=SEPTEMBER) == {"nothing_left": 1}
    assert Decision.objects.filter(state="proposed").count() == 0


def test_dropout_before_the_run_leaves_the_pension_out_from_the_start(db, staff):
    person = resident(1, born=date(1950, 4, 1))
    person.pension(2_900_000)
    person.document("insurance", "care", scheme="care", paid=70_000, special_collection=70_000)
    dropout(person)

    run_year(staff, now=DECIDED)

    assert list(amounts(Decision.objects.get())) == ["ordinary"]
