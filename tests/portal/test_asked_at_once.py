"""Pages that ask several questions at once: a shorter way to the same return."""

import json
from pathlib import Path

import pytest

from portal.interview.flow import Step, first_step, step_after, step_before, unfinished
from portal.interview.model import Situation
from portal.interview.payload import answers
from portal.interview.sections import BY_CODE
from portal.interview.versions import FORM_VERSION
from portal.models import Draft, Submission
from portal.services.drafts import situation_of

pytestmark = pytest.mark.django_db

PAID, HOUSEHOLD = "social-insurance/which", "spouse/which"


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email, tax_year=person.year))


def filed(person):
    return answers(situation(person))


def text_of(person, page):
    return person.client.get(f"/return/R9/{page}/").content.decode()


@pytest.fixture
def earner(sato):
    """Sato has copied one slip as a whole."""
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary"])
    sato.answers("salaries/new/slip", payer="商店", revenue="3,200,000", social_insurance="480000")
    return sato


@pytest.mark.req("POR-03")
def test_who_has_nothing_special_answers_eight_questions_on_two_pages(earner):
    assert earner.answers(PAID, which="none") == "/return/R9/spouse/which/"
    assert earner.answers(HOUSEHOLD, which="none") == "/return/R9/personal/marital/"
    assert earner.answers("personal/marital", marital="never") == "/return/R9/check/"


@pytest.mark.req("POR-03")
def test_questions_asked_at_once_give_the_return_that_single_pages_give(earner):
    earner.answers(PAID, which="none")
    earner.answers(HOUSEHOLD, which="none")
    earner.answers("personal/marital", marital="never")
    at_once, said = filed(earner), text_of(earner, "check")
    earner.client.post("/return/R9/erase/", {"version": earner.version(), "confirmed": "yes"})
    Draft.objects.all().delete()

    earner.begins().reads_card().answers_basics().earns(payer="商店").answers_page_by_page()

    assert filed(earner) == at_once
    for title in (
        BY_CODE["insurance"].page("earthquake-paid").title,
        BY_CODE["personal"].page("disability").title,
    ):
        assert str(title) in said
        assert str(title) in text_of(earner, "check")


def test_what_is_ticked_is_asked_on_and_what_is_not_is_left_out(earner):
    first = earner.answers(PAID, which=["social", "life", "medical"])
    second = earner.answers("social-insurance/amounts", national_pension="210120")
    third = earner.answers("insurance/life", new_general="36000")
    fourth = earner.answers("medical/amounts", medical_paid="182000")

    assert [first, second, third, fourth] == [
        "/return/R9/social-insurance/amounts/",
        "/return/R9/insurance/life/",
        "/return/R9/medical/amounts/",
        "/return/R9/spouse/which/",
    ]
    assert filed(earner)["medical"]["paid"] == 182_000
    assert "earthquake" not in filed(earner)


def test_handbook_that_is_ticked_waits_for_its_degree(earner):
    earner.answers(PAID, which="none")

    earner.answers(HOUSEHOLD, which="disability")

    assert [one.code for one in unfinished(situation(earner))] == ["personal"]
    assert 'value="disability" id="id_which_3" checked' in text_of(earner, HOUSEHOLD)
    earner.answers("personal/marital", marital="never")
    assert first_step(BY_CODE["personal"], situation(earner)) == Step("personal", "disability")
    earner.answers("personal/disability", disability="special")
    assert earner.answers(HOUSEHOLD, which="disability") == "/return/R9/check/"
    assert filed(earner)["personal"]["disability"] == "special"


@pytest.mark.parametrize(
    ("ticked", "said"),
    [
        ([], "なければ「どれもありません」を選びます"),
        (["none", "life"], "ほかの答えといっしょに選べません"),
        (["medical", "self_medication"], "どちらか一方だけ使えます"),
    ],
)
def test_ticks_that_say_nothing_or_contradict_are_refused_with_the_remedy(earner, ticked, said):
    answer = earner.posts(PAID, {"which": ticked})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert situation(earner).answers("insurance") == {}


