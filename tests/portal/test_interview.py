"""The interview: what is asked, what reaches the return, and that nothing typed is lost."""

import pytest
from django.test import Client

from portal.interview.payload import answers
from portal.models import Draft
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db


def draft_of(person):
    return Draft.objects.get(resident__asked_email=person.email)


def filed(person):
    return answers(situation_of(draft_of(person)))


def beginner(person):
    return person.signs_up().begins().reads_card()


@pytest.mark.req("POR-03")
def test_interview_leads_a_salary_earner_from_the_card_to_the_check(sato):
    beginner(sato)

    assert sato.answers("basic/phone", phone="096-000-0000") == "/return/R9/basic/address/"
    assert sato.answers("basic/address", same="yes") == "/return/R9/income/kinds/"
    assert sato.answers("income/kinds", kinds=["salary"]) == "/return/R9/salaries/new/slip/"
    assert sato.fills_in_slip("salaries", payer="商店", revenue="3,200,000") == (
        "/return/R9/salaries/"
    )
    assert sato.client.get("/return/R9/salaries/").status_code == 200
    sato.answers_page_by_page("personal/student")
    assert sato.answers("personal/student", student="no") == "/return/R9/check/"


@pytest.mark.req("POR-04")
def test_income_that_is_taken_back_leaves_the_return_but_not_the_draft(sato):
    beginner(sato).earns(revenue="1,000,000")

    warned = sato.posts("income/kinds", {"kinds": ["none"]})
    assert warned.status_code == 422
    assert "申告に入らなくなります" in warned.content.decode()
    assert filed(sato)["income_kinds"] == ["salary"]

    sato.answers("income/kinds", kinds=["none"], confirmed="yes")

    assert filed(sato) == {"income_kinds": []}
    assert situation_of(draft_of(sato)).items("salaries")[0]["revenue"] == 1_000_000
    assert sato.client.get("/return/R9/salaries/").status_code == 404


@pytest.mark.req("POR-04")
def test_page_refuses_a_field_that_it_does_not_ask_for(sato):
    beginner(sato)

    answer = sato.posts("basic/phone", {"phone": "096-000-0000", "religion": "禅"})

    assert answer.status_code == 422
    assert "このページにない項目" in answer.content.decode()
    assert situation_of(draft_of(sato)).answers("basic") == {}


def test_no_income_cannot_be_chosen_together_with_a_salary(sato):
    beginner(sato)

    answer = sato.posts("income/kinds", {"kinds": ["salary", "none"]})

    assert answer.status_code == 422
    assert "いっしょに選べません" in answer.content.decode()


def test_full_width_digits_and_commas_are_taken_as_yen(sato):
    beginner(sato).earns(revenue="3,200,000円")

    assert filed(sato)["salaries"] == [
        {
            "payer": "株式会社くまもと商店",
            "revenue": 3_200_000,
            "withheld_tax": 0,
            "social_insurance": 480_000,
        }
    ]


def test_part_of_a_slip_larger_than_the_whole_is_refused(sato):
    beginner(sato).answers("income/kinds", kinds=["salary"])
    sato.answers("salaries/new/payer", payer="商店")
    item = situation_of(draft_of(sato)).items("salaries")[0]["id"]
    sato.answers(f"salaries/{item}/revenue", revenue="1000000")

    answer = sato.posts(f"salaries/{item}/social-insurance", {"social_insurance": "1000001"})

    assert answer.status_code == 422
    assert "支払金額(1,000,000円)より大きいです" in answer.content.decode()


def test_name_of_a_relative_is_kept_exactly_as_typed(sato):
    beginner(sato).answers("relatives/has", has="yes")
    name = "葛\U000e0100城 か\u3099く子"

    sato.answers(
        "relatives/new/person",
        name=name,
        kana="カツラギ",
        birth_date="2020-04-05",
        relation="child",
    )

    assert situation_of(draft_of(sato)).items("relatives")[0]["name"] == name


@pytest.mark.parametrize("number", ["123456789012", "12345678901", "000000000000"])
@pytest.mark.req("POR-06")
def test_number_of_a_relative_that_cannot_be_one_is_refused(sato, number):
    item = child_without_number(sato)

    answer = sato.posts(f"relatives/{item}/number", {"personal_number": number})

    assert answer.status_code == 422
    assert number not in answer.content.decode()


