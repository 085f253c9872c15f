"""更正: later decisions with their cause, old and new; terms that have passed stay as they were."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from review.assessment.preparing import Employer
from review.errors import Refusal
from review.levy.changes import changed_lines, corrections_of
from review.levy.collecting import Planned
from review.levy.corrections import (
    close_month,
    confirm_correction,
    drop_correction,
    propose_correction,
)
from review.levy.models import Decision
from review.levy.queries import decisions_of, waiting_corrections
from review.levy.terms import recollect, term_dates
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import REASON, actor

JAPAN = timezone(timedelta(hours=9))
SEPTEMBER = datetime(2027, 9, 10, 10, 0, tzinfo=JAPAN)


@pytest.fixture
def taxed(db, staff):
    """A resident who pays four terms by hand, decided in May."""
    person = resident(1)
    person.salary(flags=["ordinary_collection"])
    run_year(staff)
    return person


def propose(person, who, now=SEPTEMBER, cause="late_return"):
    options = {"remark": "期限後申告による", "by": actor(who), "reason": REASON, "now": now}
    return propose_correction(person.row, "R9", cause=cause, **options)


def amounts(decision):
    return {row.method: row.amounts for row in decision.assessment.collections.all()}


def late_return(person, **answers):
    slip = {"payer": "白川商事", "revenue": 4_000_000, "withheld_tax": 100_000}
    slip["social_insurance"] = 600_000
    person.filed({"income_kinds": ["salary"], "salaries": [slip], **answers})


@pytest.mark.req("ASM-09")
def test_late_return_lowers_the_terms_that_are_left(taxed, staff):
    first = Decision.objects.get()
    late_return(taxed, life={"care": 80_000}, medical={"method": "medical", "paid": 400_000})

    decision = confirm_correction(
        propose(taxed, staff["suzuki"]), by=actor(staff["tanaka"]), reason=REASON, now=SEPTEMBER
    )

    before, after = amounts(first)["ordinary"], amounts(decision)["ordinary"]
    assert after[:2] == before[:2]
    assert sum(after) == decision.total < first.total
    assert (decision.number, decision.cause, decision.previous_total) == (
        2,
        "late_return",
        first.total,
    )
    assert (decision.decided_on, decision.month) == (date(2027, 9, 10), date(2027, 9, 1))
    first.refresh_from_db()
    assert (first.state, amounts(first)["ordinary"]) == ("decided", before)
    assert [d.number for d in decisions_of(taxed.row)] == [2, 1]


def test_paid_too_much_is_named_and_no_term_is_below_zero(db, staff):
    taxed = resident(1)
    taxed.salary(1_900_000, flags=["ordinary_collection"])
    run_year(staff)
    taxed.document("public_assistance", "p", **{"from": "2026-04-01"})
    first = Decision.objects.get()

    decision = propose(taxed, staff["suzuki"])

    paid = sum(amounts(first)["ordinary"][:2])
    assert (decision.total, decision.refund) == (0, paid)
    assert amounts(decision)["ordinary"][2:] == [0, 0]


@pytest.mark.req("ASM-13")
def test_denied_dependant_raises_the_tax(staff, db):
    from review.reconcile import services as rulings
    from review.reconcile.models import Disagreement
    from tests.review.small_city import relative_of

    person = resident(1)
    person.salary()
    student = resident(2, born=date(2005, 6, 6))
    late_return(person, relatives=[relative_of(student)])
    document = person.row.source_documents.get(kind="resident_return")
    document.content["dependants"] = [student.key]
    document.save()
    run_year(staff)
    student.salary(1_900_000, payer="学生の店")
    run_year(staff, now=DECIDED + timedelta(days=1))
    entry = Disagreement.objects.get(kind="dependant_income")
    first = Decision.objects.get(addressee=person.row)

    by = {"reason": REASON, "now": SEPTEMBER}
    with pytest.raises(Refusal, match="不一致が残っています"):
        propose(person, staff["suzuki"], cause="denial")
    rulings.propose(entry, outcome="reported", by=actor(staff["suzuki"]), **by)
    rulings.confirm(entry, by=actor(staff["tanaka"]), **by)
    decision = propose(person, staff["suzuki"], cause="denial")

    assert decision.total - first.total == 45_000 + 9_000  # 調整控除 falls by 5% of 180,000
    assert "relatives" not in decision.assessment.inputs


def test_single_parent_whose_only_child_is_denied_has_no_child(staff, db):
    """The child turns out to be the other parent's (所得税法施行令11条の2第2項; 要確認)."""
    from review.reconcile import dependant_acts as acts
    from tests.review.small_city import relative_of

    mother, child = resident(1), resident(2, born=date(2015, 6, 6))
    mother.salary()
    claimed = {"relatives": [relative_of(child)], "personal": {"single_parent": "mother"}}
    late_return(mother, **claimed)
    document = mother.row.source_documents.get(kind="resident_return")
    document.content["dependants"] = [child.key]
    document.save()
    run_year(staff)
    first = Decision.objects.get(addressee=mother.row)
    assert first.total == 143_500  # 1,430,000 at 10 %, less 5,000, with 5,500

    by = {"reason": REASON, "now": SEPTEMBER}
    act = acts.propose_removal(
        mother.row,
        "R9",
        key=child.key,
        kind="deny",
        why="別の親の扶養",
        by=actor(staff["suzuki"]),
        **by,
    )
    acts.confirm_act(act, by=actor(staff["tanaka"]), **by)
    decision = propose(mother, staff["suzuki"], cause="denial")

    assert decision.total == 176_000  # 1,730,000 at 10 %, less 2,500, with 5,500


