"""One payer, several slips: what it reported is compared, decided and counted once."""

import pytest

from review.assessment.models import SourceDocument
from review.assessment.queries import comparison_rows
from review.assessment.services import assess_addressee
from review.reconcile import services as decisions
from review.reconcile.models import Disagreement
from review.reconcile.rulings import Ruling
from tests.review.reported import prepared, tax_of
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import REASON, SYSTEM, actor
from tests.review.test_merging import AT, filed, merged, paper, salary

SLIPS = [
    {"payer": "白川商店", "revenue": 2_000_000, "social_insurance": 300_000},
    {"payer": "株式会社白川商店", "revenue": 500_000},
]


def slips(*rows):
    return filed(9, income_kinds=["salary"], salaries=list(rows or SLIPS))


def ruled(*papers, outcome="reported", kinds=("amount", "report_twice", "previous_payer")):
    """Return rulings on all that the documents dispute, with the amounts that staff were shown."""
    found = [d for d in merged(*papers).differences if d.kind in kinds]
    amounts = {d.key: d.reported.replace(",", "").removesuffix("円") for d in found}
    return {
        (d.kind, d.key): Ruling(outcome, int(amounts[d.key]) if amounts[d.key].isdigit() else 0)
        for d in found
    }


def rows_of(*papers, rulings=None):
    found = merged(*papers, rulings=rulings).answers["salaries"]
    return [(row["payer"], row["revenue"]) for row in found]


def differences(*papers):
    return [(d.kind, d.declared, d.reported, d.amount) for d in merged(*papers).differences]


def test_two_slips_of_a_payer_agree_with_its_two_reports():
    """2,000,000 and 500,000 are declared and reported: nothing differs."""
    first = salary(1, revenue=2_000_000, social_insurance=300_000)

    found = differences(slips(), first, salary(2, revenue=500_000))

    assert found == [("report_twice", "2,000,000円", "500,000円", 500_000)]


def test_two_pensions_of_one_payer_are_no_disagreement():
    rows = [
        {"payer": "日本年金機構", "revenue": 800_000},
        {"payer": "日本年金機構", "revenue": 300_000},
    ]
    reports = [
        paper(serial, "pension_report", {"payer": "日本年金機構", "revenue": row["revenue"]})
        for serial, row in enumerate(rows, start=1)
    ]

    assert differences(filed(9, pensions=rows), *reports) == []


def test_desk_shows_the_slips_and_the_reports_of_a_payer_in_one_line():
    """2,000,000 and 500,000 beside 2,400,000 and 500,000: what the check list compares."""
    documents = [
        SourceDocument(
            tax_year="R9",
            kind="salary_report",
            source=f"給報:{revenue}",
            received_at=AT,
            content={"payer": "白川商店", "revenue": revenue},
        )
        for revenue in (2_400_000, 500_000)
    ]

    (row,) = comparison_rows({"salaries": SLIPS}, documents)

    revenue, premiums, _withheld = row["amounts"]
    assert (row["payer"], revenue["declared"], revenue["reported"]) == (
        "白川商店",
        2_500_000,
        2_900_000,
    )
    assert (revenue["differs"], premiums["declared"], premiums["reported"]) == (True, 300_000, None)


def test_ruling_takes_each_report_into_its_own_slip():
    """2,400,000 and 500,000 reported: 2,900,000 are counted, and not 5,800,000."""
    papers = [slips(), salary(1, revenue=500_000), salary(2, revenue=2_400_000)]
    assert ("amount", "2,500,000円", "2,900,000円", 400_000) in differences(*papers)

    found = rows_of(*papers, rulings=ruled(*papers, kinds=("amount",)))

    assert found == [("白川商店", 2_400_000), ("株式会社白川商店", 500_000)]


def test_ruling_on_two_slips_of_one_report_never_counts_more_than_it_says():
    papers = [slips(), salary(1, revenue=2_400_000, social_insurance=360_000)]

    found = merged(*papers, rulings=ruled(*papers)).answers["salaries"]

    assert [(r["revenue"], r["social_insurance"]) for r in found] == [(2_400_000, 360_000), (0, 0)]


def test_unreported_payer_of_two_slips_is_listed_once_with_both():
    assert differences(slips()) == [("not_reported", "2,500,000円", "", 2_500_000)]


def test_payer_whose_name_has_a_colon_is_ruled_about_like_any_other():
    papers = [
        slips({"payer": "カフェ:白川", "revenue": 1_000_000}),
        salary(1, "カフェ:白川", 1_200_000),
    ]

    assert rows_of(*papers, rulings=ruled(*papers)) == [("カフェ:白川", 1_200_000)]


@pytest.mark.req("ASM-07")
@pytest.mark.parametrize(("corrected", "counts"), [(2_000_000, 2_000_000), (2_600_000, 2_000_000)])
def test_ruling_is_void_once_the_report_was_corrected(corrected, counts):
    """2,400,000 was taken in; the payer then says 2,000,000 as declared, or another amount."""
    declared = slips({"payer": "白川商店", "revenue": 2_000_000})
    decided = ruled(declared, salary(1, revenue=2_400_000))

    assert rows_of(declared, salary(2, revenue=corrected), rulings=decided)[0][1] == counts


