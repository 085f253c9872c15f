"""What few have: pay without a slip, 特定支出, 外国税額, 事業税, 家屋敷, 生活扶助."""

import pytest
from django.utils import timezone

from filing import validate
from portal.estimate import estimate
from portal.interview.payload import answers
from portal.interview.sections import BY_CODE
from portal.models import Draft
from portal.services.drafts import situation_of
from portal.services.signing import document_of
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db
ELSEWHERE = "福岡県福岡市中央区天神1丁目8番1号"


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def filed(person):
    return answers(situation(person))


def warnings_of(person):
    draft = Draft.objects.get(resident__asked_email=person.email)
    document = document_of(draft, challenge="0" * 32, now=timezone.now())
    return {problem.field: problem.level for problem in validate(document)}


def test_pay_without_a_slip_says_where_and_how_long(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary"])

    following = sato.answers("salaries/new/payer", payer="山本農園", no_slip="on")
    goes_on(
        sato,
        following,
        {"payer_address": "熊本県阿蘇市", "months": "3", "days": "40"},
        {"revenue": "400,000"},
        {"withheld_tax": ""},
        {"social_insurance": ""},
    )

    assert "/work/" in following
    assert filed(sato)["salaries"] == [
        {
            "payer": "山本農園",
            "revenue": 400_000,
            "withheld_tax": 0,
            "social_insurance": 0,
            "no_slip": True,
            "payer_address": "熊本県阿蘇市",
            "months": 3,
            "days": 40,
        }
    ]


def test_slip_has_no_further_question(sato):
    sato.signs_up().begins().reads_card().answers_basics().earns()

    assert set(filed(sato)["salaries"][0]) == {
        "payer",
        "revenue",
        "withheld_tax",
        "social_insurance",
    }


def test_specific_expenses_lower_the_tax_once_they_are_certified(sato):
    # 給与所得控除額 of 3,200,000 is 1,040,000: 900,000 - 520,000 = 380,000 off at 10 %.
    sato.is_ready_to_sign()
    before = estimate(situation(sato)).total
    sato.answers("more/which", which=["specific_expenses"])

    sato.answers("specific-expenses/amounts", commuting="500000", work_needs="400,000")
    sato.answers("specific-expenses/certified", certified="no")
    assert estimate(situation(sato)).total == before
    assert warnings_of(sato)["answers.specific_expenses.certified"] == "warning"
    sato.answers("specific-expenses/certified", certified="yes")

    assert estimate(situation(sato)).total == before - 38_000
    assert filed(sato)["specific_expenses"] == {
        "commuting": 500_000,
        "travel": 0,
        "moving": 0,
        "training": 0,
        "qualification": 0,
        "homecoming": 0,
        "work_needs": 400_000,
        "certified": True,
    }


def test_foreign_tax_comes_off_as_far_as_the_limit_reaches(sato):
    sato.is_ready_to_sign()
    before = estimate(situation(sato)).total
    sato.answers("more/which", which=["foreign_tax"])

    sato.answers(
        "foreign-tax/amounts", country="アメリカ合衆国", left="50,000", income_tax_limit="20,000"
    )

    # 30 % of the income tax's limit: 6 % prefecture, 24 % city.
    assert estimate(situation(sato)).total == before - 6_000
    assert warnings_of(sato)["answers.foreign_tax.left"] == "warning"


def test_business_tax_page_is_offered_and_never_in_the_way(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["business"])
    sato.answers("business/about", description="花屋", place="")
    sato.answers("business/revenue", revenue="4,000,000")
    sato.answers("business/costs", goods="1,000,000")
    sato.answers("business/books", books="white")
    following = sato.answers("family-workers/has", has="no")

    assert "business-tax" not in following
    assert "business_tax" not in filed(sato)
    sato.answers("business-tax/about", opened_on="2026-04-01", other_prefecture="on")
    assert filed(sato)["business_tax"] == {
        "opened_on": "2026-04-01",
        "untaxed_income": 0,
        "asset_loss": 0,
        "other_prefecture": True,
    }


def test_shop_that_closed_before_it_opened_is_refused(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["business"])

    answer = sato.posts(
        "business-tax/about", {"opened_on": "2026-04-01", "closed_on": "2026-03-01"}
    )

    assert answer.status_code == 422
    assert (
        "事業をやめた日が、始めた日より前です。どちらかの日を直してください。"
        in answer.content.decode()
    )


def test_owner_who_lived_elsewhere_pays_the_flat_amount_alone(sato):
    sato.signs_up().begins().reads_card()
    sato.answers("basic/phone", phone="090-1234-5678")
    sato.answers("basic/address", same="no")
    following = sato.answers("basic/address-jan1", address_jan1=ELSEWHERE)

    assert following == "/return/R9/house/has/"
    sato.answers("house/has", has="yes")
    sato.answers("house/place", kind="house", place="熊本市東区東本町16番30号")
    sato.earns().has_nothing_special()

    # 市民税 3,000 and 県民税 1,500; 森林環境税 is paid where one lives.
    shown = estimate(situation(sato))
    assert (shown.total, filed(sato)["house"]["residence"]) == (4_500, "elsewhere")
    assert "均等割だけ" in shown.free_because
    assert warnings_of(sato)["answers.house.place"] == "warning"


def test_who_lived_elsewhere_and_has_no_house_is_sent_there(sato):
    sato.signs_up().begins().reads_card()
    sato.answers("basic/phone", phone="090-1234-5678")
    sato.answers("basic/address", same="no")
    sato.answers("basic/address-jan1", address_jan1=ELSEWHERE)

    refused = sato.posts("house/has", {"has": "no"})
    following = sato.answers("basic/address-jan1", address_jan1="熊本県熊本市北区植木町1番1号")

    assert refused.status_code == 422
    assert (
        "住んでいた市や町に申告します。その日に外国に住んでいた人は、申告はいりません(要確認)。"
        "ここで終わりにしてください。" in refused.content.decode()
    )
    assert "house" not in following


def test_house_in_another_ward_is_told_to_the_office_and_left_out_of_the_estimate(sato):
    sato.is_ready_to_sign()
    before = estimate(situation(sato)).total
    sato.answers("more/which", which=["house"])

    sato.answers("house/place", kind="office", place="熊本市東区東本町16番30号")

    assert estimate(situation(sato)).total == before
    assert filed(sato)["house"]["residence"] == "other_ward"
    assert warnings_of(sato)["answers.house.place"] == "warning"


def test_whoever_lives_in_the_city_is_not_asked_about_a_house(sato):
    sato.signs_up().begins().reads_card()

    assert sato.client.get("/return/R9/house/has/").status_code == 404


def test_assistance_on_the_first_of_january_frees_of_all_tax(sato):
    sato.is_ready_to_sign()
    sato.answers("more/which", which=["welfare"])

    sato.answers("personal/welfare", livelihood_protection="yes")

    shown = estimate(situation(sato))
    assert (shown.total, shown.free_because) == (0, "1月1日に生活扶助を受けていたからです。")
    assert filed(sato)["personal"]["livelihood_protection"] is True
    assert warnings_of(sato)["answers.personal.livelihood_protection"] == "warning"


def test_who_lived_on_assistance_is_asked_about_the_first_of_january(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["none"])
    sato.answers("no-income/reason", reason="welfare")
    sato.has_nothing_special()

    page = sato.client.get("/return/R9/personal/welfare/")
    sato.answers("personal/welfare", livelihood_protection="no")

    assert page.status_code == 200
    assert filed(sato)["no_income"]["reason"] == "welfare"
    assert "livelihood_protection" not in filed(sato)["personal"]


def test_gift_page_shows_the_engines_limit_and_what_is_given(sato):
    sato.is_ready_to_sign()
    sato.answers("more/which", which=["donations"])
    following = sato.answers("donations/new/what", recipient="熊本県阿蘇市", kind="furusato")
    limit = estimate(situation(sato)).furusato_limit
    address = following.rstrip("/").rpartition("/")[0]

    page = sato.client.get(following).content.decode()
    sato.answers(f"{address.removeprefix('/return/R9/')}/amount", amount=str(limit + 1_000))
    sato.answers(f"{address.removeprefix('/return/R9/')}/one-stop", one_stop="no")
    again = sato.client.get(following).content.decode()
    live = sato.posts(
        following.removeprefix("/return/R9/").rstrip("/"), {"amount": "10000", "preview": "1"}
    ).content.decode()

    assert limit > 2_000
    assert f"{limit:,}" in page.split('id="gift-limit"')[1]
    assert f"{limit + 1_000:,}" in again.split('id="gift-limit"')[1]
    assert "目安をこえた分は" in again
    assert 'hx-swap-oob="true"' in live
    assert "10,000" in live.split('id="gift-limit"')[1]
    assert "目安をこえた分は" not in live


def asked_of(person):
    return [page.code for page in BY_CODE["personal"].pages_in(situation(person))]


def test_man_without_dependants_is_not_asked_about_marriage(yamada):
    yamada.signs_up().begins().reads_card()
    yamada.answers("spouse/has", has="no")

    assert asked_of(yamada) == ["disability", "student"]
    yamada.answers("relatives/has", has="yes")
    assert asked_of(yamada) == ["disability", "marital", "partner", "student"]


@pytest.mark.parametrize(
    ("marital", "asked"), [("never", False), ("divorced", False), ("widowed", True)]
)
def test_partner_is_asked_of_where_it_could_take_a_status_away(sato, marital, asked):
    sato.signs_up().begins().reads_card()
    sato.answers("spouse/has", has="no")
    sato.answers("relatives/has", has="no")

    sato.answers("personal/marital", marital=marital)

    assert ("partner" in asked_of(sato)) is asked


def test_last_step_is_not_done_before_the_signature(sato):
    sato.is_ready_to_sign()
    steps = sato.client.get("/return/R9/basic/phone/").context["steps"]

    assert [step.state for step in steps] == ["current", "done", "done", "done", "todo"]