def test_divorced_widow_whose_only_dependant_is_denied_is_none(staff, db):
    from review.reconcile import dependant_acts as acts
    from tests.review.small_city import relative_of

    daughter, mother = resident(1), resident(2, born=date(1960, 6, 6))
    daughter.salary()
    late_return(
        daughter,
        relatives=[relative_of(mother, relation="parent")],
        personal={"widow": True, "widow_reason": "divorced"},
    )
    document = daughter.row.source_documents.get(kind="resident_return")
    document.content["dependants"] = [mother.key]
    document.save()
    run_year(staff)
    # 2,760,000 − 600,000 − 430,000 − 330,000 − 260,000 at 10 %, less 5 % of 110,000, with 5,500.
    assert Decision.objects.get(addressee=daughter.row).total == 114_000

    by = {"reason": REASON, "now": SEPTEMBER}
    denied = {"key": mother.key, "kind": "deny", "why": "弟の扶養"}
    act = acts.propose_removal(daughter.row, "R9", **denied, by=actor(staff["suzuki"]), **by)
    acts.confirm_act(act, by=actor(staff["tanaka"]), **by)

    # 1,730,000 at 10 %, less 2,500, with 5,500.
    assert propose(daughter, staff["suzuki"], cause="denial").total == 176_000


def test_correction_needs_two_people(taxed, staff):
    late_return(taxed, life={"care": 80_000})
    decision = propose(taxed, staff["suzuki"])

    with pytest.raises(Refusal, match="自分で確認"):
        confirm_correction(decision, by=actor(staff["suzuki"]), reason=REASON, now=SEPTEMBER)
    with pytest.raises(Refusal, match="確認を待っている更正"):
        propose(taxed, staff["tanaka"])
    with (
        pytest.raises(IntegrityError, match="decision_confirmed_by_another"),
        transaction.atomic(),
    ):
        Decision.objects.filter(pk=decision.pk).update(confirmed_by="K1001")


def test_nothing_is_corrected_where_nothing_changes(taxed, staff):
    with pytest.raises(Refusal, match="更正は要りません"):
        propose(taxed, staff["suzuki"])


def test_dropped_proposal_leaves_room_for_another(taxed, staff):
    late_return(taxed, life={"care": 80_000})
    drop_correction(
        propose(taxed, staff["suzuki"]), by=actor(staff["tanaka"]), reason=REASON, now=SEPTEMBER
    )

    assert propose(taxed, staff["suzuki"]).number == 2


def test_closed_month_takes_nothing_more(taxed, staff):
    by = {"by": actor(staff["tanaka"]), "reason": REASON, "now": SEPTEMBER}
    close_month(date(2027, 9, 1), **by)
    late_return(taxed, life={"care": 80_000})

    decision = confirm_correction(propose(taxed, staff["suzuki"]), **by)

    assert decision.month == date(2027, 10, 1)
    with pytest.raises(Refusal, match="すでに締めています"):
        close_month(date(2027, 9, 30), **by)