@pytest.mark.req("POR-07")
def test_number_page_says_first_who_has_to_give_a_number(sato):
    item = child_without_number(sato)

    page = sato.client.get(f"/return/R9/relatives/{item}/number/").content.decode()

    assert page.index("マイナンバーを書く必要がある家族") < page.index('name="personal_number"')


def test_number_is_not_shown_again_and_an_empty_box_keeps_it(sato):
    item = child_without_number(sato)
    sato.answers(f"relatives/{item}/number", personal_number="2345 6789 0121")

    page = sato.client.get(f"/return/R9/relatives/{item}/number/").content.decode()
    sato.answers(f"relatives/{item}/number", personal_number="")

    assert "234567890121" not in page
    assert filed(sato)["relatives"][0]["personal_number"] == "234567890121"


def child_without_number(person):
    beginner(person).answers("relatives/has", has="yes")
    person.answers(
        "relatives/new/person", name="佐藤 一郎", birth_date="2020-04-05", relation="child"
    )
    item = situation_of(draft_of(person)).items("relatives")[0]["id"]
    person.answers(f"relatives/{item}/living", living="together")
    person.answers(f"relatives/{item}/disability", disability="special")
    person.answers(f"relatives/{item}/house", cohabiting="yes")
    return item


@pytest.mark.parametrize("page", ["living", "income", "number"])
def test_later_page_of_a_relative_not_yet_named_leads_to_the_name(sato, page):
    beginner(sato).answers("relatives/has", has="yes")

    opened = sato.client.get(f"/return/R9/relatives/new/{page}/")
    posted = sato.posts(f"relatives/new/{page}", {"living": "together", "personal_number": ""})

    first = "/return/R9/relatives/new/person/"
    assert (opened.headers["Location"], posted.headers["Location"]) == (first, first)
    assert situation_of(draft_of(sato)).items("relatives") == []


def test_slip_begins_as_a_whole_or_with_its_payer_and_with_no_other_box(sato):
    beginner(sato).answers("income/kinds", kinds=["salary"])
    at = "/return/R9/salaries/new/{}/".format
    began = {c: sato.client.get(at(c)).status_code for c in ("slip", "payer", "revenue")}

    assert began == {"slip": 200, "payer": 200, "revenue": 302}


def test_severe_disability_in_the_same_house_becomes_special_co(sato):
    item = child_without_number(sato)
    sato.answers(f"relatives/{item}/number", personal_number="234567890121")

    assert filed(sato)["relatives"] == [
        {
            "name": "佐藤 一郎",
            "kana": "",
            "relation": "child",
            "birth_date": "2020-04-05",
            "personal_number": "234567890121",
            "total_income": 0,
            "living": "together",
            "disability": "special_co",
            "cohabiting_parent": False,
        }
    ]


def test_divorced_mother_with_a_child_is_a_single_parent_without_being_asked(sato):
    item = child_without_number(sato)
    sato.answers(f"relatives/{item}/number", personal_number="234567890121")
    sato.answers_basics().earns()
    sato.answers_page_by_page("relatives", "personal/marital")

    sato.answers("personal/marital", marital="divorced")

    assert filed(sato)["personal"] == {
        "disability": "",
        "widow": False,
        "single_parent": "mother",
        "working_student": False,
        "school": "",
    }


def test_removed_entry_is_gone_from_list_and_return(sato):
    beginner(sato).earns()
    item = situation_of(draft_of(sato)).items("salaries")[0]["id"]

    sato.posts(f"salaries/{item}/remove", {})

    assert filed(sato)["salaries"] == []


def test_change_from_the_check_page_leads_back_to_it(sato):
    sato.is_ready_to_sign()

    answer = sato.posts("basic/phone", {"phone": "096-111-1111", "return": "check"})

    assert answer.headers["Location"] == "/return/R9/check/"


def test_stale_tab_is_refused_and_what_was_typed_stays_on_the_page(sato):
    beginner(sato)
    old = sato.version()
    sato.answers("basic/phone", phone="096-111-1111")

    answer = sato.posts("basic/phone", {"phone": "096-222-2222"}, version=old)

    assert answer.status_code == 409
    assert "096-222-2222" in answer.content.decode()
    assert "別の画面で内容が変わっていた" in answer.content.decode()
    assert situation_of(draft_of(sato)).answers("basic")["phone"] == "096-111-1111"


