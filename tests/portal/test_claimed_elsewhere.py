"""Who stands in another taxpayer's return, or earns too much: neither claimed nor asked about."""

import pytest

from portal.estimate import estimate
from portal.interview.flow import unfinished
from portal.interview.pages.trades import WorkerForm
from tests.portal.test_conditions_of_law import filed, situation
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db
HUSBAND = {"name": "佐藤 太郎", "birth_date": "1984-12-24"}
CHILD = {"name": "佐藤 葵", "birth_date": "2016-04-01", "relation": "child"}
NUMBER = {"personal_number": "234567890121"}


@pytest.fixture
def earner(sato):
    return sato.is_ready_to_sign()


def check_page(person):
    return person.client.get("/return/R9/check/").content.decode()


def tells_of_husband(person, *, income):
    following = goes_on(person, person.answers("spouse/has", has="yes"), HUSBAND)
    return goes_on(person, following, {"other_income": income})


@pytest.mark.req("POR-04")
def test_husband_who_earns_too_much_is_neither_asked_for_his_number_nor_filed(earner):
    before = estimate(situation(earner)).total

    following = tells_of_husband(earner, income="1,330,001")

    assert "/spouse/" not in following
    assert unfinished(situation(earner)) == []
    assert "spouse" not in filed(earner)
    assert estimate(situation(earner)).total == before
    assert "夫や妻の所得が1,330,000円を超えるので、控除はありません。" in check_page(earner)
    assert earner.client.get("/return/R9/spouse/number/").headers["Location"] == "/return/R9/"


def test_husband_at_the_limit_is_asked_for_everything(earner):
    following = tells_of_husband(earner, income="1,330,000")
    goes_on(earner, following, {"living": "together"}, {"disability": "none"}, NUMBER)

    assert filed(earner)["spouse"]["total_income"] == 1_330_000


def test_who_signs_reads_whose_numbers_go_along(earner):
    def signs():
        return earner.client.get("/return/R9/sign/").content.decode()

    alone = signs()
    following = tells_of_husband(earner, income="1,330,000")
    goes_on(earner, following, {"living": "together"}, {"disability": "none"}, NUMBER)

    assert "令和9年度の住民税申告書(あなたのマイナンバーを含みます)" in alone
    assert "令和9年度の住民税申告書(あなたと家族のマイナンバーを含みます)" in signs()


def test_husband_whom_his_son_claims_is_not_claimed_twice(earner):
    """法23条3項: 一人の者の扶養親族 is nobody else's 同一生計配偶者."""
    before = estimate(situation(earner)).total

    following = earner.answers("spouse/has", has="yes")
    following = goes_on(earner, following, HUSBAND | {"claimed_elsewhere": "on"})
    told = earner.client.get(following, follow=True).content.decode()

    assert "佐藤 太郎さんは、ほかの人の扶養に入っているので、この申告の控除には入れません。" in told
    assert unfinished(situation(earner)) == []
    assert "spouse" not in filed(earner)
    assert estimate(situation(earner)).total == before
    assert "ほかの人が、税金でこの人を扶養に入れています" in check_page(earner)


def test_mother_whose_child_the_father_claims_is_no_single_parent(earner):
    earner.answers("relatives/has", has="yes")
    earner.answers("relatives/new/person", **CHILD, claimed_elsewhere="on")
    earner.answers("personal/marital", marital="divorced")
    earner.answers("personal/partner", partner="no")

    assert unfinished(situation(earner)) == []
    told = filed(earner)
    assert told["relatives"] == []
    assert (told["personal"]["single_parent"], told["personal"]["widow"]) == ("", False)


def test_claim_that_is_given_up_later_is_told_before_it_goes(earner):
    earner.answers("relatives/has", has="yes")
    first = earner.answers("relatives/new/person", **CHILD)
    goes_on(earner, first, {"living": "together"}, {"disability": "none"}, NUMBER)
    entry = situation(earner).items("relatives")[0]["id"]
    tick = CHILD | {"claimed_elsewhere": "on"}

    asked = earner.posts(f"relatives/{entry}/person", tick)
    claimed = [row["name"] for row in filed(earner)["relatives"]]
    earner.answers(f"relatives/{entry}/person", **tick, confirmed="yes")

    assert (asked.status_code, claimed) == (422, ["佐藤 葵"])
    assert filed(earner)["relatives"] == []


def test_parent_who_earns_much_is_asked_for_the_child_whom_the_other_claims(earner):
    """措法41条の3の11: both parents may lower their salaries by the same child."""
    entry = situation(earner).items("salaries")[0]["id"]
    earner.answers(f"salaries/{entry}/revenue", revenue="9,300,000")
    earner.answers("relatives/has", has="yes")
    earner.answers("relatives/new/person", **CHILD, claimed_elsewhere="on")

    waiting = [section.code for section in unfinished(situation(earner))]
    earner.answers("personal/children", child_elsewhere="yes")

    assert waiting == ["personal"]
    assert filed(earner)["special_rules"] == {"child_elsewhere": True}


def test_family_worker_is_not_asked_who_claims_them():
    assert "claimed_elsewhere" not in WorkerForm.base_fields