def test_tick_taken_away_warns_of_what_would_leave_the_return(earner):
    earner.answers(PAID, which="life")
    earner.answers("insurance/life", new_general="36000")

    warned = earner.posts(PAID, {"which": "none"})

    assert warned.status_code == 422
    assert "生命保険料の金額" in warned.content.decode()
    assert filed(earner)["life"]["new_general"] == 36_000
    earner.answers(PAID, which="none", confirmed="yes")
    assert "life" not in filed(earner)


def test_certificates_one_by_one_stay_so_when_the_list_is_sent_again(earner):
    earner.answers(PAID, which="life")
    assert "証明書を1枚ずつ入力する" in text_of(earner, "insurance/life")
    following = earner.answers("insurance/life-paid", paid="each")

    earner.answers(PAID, which=["life", "earthquake"])

    assert following == "/return/R9/life-certificates/new/company/"
    assert situation(earner).answers("insurance")["paid"] == "each"


def test_who_answered_one_question_alone_is_asked_the_rest_one_by_one(earner):
    following = earner.answers("medical/method", method="none")

    assert following == HOUSEHOLD.join(("/return/R9/", "/"))
    assert earner.client.get(f"/return/R9/{PAID}/").headers["Location"] == "/return/R9/"
    assert first_step(BY_CODE["social-insurance"], situation(earner)).page == "paid"


def test_draft_from_before_such_pages_is_asked_nothing_again():
    frozen = Path(__file__).parent / "drafts" / "2026-12-pensioner.json"
    content = json.loads(frozen.read_text(encoding="utf-8")) | {
        "form": FORM_VERSION,
        "principal": {},
    }
    old = Situation(content, "R9")

    assert unfinished(old) == []
    assert step_after(Step("income", "kinds"), old) is None
    assert next(page.code for page in BY_CODE["spouse"].pages_in(old)) == "has"


def test_way_leads_past_the_list_of_receipts_and_back_to_it_once_it_is_filled(earner):
    earner.answers(PAID, which="medical")
    before = step_before(Step("medical", "amounts"), situation(earner))

    listed = earner.answers("medical/list", pasted="佐藤,病院,120000,0", uploaded="")

    assert before == Step("medical", "method") or before is None
    assert "/return/R9/medical/list/" in text_of(earner, "check")
    assert listed == "/return/R9/spouse/which/"
    assert filed(earner)["medical"]["paid"] == 120_000


def test_slip_as_a_whole_leads_to_the_next_one_or_on(earner):
    more = {"payer": "湯", "revenue": "380,000", "withheld_tax": "11640"}

    next_slip = earner.answers("salaries/new/slip", another="yes", **more)
    onward = earner.answers("salaries/new/slip", **(more | {"payer": "宿"}))

    assert (next_slip, onward) == ("/return/R9/salaries/new/slip/", f"/return/R9/{PAID}/")
    assert [slip["payer"] for slip in filed(earner)["salaries"]] == ["商店", "湯", "宿"]
    assert filed(earner)["salaries"][1]["social_insurance"] == 0


def test_slip_whose_boxes_exceed_the_pay_is_refused_at_the_box(earner):
    wrong = {"payer": "湯", "revenue": "100", "withheld_tax": "101", "social_insurance": ""}

    answer = earner.posts("salaries/new/slip", wrong)

    assert answer.status_code == 422
    assert "源泉徴収税額が支払金額(100円)より大きいです" in answer.content.decode()
    assert len(filed(earner)["salaries"]) == 1


def test_who_has_no_slip_is_led_to_the_question_of_the_work(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["salary"])
    assert 'href="/return/R9/salaries/new/payer/"' in text_of(sato, "salaries/new/slip")

    work = sato.answers("salaries/new/payer", payer="商店", no_slip="on")

    assert work.endswith("/work/")


