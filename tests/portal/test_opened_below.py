"""Questions that open below a list: answered there, or on a page of their own, they are one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.interview.flow import Step, open_step, unfinished
from portal.interview.model import Situation
from portal.interview.pages.at_once import HouseholdForm, PaidForm
from portal.interview.pages.deductions import SocialForm
from portal.interview.sections import BY_CODE
from portal.interview.summary import form_of
from portal.models import Draft, Paper, Submission
from portal.services.drafts import situation_of
from tests.papers import samples
from tests.portal.test_asked_at_once import HOUSEHOLD, PAID, filed, situation, text_of

pytestmark = pytest.mark.django_db

AMOUNTS = {
    "which": ["social", "life", "medical"],
    "social-late_elderly": "84,000",
    "life-new_general": "36,000",
    "life-care": "18000",
    "medical-medical_paid": "182000",
    "medical-reimbursed": "",
}
WIDOW = {"which": "none", "marital-marital": "widowed", "partner-partner": "no"}


def born_on(day):
    """Return the situation of somebody of whom only the birth date is known."""
    return Situation({"card": {"birth_date": day}, "data": {}}, "R9")


@pytest.fixture
def pensioner(sato):
    """Sato has copied the slip of her pension."""
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["pension"])
    sato.answers("pensions/new/slip", source="state", revenue="1,900,000", social_insurance="86400")
    return sato


@pytest.mark.req("POR-03")
def test_amounts_below_their_ticks_give_the_return_that_single_pages_give(pensioner):
    following = pensioner.answers(PAID, **AMOUNTS)
    last = pensioner.answers(HOUSEHOLD, **WIDOW)
    below = filed(pensioner)

    pensioner.answers("social-insurance/amounts", late_elderly="84000")
    pensioner.answers("insurance/life", new_general="36000", care="18000")
    pensioner.answers("medical/amounts", medical_paid="182000")
    pensioner.answers("personal/marital", marital="widowed")

    assert (following, last) == ("/return/R9/spouse/which/", "/return/R9/check/")
    assert filed(pensioner) == below
    assert below["life"] == {
        "new_general": 36_000,
        "old_general": 0,
        "care": 18_000,
        "new_pension": 0,
        "old_pension": 0,
    }
    assert below["personal"]["widow"] is True


def test_tick_without_its_amount_is_asked_on_the_next_page(pensioner):
    first = pensioner.answers(PAID, **(AMOUNTS | {"social-late_elderly": ""}))
    second = pensioner.answers("social-insurance/amounts", late_elderly="84000")

    assert first == "/return/R9/social-insurance/amounts/"
    assert second == "/return/R9/spouse/which/"


def test_amount_that_is_no_number_is_refused_at_its_box_and_nothing_is_stored(pensioner):
    answer = pensioner.posts(PAID, AMOUNTS | {"life-care": "一万"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー:" in page
    assert 'href="#id_life-care"' in page
    assert page.count("介護医療保険は数字で入力してください") == 2
    assert situation(pensioner).answers("social-insurance") == {}


def test_amount_whose_tick_was_taken_away_is_not_dropped_in_silence(pensioner):
    answer = pensioner.posts(PAID, AMOUNTS | {"which": ["social", "medical"]})

    assert answer.status_code == 422
    assert "「生命保険料」が入力されています" in answer.content.decode()
    assert situation(pensioner).answers("insurance") == {}


def test_stored_amount_whose_tick_is_taken_away_is_warned_of_once(pensioner):
    pensioner.answers(PAID, **AMOUNTS)
    fewer = AMOUNTS | {"which": ["social", "medical"]}

    warned = pensioner.posts(PAID, fewer)
    pensioner.answers(PAID, confirmed="yes", **fewer)

    assert warned.status_code == 422
    assert "次の入力は申告に入らなくなります" in warned.content.decode()
    assert "life" not in filed(pensioner)
    assert filed(pensioner)["medical"]["paid"] == 182_000


def test_amount_that_was_emptied_is_asked_again_and_not_filed(pensioner):
    pensioner.answers(PAID, **AMOUNTS)

    emptied = AMOUNTS | {"medical-medical_paid": "", "social-late_elderly": ""}
    following = pensioner.answers(PAID, confirmed="yes", **emptied)

    assert following == "/return/R9/social-insurance/amounts/"
    assert filed(pensioner)["social_insurance"] == []
    assert "medical" not in filed(pensioner)
    waiting = [section.code for section in unfinished(situation(pensioner))]
    assert waiting == ["social-insurance", "medical", "spouse", "relatives", "personal"]


def test_list_that_is_sent_without_the_boxes_leaves_the_amounts(pensioner):
    pensioner.answers(PAID, **AMOUNTS)

    pensioner.answers(PAID, which=["social", "life", "medical"])

    assert filed(pensioner)["life"]["care"] == 18_000
    assert filed(pensioner)["medical"]["paid"] == 182_000


def test_amounts_are_shown_below_the_list_when_it_is_opened_again(pensioner):
    pensioner.answers(PAID, **AMOUNTS)

    page = text_of(pensioner, PAID)

    for box in ('id="id_social-late_elderly"', 'id="id_life-care"', 'id="id_medical-medical_paid"'):
        assert box in page
    assert 'value="84,000"' in page
    assert 'value="182,000"' in page


def test_certificates_and_receipts_one_by_one_take_no_sum_below(pensioner):
    pensioner.answers(PAID, which=["life", "medical"])
    pensioner.answers("insurance/life-paid", paid="each")
    pensioner.answers("medical/list", pasted="佐藤,病院,120000,0", uploaded="")

    page = text_of(pensioner, PAID)

    assert "id_life-care" not in page
    assert "id_medical-medical_paid" not in page
    refused = pensioner.posts(PAID, {"which": ["life"], "life-care": "18000"})
    assert "このページにない項目が送られました" in refused.content.decode()


def test_handbook_and_school_are_told_below_their_ticks(pensioner):
    pensioner.answers(PAID, which="none")
    told = {"which": ["disability", "student"], "student-school": "熊本県立大学"}

    following = pensioner.answers(
        HOUSEHOLD,
        **told,
        **{"disability-disability": "special", "marital-marital": "never"},
    )

    assert following == "/return/R9/check/"
    assert filed(pensioner)["personal"]["disability"] == "special"
    assert situation(pensioner).answers("personal")["school"] == "熊本県立大学"


def test_earlier_marriage_that_no_longer_matters_is_not_looked_at(pensioner):
    pensioner.answers(PAID, which="none")

    following = pensioner.answers(HOUSEHOLD, **(WIDOW | {"which": "spouse"}))

    assert following == "/return/R9/spouse/person/"
    assert "marital" not in situation(pensioner).answers("personal")


def test_man_without_dependants_is_not_asked_about_earlier_marriages(yamada):
    yamada.signs_up().begins().reads_card().answers_basics()
    yamada.answers("income/kinds", kinds=["salary"])
    yamada.answers("salaries/new/slip", payer="商店", revenue="3,200,000")
    yamada.answers(PAID, which="none")

    following = yamada.answers(HOUSEHOLD, **WIDOW)

    assert following == "/return/R9/check/"
    assert "marital" not in situation(yamada).answers("personal")
    assert "data-woman" not in text_of(yamada, HOUSEHOLD)


@pytest.mark.req("POR-10")
def test_correction_of_premiums_does_not_open_the_list_above_them(pensioner, office):
    pensioner.answers(PAID, **AMOUNTS)
    pensioner.answers(HOUSEHOLD, **WIDOW)
    submission = Submission.objects.get(pk=pensioner.files())
    asked = {"fields": ["answers.life"], "due_on": "2027-04-30"}
    number = submission.receipt_number
    office.reports(number, "needs_correction", "correction_requested", "金額を。", **asked)
    pensioner.client.post(f"/filings/{submission.pk}/amend/")

    answer = pensioner.posts(PAID, AMOUNTS)
    pensioner.answers("insurance/life", new_general="40000", care="18000")

    assert answer.headers["Location"] == "/return/R9/check/"
    assert filed(pensioner)["life"]["new_general"] == 40_000
    assert filed(pensioner)["medical"]["paid"] == 182_000


def test_telephone_and_address_are_asked_on_one_page(sato):
    sato.signs_up().begins().reads_card()

    following = sato.answers("basic/contact", phone="0960000000", same="no")

    assert following == "/return/R9/basic/address-jan1/"
    answers = situation_of(Draft.objects.get()).answers("basic")
    assert answers["phone"] == "0960000000"
    assert answers["_done"] == ["address", "contact", "phone"]


def test_agent_is_asked_for_the_telephone_alone(sato):
    sato.signs_up().begins_for().tells_of_principal().reads_card()

    assert sato.client.get(f"/return/{sato.year}/basic/contact/").status_code == 302
    assert unfinished_first(sato) == Step("basic", "phone")


def unfinished_first(person):
    tax_year = person.year.split("-")[0]
    draft = Draft.objects.get(resident__asked_email=person.email, tax_year=tax_year)
    found = situation_of(draft)
    return open_step(unfinished(found)[0], found)


@pytest.mark.usefixtures("scanner")
def test_paper_is_added_where_its_amount_is_asked(pensioner):
    chosen = SimpleUploadedFile("証明書.pdf", samples.pdf(1))

    answer = pensioner.posts(PAID, AMOUNTS | {"life-papers": chosen, "medical-photograph": ""})

    assert answer.headers["Location"] == "/return/R9/spouse/which/"
    assert [(paper.name, paper.topic) for paper in Paper.objects.all()] == [("証明書.pdf", "life")]
    assert text_of(pensioner, PAID).count("証明書.pdf") == 1


@pytest.mark.usefixtures("scanner")
def test_refused_paper_says_so_at_its_box_and_keeps_what_was_typed(pensioner):
    chosen = SimpleUploadedFile("証明書.exe", b"MZ")

    answer = pensioner.posts(PAID, AMOUNTS | {"life-papers": chosen})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー:" in page
    assert 'href="#id_life-papers"' in page
    assert page.count("「証明書.exe」は受け取れない種類のファイルです。") == 2
    assert 'value="36,000"' in page
    assert Paper.objects.count() == 0


def test_part_takes_the_papers_that_its_own_page_takes():
    parts = {one.place: one.paper for form in (PaidForm, HouseholdForm) for one in form.opens}

    pages = {place: place.split("/") for place in parts}

    assert parts == {
        place: BY_CODE[section].page(page).paper for place, (section, page) in pages.items()
    }


@pytest.mark.parametrize(
    ("born", "folded"),
    [("1951-01-01", ("national_health", "national_pension", "other")), ("1951-01-02", ())],
)
def test_premiums_that_end_with_75_are_folded_for_who_was_so_old_all_the_year(born, folded):
    """令和8年 began for the one at 75, for the other at 74; nothing is left out for either."""
    form = form_of(BY_CODE["social-insurance"].page("amounts"), born_on(born), {})

    assert tuple(form.folded) == folded
    boxes = [*form.shown_fields, *form.folded_fields]
    assert {box.name for box in boxes} == set(SocialForm.base_fields)
    life = form_of(BY_CODE["insurance"].page("life"), born_on(born), {})
    assert ("new_pension" in life.folded) is bool(folded)
    assert ("個人年金保険" in str(life.fold_title)) is bool(folded)


def test_folded_premium_that_was_typed_stands_open():
    stored = {"national_health": 12_000}

    form = form_of(BY_CODE["social-insurance"].page("amounts"), born_on("1940-04-01"), stored)

    assert form.fold_is_open is True


def parts_of(page, situation):
    """Return the parts below a list, by their code."""
    section, _, code = page.partition("/")
    stored = situation.answers(section)
    form = form_of(BY_CODE[section].page(code), situation, stored)
    return {part.opened.code: part for part in form.parts}


def test_part_in_which_nothing_stands_is_one_for_all_whom_it_asks_alike():
    """It is rendered once: what is known of one resident must not be in it."""
    old, older, young = (born_on(day) for day in ("1940-04-01", "1939-05-01", "1990-01-01"))
    young.content["data"] = {"insurance": {"care": 18_000, "_done": ["life"]}}

    first, second, third = (parts_of(PAID, one) for one in (old, older, young))

    assert [first[code] is second[code] for code in first] == [True] * 5
    alike = {code: first[code] is third[code] for code in first}
    assert alike == {
        # Folded otherwise before 75; with answers, nobody's but one's own.
        "social": False,
        "life": False,
        "earthquake": False,
        "medical": True,
        "self_medication": True,
    }
    assert [third[code].is_everybodys for code in third] == [True, False, False, True, True]


def test_part_for_all_knows_neither_name_nor_sex_nor_answers():
    spouse = {"has": True, "name": "佐藤 一郎", "_done": ["has", "person"]}
    woman = Situation({"card": {"birth_date": "1990-01-01", "sex": "2"}, "data": {}}, "R9")
    woman.content["data"] = {"spouse": spouse}

    parts = parts_of(HOUSEHOLD, woman)

    assert {code: part.is_everybodys for code, part in parts.items()} == dict.fromkeys(parts, True)
    known = [
        (one.form.words["name"], one.form.filer_sex, one.form.stored) for one in parts.values()
    ]
    assert known == [("", "", {})] * 4


@pytest.mark.req("POR-03")
def test_amounts_of_one_resident_stand_on_no_page_of_another(pensioner, yamada):
    yamada.signs_up().begins().reads_card().answers_basics()
    yamada.answers("income/kinds", kinds=["salary"])
    yamada.answers("salaries/new/slip", payer="商店", revenue="3,200,000")
    before = text_of(yamada, PAID)
    pensioner.answers(PAID, **AMOUNTS)

    hers, his = text_of(pensioner, PAID), text_of(yamada, PAID)

    amounts = ('value="84,000"', 'value="36,000"', 'value="182,000"')
    assert [[amount in page for amount in amounts] for page in (before, hers, his)] == [
        [False] * 3,
        [True] * 3,
        [False] * 3,
    ]