def test_page_posted_after_the_session_ran_out_comes_back_after_login(sato):
    beginner(sato)
    page = sato.client.get("/return/R9/basic/phone/").context
    fields = {"phone": "096-333-3333", "keep": page["keep"], "version": sato.version()}
    del sato.client.cookies["portal_session"]

    refused = sato.client.post("/return/R9/basic/phone/", fields)
    login = sato.client.post(
        refused.headers["Location"], {"login": sato.email, "password": "kumamoto-no-mizu"}
    )
    page = sato.client.get(login.headers["Location"])

    assert login.headers["Location"] == "/return/R9/basic/phone/"
    assert "096-333-3333" in page.content.decode()
    assert situation_of(draft_of(sato)).answers("basic") == {}


def test_page_kept_for_one_resident_is_not_shown_to_the_next_on_the_same_machine(sato, yamada):
    beginner(sato)
    yamada.signs_up().begins()
    keep = sato.client.get("/return/R9/basic/phone/").context["keep"]
    del sato.client.cookies["portal_session"]
    sato.client.post("/return/R9/basic/phone/", {"phone": "096-333-3333", "keep": keep})

    sato.client.post("/account/login/", {"login": yamada.email, "password": "kumamoto-no-mizu"})
    page = sato.client.get("/return/R9/basic/phone/").content.decode()

    assert "096-333-3333" not in page


def test_two_years_have_their_own_drafts(sato):
    beginner(sato)
    sato.year = "R8"
    sato.begins()

    years = Draft.objects.filter(resident__asked_email=sato.email).values_list(
        "tax_year", flat=True
    )

    assert sorted(years) == ["R8", "R9"]


@pytest.mark.req("POR-08")
def test_version_of_the_purpose_text_is_stored_with_the_draft(sato):
    beginner(sato)

    assert draft_of(sato).purpose_version == "2027-01"


def test_draft_cannot_begin_with_a_purpose_text_that_was_not_shown(sato):
    sato.signs_up()

    answer = sato.client.post("/return/start/", {"tax_year": "R9", "purpose_version": "2019-01"})

    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_preview_after_the_session_ran_out_brings_no_login_page_into_the_estimate(sato):
    beginner(sato)
    del sato.client.cookies["portal_session"]

    answer = sato.client.post("/return/R9/basic/phone/", {"phone": "096", "preview": "1"})

    assert (answer.status_code, answer.content) == (401, b"")


def test_thirty_first_entry_is_refused_with_a_sentence(sato):
    beginner(sato).answers("income/kinds", kinds=["misc"])
    entry = {"description": "原稿料", "payer": "出版社", "revenue": "1000"}
    for _ in range(30):
        sato.answers("misc/new/entry", **entry)

    answer = sato.posts("misc/new/entry", entry)

    assert answer.status_code == 422
    assert "30件より多くは入力できません" in answer.content.decode()


@pytest.mark.req("POR-05")
def test_return_is_resumed_on_another_device_where_it_was_left(sato):
    beginner(sato).answers("basic/phone", phone="096-111-1111")
    phone = Client()

    phone.post("/account/login/", {"login": sato.email, "password": "kumamoto-no-mizu"})
    home = phone.get("/return/", follow=True)

    assert home.redirect_chain == [("/return/R9/", 302)]
    assert home.context["next_url"] == "/return/R9/basic/address/"


def test_changed_answer_that_opens_new_questions_asks_them_before_the_check(sato):
    sato.is_ready_to_sign()

    answer = sato.posts("spouse/has", {"has": "yes", "return": "check"})

    assert answer.headers["Location"] == "/return/R9/spouse/person/?return=check"


@pytest.mark.parametrize("born", ["2027-01-01", "2030-05-05", "1899-01-01"])
def test_relative_born_after_the_income_year_or_too_long_ago_is_refused(sato, born):
    beginner(sato).answers("relatives/has", has="yes")

    fields = {"name": "佐藤 一郎", "birth_date": born, "relation": "child"}
    answer = sato.posts("relatives/new/person", fields)

    assert answer.status_code == 422
    assert 'href="#id_birth_date_0"' in answer.content.decode()


def test_largest_amounts_are_computed_and_not_a_crash(sato):
    beginner(sato).earns(revenue="9,999,999,999", social_insurance="9999999999")

    assert sato.client.get("/return/R9/estimate/").status_code == 200