def test_ruling_on_premiums_is_void_once_the_record_was_corrected():
    declared = filed(9, social_insurance=[{"kind": "national_health", "amount": 250_000}])
    records = [
        paper(1, "insurance", {"scheme": "national_health", "paid": paid})
        for paid in (200_000, 250_000)
    ]
    decided = ruled(declared, records[0], kinds=("insurance_over",))

    then, now = (merged(declared, one, rulings=decided).answers for one in records)

    assert then["social_insurance"] == [{"kind": "national_health", "amount": 200_000}]
    assert now["social_insurance"] == [{"kind": "national_health", "amount": 250_000}]


def premiums(*papers, **options):
    found = merged(*papers, **options).answers
    return found["life"], found["earthquake"]


def test_premiums_of_a_repeated_report_count_once_until_both_do():
    """80,000 of life and 20,000 of earthquake insurance, sent twice over."""
    more = {"new_life": 80_000, "earthquake_insurance_deduction": 20_000}
    papers = [salary(1, **more), salary(2, **more)]

    assert premiums(*papers) == ({"new_general": 80_000}, {"earthquake": 20_000})
    both = ruled(*papers, outcome="declared")
    assert premiums(*papers, rulings=both) == ({"new_general": 160_000}, {"earthquake": 40_000})
    (listed,) = [d for d in merged(slips(), *papers).differences if d.key == "deduction:life"]
    assert listed.reported == "80,000円"


def test_premiums_inside_an_earlier_employer_s_report_are_those_of_the_later():
    before = salary(1, "前の店", 1_000_000, new_life=80_000)
    now = salary(2, other_payer={"payer": "前の店", "revenue": 1_000_000}, new_life=80_000)

    assert merged(before, now).answers["life"] == {"new_general": 80_000}


def test_third_report_of_a_payer_is_not_covered_by_what_was_decided_of_two():
    two = [salary(1), salary(2)]
    (before,) = merged(*two).differences

    (after,) = merged(*two, salary(3)).differences

    assert before.key == after.key
    assert (before.reported, after.reported) == ("3,000,000円", "3,000,000円、3,000,000円")
    assert len(after.documents) == 3


def test_second_report_that_replaces_the_first_counts_alone_once_two_people_say_so():
    """3,000,000 sent anew as 3,050,000: 6,050,000 until it is decided."""
    papers = [salary(1, new_life=70_000), salary(2, revenue=3_050_000, new_life=80_000)]
    assert rows_of(*papers) == [("白川商店", 6_050_000)]

    decided = ruled(*papers)

    assert rows_of(*papers, rulings=decided) == [("白川商店", 3_050_000)]
    assert merged(*papers, rulings=decided).answers["life"] == {"new_general": 80_000}


@pytest.mark.parametrize(
    "sent", [(3_000_000, 3_200_000, 3_050_000), (3_050_000, 3_000_000, 3_050_000)]
)
def test_of_many_reports_that_replace_one_another_the_last_counts_alone(sent):
    papers = [salary(at, revenue=one, new_life=70_000 + at) for at, one in enumerate(sent, start=1)]

    decided = ruled(*papers)

    assert rows_of(*papers, rulings=decided) == [("白川商店", 3_050_000)]
    assert merged(*papers, rulings=decided).answers["life"] == {"new_general": 70_003}


PART = {"other_payer": {"payer": "前の店", "revenue": 1_000_000}}


def test_earlier_employer_counts_again_once_the_report_that_includes_it_is_replaced():
    """4,000,000 with 1,000,000 of 前職分 are sent anew as 3,050,000 without it: 4,050,000."""
    papers = [
        salary(1, "前の店", 1_000_000),
        salary(2, "今の店", 4_000_000, **PART),
        salary(3, "今の店", 3_050_000),
    ]

    assert rows_of(*papers, rulings=ruled(*papers)) == [
        ("前の店", 1_000_000),
        ("今の店", 3_050_000),
    ]


def test_two_reports_of_an_earlier_employer_lie_inside_the_later_one_s():
    """600,000 and 400,000 are the 1,000,000 that the later employer includes."""
    before = [salary(1, "前の店", 600_000), salary(2, "前の店", 400_000)]
    now = salary(3, "今の店", 4_000_000, **PART)

    assert rows_of(*before, now) == [("今の店", 4_000_000)]
    assert differences(*before, now) == []


@pytest.mark.parametrize(("outcome", "counted"), [("declared", 4_000_000), ("reported", 4_200_000)])
def test_staff_decide_which_amount_of_an_earlier_employer_counts(outcome, counted):
    """1,000,000 of 4,000,000 are said to be 前職分; that employer says 1,200,000."""
    papers = [salary(1, "前の店", 1_200_000), salary(2, "今の店", 4_000_000, **PART)]

    assert rows_of(*papers, rulings=ruled(*papers, outcome=outcome)) == [("今の店", counted)]