@pytest.fixture
def pensioner(sato):
    sato.signs_up().begins().reads_card().answers_basics()
    sato.answers("income/kinds", kinds=["pension"])
    return sato


def test_payer_of_a_state_pension_is_chosen_and_another_is_typed(pensioner):
    slip = {"revenue": "1,900,000", "social_insurance": "86400"}
    chosen = 'value="state" id="id_source_0" checked'
    # The first is shown as most are, and kept only once it was sent; a second may be anything.
    assert chosen in text_of(pensioner, "pensions/new/slip")
    assert situation(pensioner).items("pensions") == []

    pensioner.answers("pensions/new/slip", source="state", another="yes", **slip)
    assert chosen not in text_of(pensioner, "pensions/new/slip")
    pensioner.answers("pensions/new/slip", source="other", payer="企業年金連合会", **slip)

    first, second = situation(pensioner).items("pensions")
    assert [one["payer"] for one in (first, second)] == ["厚生労働省", "企業年金連合会"]
    assert "source" not in first
    assert chosen in text_of(pensioner, f"pensions/{first['id']}/slip")
    assert 'value="企業年金連合会"' in text_of(pensioner, f"pensions/{second['id']}/slip")


@pytest.mark.parametrize(
    ("payer", "said"),
    [
        ({"source": "other", "payer": ""}, "支払者の名前を入力してください"),
        ({"source": "state", "payer": "企業年金連合会"}, "そのほかの名前を消してください"),
        ({"payer": "企業年金連合会"}, "「支払者」を選んでください"),
    ],
)
def test_payer_that_is_missing_or_told_twice_is_refused(pensioner, payer, said):
    answer = pensioner.posts("pensions/new/slip", {"revenue": "1,900,000", **payer})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert situation(pensioner).items("pensions") == []


@pytest.mark.req("POR-10")
def test_correction_of_one_box_opens_that_box_and_not_the_slip(earner, office):
    earner.answers(PAID, which="none")
    earner.answers(HOUSEHOLD, which="none")
    earner.answers("personal/marital", marital="never")
    submission = Submission.objects.get(pk=earner.files())
    asked = {"fields": ["answers.salaries.0.revenue"], "due_on": "2027-04-30"}
    number = submission.receipt_number
    office.reports(number, "needs_correction", "correction_requested", "金額を。", **asked)
    earner.client.post(f"/filings/{submission.pk}/amend/")
    item = situation(earner).items("salaries")[0]["id"]

    slip = {"payer": "別の店", "revenue": "1", "withheld_tax": "", "social_insurance": ""}

    assert earner.posts(f"salaries/{item}/slip", slip).headers["Location"] == "/return/R9/check/"
    assert earner.posts(HOUSEHOLD, {"which": "student"}).headers["Location"] == "/return/R9/check/"
    assert situation(earner).answers("personal")["student"] is False
    earner.answers(f"salaries/{item}/revenue", revenue="3,300,000")
    assert filed(earner)["salaries"][0]["revenue"] == 3_300_000
    assert filed(earner)["salaries"][0]["payer"] == "商店"


def test_last_years_answers_are_ticked_and_stand_beside_the_list(sato):
    sato.year = "R8"
    sato.is_ready_to_sign()
    sato.answers("insurance/life-paid", paid="yes")
    sato.answers("insurance/life", new_general="36000")
    sato.files()
    sato.year = "R9"
    page = sato.client.get("/return/start/").content.decode()
    purpose = page.split('name="purpose_version" value="')[1].split('"')[0]
    fields = {"tax_year": "R9", "purpose_version": purpose, "from_last_year": "on"}
    sato.client.post("/return/start/", fields)
    sato.reads_card()

    shown = text_of(sato, PAID)

    assert 'value="life" id="id_which_1" checked' in shown
    assert 'value="social" id="id_which_0" checked' not in shown
    # What was answered, without the words on how to type it.
    assert '<dd class="summary-list__value">払いました</dd>' in shown
    assert unfinished(situation(sato))[0].code == "basic"