def test_changed_computation_waits_on_the_list_until_it_is_decided(taxed, staff):
    from review.assessment.services import assess_addressee

    late_return(taxed, life={"care": 80_000})
    assess_addressee(taxed.row, "R9", by=actor(staff["suzuki"]), now=SEPTEMBER)
    assert [row["number"] for row in waiting_corrections("R9", DECIDED)] == [taxed.row.number]

    propose(taxed, staff["suzuki"], now=SEPTEMBER + timedelta(hours=1))

    assert waiting_corrections("R9", DECIDED) == []


def test_terms_are_due_on_business_days():
    assert term_dates("ordinary", "R9") == [
        date(2027, 6, 30),
        date(2027, 8, 31),
        date(2027, 11, 1),
        date(2028, 1, 31),
    ]
    assert term_dates("salary", "R9")[0::11] == [date(2027, 6, 1), date(2028, 5, 1)]
    assert term_dates("pension", "R9")[0::5] == [date(2027, 4, 1), date(2028, 2, 1)]


yen = st.integers(0, 900_000)
plans = st.builds(
    lambda ordinary, salary, pension: [
        *([Planned("pension", pension)] if sum(pension) else []),
        *([Planned("salary", salary, Employer("白川商事", ""))] if sum(salary) else []),
        *([Planned("ordinary", ordinary)] if sum(ordinary) else []),
    ],
    st.lists(yen, min_size=4, max_size=4),
    st.lists(yen, min_size=12, max_size=12),
    st.lists(yen, min_size=6, max_size=6),
)


@given(plans, plans, st.dates(date(2027, 4, 1), date(2028, 6, 30)))
def test_passed_terms_stay_and_together_the_terms_are_the_tax(before, planned, today):
    rows, refund = recollect(before, planned, "R9", today)

    due = sum(entry.total for entry in planned)
    assert sum(row.total for row in rows) == due + refund
    assert all(amount >= 0 for row in rows for amount in row.amounts)
    new = {row.method: row.amounts for row in rows}
    for entry in before:
        passed = sum(day <= today for day in term_dates(entry.method, "R9"))
        if any(entry.amounts[:passed]):
            assert new[entry.method][:passed] == entry.amounts[:passed]


@pytest.mark.req("ASM-09", "ASM-12")
def test_each_changed_line_stands_with_its_rule_and_the_documents_behind_it(taxed, staff, sign_in):
    late_return(taxed, medical={"method": "medical", "paid": 400_000})
    decision = confirm_correction(
        propose(taxed, staff["suzuki"]), by=actor(staff["tanaka"]), reason=REASON, now=SEPTEMBER
    )

    (changes,) = corrections_of(decisions_of(taxed.row))

    by_label = {line.label: line for line in changes.lines}
    medical, total = by_label["医療費控除"], by_label["年税額"]
    assert (medical.old, medical.new, medical.difference) == (None, 300_000, 300_000)
    assert "314条の2" in medical.basis
    assert "400,000円" in medical.formula
    assert (total.old, total.new) == (decision.previous_total, decision.total)
    assert total.difference == decision.total - decision.previous_total
    assert "合計所得金額" not in by_label
    assert {line.section for line in changes.lines} == {"所得控除", "課税標準と税率", "税額"}
    assert [(d.kind, d.pk) for d in changes.came] == [
        ("resident_return", taxed.row.source_documents.get(kind="resident_return").pk)
    ]
    assert (changes.went, changes.agrees) == ([], True)
    page = sign_in("suzuki").get(f"/people/{taxed.row.pk}/R9/").content.decode()
    assert "更正 R9-2 の変更の明細" in page
    assert medical.formula in page


def test_lines_of_one_name_are_compared_in_their_order():
    def line(amount, label="控除"):
        return {"section": "所得控除", "label": label, "amount": amount, "formula": "", "basis": ""}

    changed = changed_lines([line(1), line(2), line(3, "旧")], [line(1), line(5), line(7, "新")])

    assert [(one.label, one.old, one.new, one.difference) for one in changed] == [
        ("控除", 2, 5, 3),
        ("新", None, 7, 7),
        ("旧", 3, None, -3),
    ]