@pytest.mark.parametrize(
    ("outcome", "counted"), [("declared", (600_000, 90_000)), ("reported", (640_000, 85_000))]
)
def test_premiums_and_tax_of_an_earlier_employer_are_decided_like_its_payment(outcome, counted):
    """Of 600,000 and 90,000, 150,000 and 30,000 are said to be 前職分; it says 190,000, 25,000."""
    own = {"social_insurance": 190_000, "withheld_tax": 25_000}
    said = {"revenue": 1_000_000, "social_insurance": 150_000, "withheld_tax": 30_000}
    papers = [
        salary(1, "前の店", 1_000_000, **own),
        salary(
            *(2, "今の店", 4_000_000),
            social_insurance=600_000,
            withheld_tax=90_000,
            other_payer={"payer": "前の店"} | said,
        ),
    ]
    assert [(one[1], one[2]) for one in differences(*papers)] == [
        ("150,000円", "190,000円"),
        ("30,000円", "25,000円"),
    ]

    decided = ruled(*papers, outcome=outcome)

    (row,) = merged(*papers, rulings=decided).answers["salaries"]
    assert (row["social_insurance"], row["withheld_tax"]) == counted


def test_employers_who_include_each_other_are_not_both_lost():
    one = salary(1, "前の店", 1_000_000, other_payer={"payer": "今の店", "revenue": 4_000_000})
    other = salary(2, "今の店", 4_000_000, **PART)

    assert rows_of(one, other) == [("前の店", 1_000_000)]
    assert [d.kind for d in merged(one, other).differences] == ["previous_payer"]


def test_employer_included_by_two_others_is_listed():
    papers = [
        salary(1, "前の店", 1_000_000),
        salary(2, "今の店", 4_000_000, **PART),
        salary(3, "次の店", 5_000_000, **PART),
    ]

    assert differences(*papers) == [("previous_payer", "1,000,000円", "1,000,000円", 0)]


def test_who_came_back_to_an_employer_has_the_first_months_counted_once():
    """1,000,000 until March is 前職分 of the same payer's report of December."""
    first = salary(1, "前の店", 1_000_000)
    again = salary(2, "前の店", 3_000_000, **PART)

    assert rows_of(first, again) == [("前の店", 3_000_000)]


@pytest.mark.req("ASM-07")
def test_report_that_is_somebody_else_s_gives_neither_loan_nor_premiums_nor_employer():
    """The employer of another person would be told this person's tax."""
    own = filed(9, income_kinds=["salary"], salaries=[{"payer": "白川商店", "revenue": 2_000_000}])
    loan = {"possible": 210_000, "first": {"year": "05", "class": "01"}}
    strange = salary(
        2, "熊本製作所", 6_000_000, housing=loan, new_life=80_000, spouse="1", income=4_360_000
    )
    papers = [own, salary(1, revenue=2_000_000), strange]
    decided = ruled(*papers, outcome="declared", kinds=("not_declared",))

    found = prepared(*papers, rulings=decided)

    assert found.employer.name == "白川商店"
    assert "housing" not in found.merged.answers
    assert [d.kind for d in found.merged.differences] == ["not_declared"]
    # 2,000,000: 1,260,000 of income, 830,000 taxed.
    assert tax_of(*papers, rulings=decided) == 86_000


@pytest.mark.req("ASM-07")
def test_corrected_report_ends_what_two_people_decided_of_the_first(db, staff):
    """2,000,000 declared, 2,400,000 reported and taken in, then 2,000,000 reported anew (訂正).

    1,260,000 of income less 430,000: 83,000 less 2,500, and 5,500. Before: 1,600,000 of income
    (2,400,000 x 70 % less 80,000), 117,000 less 2,500, and 5,500.
    """
    person, taken = resident(1), {"payer": "白川商店", "withheld_tax": None}
    person.filed({"income_kinds": ["salary"], "salaries": [{"revenue": 2_000_000, **taken}]})
    first = person.document("salary_report", payer="白川商店", revenue=2_400_000)
    run_year(staff)
    entry, by = Disagreement.objects.get(), {"reason": REASON, "now": DECIDED}
    decisions.propose(entry, outcome="reported", by=actor(staff["suzuki"]), **by)
    decisions.confirm(entry, by=actor(staff["tanaka"]), **by)
    before = assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED)

    anew = {"payer": "白川商店", "revenue": 2_000_000}
    first.replaced_by = person.document("salary_report", "訂正", **anew)
    first.save(update_fields=["replaced_by"])
    after = assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED)

    entry.refresh_from_db()
    assert (before.total, after.total, after.state) == (120_000, 86_000, "computed")
    assert entry.state == "gone"
    # Once more as at first: nobody's decision is left, and whoever confirmed may propose.
    first.replaced_by = None
    first.save(update_fields=["replaced_by"])
    SourceDocument.objects.filter(source="訂正").update(replaced_by=first)
    assert assess_addressee(person.row, "R9", by=SYSTEM, now=DECIDED).state == "check"
    entry.refresh_from_db()
    assert (entry.state, entry.outcome, entry.settled_by) == ("open", "", "")
    decisions.propose(entry, outcome="declared", by=actor(staff["tanaka"]), **by)
