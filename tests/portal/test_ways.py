"""How and when the tax is collected (納め方の目安): page, lines and calendar tell the same.

By hand, R9. Of a pension of 2,400,000 with 200,000 of 社会保険料 the tax is 70,000; of Sato's pay
128,000, and with 1,000,000 of other work 228,000.
"""

from datetime import date

import pytest
from django.utils import timezone
from icalendar import Calendar

from portal.copies.schedule import pay_dates
from portal.estimate import estimate
from signing.demo import CardHolder
from tests.portal.story import NUMBER_PIN, SIGNING_PIN, Person
from tests.portal.test_more_incomes import situation

pytestmark = pytest.mark.django_db
JUNE, AUGUST, NOVEMBER, JANUARY = pay_dates("R9")
JUST_65, NOT_YET_65, LONG_65 = date(1961, 10, 1), date(1962, 4, 3), date(1950, 5, 5)
ESTIMATE = "/return/R9/estimate/"
WITHHELD = "年金から引かれる分"


@pytest.fixture
def pensioner(pki):
    """Make a person of that day of birth, with a pension and a premium on its slip."""

    def made(born, revenue="2,400,000", premium="200,000"):
        home = "熊本県熊本市中央区手取本町1番1号"
        holder = CardHolder("田中 梅子", born, "2", home, "234567890121", kana="タナカ ウメコ")
        pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
        person = Person("tanaka@example.jp", pki.issue(holder, **pins, at=timezone.now()))
        person.signs_up().begins().reads_card().answers_basics()
        person.answers("income/kinds", kinds=["pension"])
        slip = {"source": "state", "revenue": revenue, "social_insurance": premium}
        person.answers("pensions/new/slip", **slip)
        return person.has_nothing_special()

    return made


@pytest.fixture
def side_job(sato):
    """Sato with 1,000,000 from work beside her pay; how she pays the tax on it is open."""
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary", "misc"])
    sato.fills_in_slip(
        "salaries", payer="株式会社くまもと商店", revenue="3,200,000", social_insurance="480000"
    )
    work = {"description": "講演", "payer": "市民大学", "revenue": "1,000,000", "nature": "other"}
    sato.answers("misc/new/entry", **work)
    return sato.has_nothing_special()


def ways(person):
    return estimate(situation(person)).ways


def lines(person):
    """Return the breakdown's lines about collecting, label and amount."""
    told = estimate(situation(person)).lines
    return {line.label: line.amount for line in told if line.section == "納め方"}


def text_of(person, address):
    return person.client.get(address).content.decode()


def days_of(person, pk):
    calendar = Calendar.from_ical(person.client.get(f"/filings/{pk}/calendar.ics").content)
    return [event["DTSTART"].dt for event in calendar.walk("VEVENT")]


def test_first_year_of_a_pension_is_paid_in_june_and_august_and_then_withheld(pensioner):
    tanaka = pensioner(JUST_65)

    found = ways(tanaka)

    assert found.ordinary == [(JUNE, 18_000), (AUGUST, 17_000)]
    assert found.pension == [
        (date(2027, 10, 1), 11_800),
        (date(2027, 12, 1), 11_600),
        (date(2028, 2, 1), 11_600),
    ]
    assert (found.salary, found.first_year) == (None, True)
    assert lines(tanaka) == {"年金特別徴収": 35_000, "普通徴収": 35_000}
    page = text_of(tanaka, ESTIMATE)
    for words in (WITHHELD, "令和9年10月", "11,800", "年金から引かれる最初の年です。", "(要確認)"):
        assert words in page, words
    assert "給料から引かれる分" not in page
    assert "給与特別徴収" not in page


def test_calendar_of_a_first_year_has_the_two_days(pensioner):
    tanaka = pensioner(JUST_65)
    pk = tanaka.files()

    assert days_of(tanaka, pk) == [JUNE, AUGUST]
    assert f"/filings/{pk}/calendar.ics" in text_of(tanaka, f"/filings/{pk}/")


def test_later_years_are_withheld_six_times_and_leave_no_day_to_pay(pensioner):
    """As in the year before: a sixth is 11,600; of 35,200 that are left, 11,800 and 11,700."""
    tanaka = pensioner(LONG_65)
    found = ways(tanaka)
    pk = tanaka.files()
    page = text_of(tanaka, f"/filings/{pk}/")
    refused = tanaka.client.get(f"/filings/{pk}/calendar.ics", follow=True).content.decode()

    assert [yen for _day, yen in found.pension] == [11_600] * 3 + [11_800] + [11_700] * 2
    assert [day.month for day, _yen in found.pension] == [4, 6, 8, 10, 12, 2]
    assert (found.ordinary, found.first_year) == ([], False)
    assert "calendar.ics" not in page
    assert "自分で納める日はありません" in refused


@pytest.mark.parametrize(
    ("born", "revenue", "premium", "may_be"),
    [(NOT_YET_65, "2,400,000", "200,000", False), (JUST_65, "2,400,000", "", True)],
)
def test_pension_that_withholds_nothing_leaves_four_terms(
    pensioner, born, revenue, premium, may_be
):
    tanaka = pensioner(born, revenue, premium)

    found = ways(tanaka)

    assert [day for day, _yen in found.ordinary] == [JUNE, AUGUST, NOVEMBER, JANUARY]
    assert (found.pension, found.may_be_withheld) == ([], may_be)
    page = text_of(tanaka, ESTIMATE)
    assert WITHHELD not in page
    assert ("介護保険料が年金から引かれている人は" in page) == may_be


def test_other_work_beside_a_salary_is_paid_by_hand_where_that_was_chosen(side_job):
    side_job.answers("collection/method", collection="ordinary")

    found = ways(side_job)

    assert found.salary == (11_400, 10_600)
    assert found.ordinary == [(day, 25_000) for day in (JUNE, AUGUST, NOVEMBER, JANUARY)]
    assert sum(yen for _day, yen in found.unless_withheld) == 228_000
    assert lines(side_job) == {"給与特別徴収（12か月）": 128_000, "普通徴収": 100_000}
    assert days_of(side_job, side_job.files()) == [JUNE, AUGUST, NOVEMBER, JANUARY]


def test_other_work_beside_a_salary_is_withheld_where_that_was_chosen(side_job):
    side_job.answers("collection/method", collection="salary")

    assert (ways(side_job).salary, ways(side_job).ordinary) == ((19_000, 19_000), [])
    assert lines(side_job) == {"給与特別徴収（12か月）": 228_000}


def test_who_pays_nothing_has_no_way_and_no_day(sato):
    sato.signs_up().begins().reads_card().answers_basics().earns(revenue="1,100,000")
    sato.has_nothing_special()

    assert ways(sato) is None
    assert lines(sato) == {}
    assert "calendar.ics" not in text_of(sato, f"/filings/{sato.files()}/")
