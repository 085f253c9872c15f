"""所得金額調整控除: who is asked of relatives whom somebody else declares, and what comes of it."""

import pytest

from portal.estimate import estimate
from portal.interview.model import Situation
from portal.interview.payload import answers
from portal.interview.sections.family import PERSONAL
from portal.models import Draft
from portal.services.drafts import situation_of
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db
CHILDREN, SPECIAL = "children", "special"


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def filed(person):
    return answers(situation(person)).get("special_rules")


def asked(person):
    pages = PERSONAL.pages_in(situation(person))
    return [page.code for page in pages if page.code in (CHILDREN, SPECIAL)]


def income(person):
    return estimate(situation(person)).result["total_income_gokei"]


def earner(person, revenue):
    """Sato has told of a salary and of nothing else."""
    person.signs_up().begins().reads_card().answers_basics().earns(revenue=revenue)
    return person.has_nothing_special()


@pytest.mark.parametrize(("revenue", "pages"), [("8,500,000", []), ("8,500,001", [CHILDREN])])
def test_only_who_earns_more_than_8_500_000_is_asked(sato, revenue, pages):
    assert asked(earner(sato, revenue)) == pages


def test_severely_disabled_relative_of_another_lowers_the_income(sato):
    """9,300,000 less 1,950,000 is 7,350,000; less a tenth of what is above 8,500,000."""
    earner(sato, "9,300,000")

    after_no = sato.answers("personal/children", child_elsewhere="no")
    before = income(sato)
    sato.answers("personal/special", special_elsewhere="yes")

    assert after_no == "/return/R9/personal/special/"
    assert (before, income(sato)) == (7_350_000, 7_270_000)
    assert filed(sato) == {"special_elsewhere": True}


def test_child_of_another_is_enough_and_nothing_more_is_asked(sato):
    earner(sato, "9,300,000")

    following = sato.answers("personal/children", child_elsewhere="yes")

    assert "personal/special" not in following
    assert (asked(sato), income(sato)) == ([CHILDREN], 7_270_000)
    assert filed(sato) == {"child_elsewhere": True}


@pytest.mark.parametrize(
    ("birth_date", "disability", "revenue", "pages"),
    [
        # 22 on 31 December 2026, and 23.
        ("2004-01-02", "none", "", []),
        ("2004-01-01", "none", "", [CHILDREN]),
        ("1990-04-01", "special", "", []),
        ("1990-04-01", "general", "", [CHILDREN]),
        # 1,360,001 less 740,000 is above 620,000: no 扶養親族.
        ("2004-01-02", "none", "1,360,000", []),
        ("2004-01-02", "none", "1,360,001", [CHILDREN]),
    ],
)
def test_who_declares_such_a_relative_is_not_asked(sato, birth_date, disability, revenue, pages):
    earner(sato, "9,300,000")
    sato.answers("relatives/has", has="yes")
    goes_on(
        sato,
        sato.answers(
            "relatives/new/person", name="佐藤 葵", birth_date=birth_date, relation="child"
        ),
        {"salary_revenue": revenue},
        {"living": "together"},
        {"disability": disability},
        *([{"cohabiting": "yes"}] if disability == "special" else []),
        {"personal_number": "100000000005"},
    )

    assert asked(sato) == pages
    assert income(sato) == (7_350_000 if pages else 7_270_000)


def test_own_severe_disability_is_enough(sato):
    earner(sato, "9,300,000")

    sato.answers("personal/disability", disability="special")

    assert (asked(sato), income(sato)) == ([], 7_270_000)


@pytest.mark.parametrize(("works", "pages"), [("yes", [CHILDREN]), ("no", [])])
def test_paid_family_worker_is_no_such_relative(works, pages):
    """専従者 are nobody's dependants: who declares one is asked about others."""
    son = {"name": "佐藤 一", "birth_date": "2006-05-05"}
    data = {
        "income": {"kinds": ["salary", "business"]},
        "salaries": {"items": [{"revenue": 9_000_000}]},
        "relatives": {"has": True, "items": [son]},
        "family-workers": {"has": works == "yes", "items": [son]},
    }

    found = PERSONAL.pages_in(Situation({"data": data}, "R9"))

    assert [page.code for page in found if page.code == CHILDREN] == pages
