"""The estimate while answers are missing, what it was, why nothing is due, when it falls due."""

from datetime import date

import pytest

from portal.estimate import estimate
from portal.models import Draft
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db


def shown(person):
    return estimate(situation_of(Draft.objects.get(resident__asked_email=person.email)))


@pytest.fixture
def earner(sato):
    return sato.signs_up().begins().reads_card().answers_basics().earns()


def test_lower_end_is_nothing_while_social_insurance_or_relatives_are_open(earner):
    seen = shown(earner)

    assert (seen.low, seen.total) == (0, 128_000)
    assert {str(entry.title) for entry in seen.narrowing if entry.at_most is None} == {
        "社会保険料",
        "養っている家族(扶養親族)",
    }


def test_range_narrows_to_the_ceiling_of_the_only_open_section(earner):
    earner.answers_page_by_page("insurance")

    seen = shown(earner)

    # 生命保険料控除 70,000 and 地震保険料控除 25,000 at 10%.
    assert (seen.low, seen.total) == (128_000 - 9_500, 128_000)
    assert "最大" in earner.client.get("/return/R9/estimate/").content.decode()


def test_range_closes_when_all_is_answered(earner):
    earner.has_nothing_special()

    seen = shown(earner)

    assert (seen.low, seen.total, seen.at_most) == (128_000, 128_000, False)


def test_breakdown_says_what_it_was_when_it_falls_due_and_the_limit_of_gifts(earner):
    earner.answers_page_by_page("personal/student")
    earner.answers("social-insurance/paid", paid="yes")
    earner.answers("social-insurance/amounts", national_pension="200,000")

    seen = shown(earner)
    page = earner.client.get("/return/R9/estimate/").content.decode()

    assert (seen.before, seen.total) == (128_000, 108_000)
    assert "前の答えの前は" in page
    assert (seen.ways.salary, seen.ways.ordinary) == ((9_000, 9_000), [])
    assert seen.ways.unless_withheld[0][0] == date(2027, 6, 30)
    assert sum(yen for _day, yen in seen.ways.unless_withheld) == 108_000
    assert f"{seen.furusato_limit:,}" in page


def test_who_pays_nothing_is_told_the_limit(sato):
    person = sato.signs_up().begins().reads_card().answers_basics().earns(revenue="1,100,000")
    person.has_nothing_special()

    seen = shown(person)

    assert seen.total == 0
    assert seen.free_because == "合計所得金額360,000円が、1人の限度額415,000円以下だからです。"
    assert seen.free_because in person.client.get("/return/R9/estimate/").content.decode()


def test_answers_that_contradict_each_other_are_told_and_not_a_crash(sato):
    sato.is_ready_to_sign()
    sato.answers("spouse/has", has="yes")
    sato.answers("spouse/person", name="佐藤 太郎", birth_date="2020-01-01")
    sato.answers("spouse/income")
    sato.answers("spouse/living", living="together")
    sato.answers("spouse/disability", disability="none")

    answer = sato.posts("spouse/number", {"personal_number": "234567890121"})
    page = sato.client.get("/return/R9/check/").content.decode()

    assert answer.status_code == 302
    assert shown(sato).total is None
    assert "配偶者が16歳未満になっています" in page
