"""A spouse or relative who died in the year: asked, filed, copied, reviewed, and gone next year."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

import filing
from portal.estimate import estimate
from portal.interview.flow import unfinished
from portal.interview.last_year import begun_from
from portal.interview.links import step_of
from portal.interview.payload import answers
from portal.interview.summary import blocks
from portal.models import Draft, Submission
from portal.services.drafts import situation_of
from portal.services.signing import document_of
from review.cases.presentation import blocks_of
from tests.portal.test_more_incomes import goes_on

pytestmark = pytest.mark.django_db
HUSBAND = {"name": "佐藤 太郎", "kana": "さとう たろう", "birth_date": "1956-09-01"}
NUMBER = "234567890121"


def situation(person):
    return situation_of(Draft.objects.get(resident__asked_email=person.email))


def filed(person):
    return answers(situation(person))


@pytest.fixture
def earner(sato):
    """Sato has told of her salary of 3,200,000 yen and of nothing else but her family."""
    sato.signs_up().begins().reads_card().answers_basics().earns()
    return sato.answers_page_by_page("spouse", "personal/marital", "personal/partner")


@pytest.fixture
def beginner(sato):
    """Sato has told of her salary and is led to the list of her household."""
    sato.signs_up().begins().reads_card().answers_basics().earns()
    sato.answers("social-insurance/which", which="none")
    return sato


def tells_of_late_husband(person, *, remarried="no", number=NUMBER):
    following = person.answers("spouse/has", has="died")
    return goes_on(
        person,
        following,
        HUSBAND,
        {"died_on": "2026-08-20", "remarried": remarried},
        {"salary_revenue": "400,000"},
        {"living": "together"},
        {"disability": "none"},
        {"personal_number": number},
    )


def test_widow_files_her_late_husband_and_is_a_widow(earner):
    """As tests/filing/test_died_in_the_year.py works out by hand: 66,000 yen."""
    following = tells_of_late_husband(earner)
    earner.answers("personal/partner", partner="no")

    assert following == "/return/R9/personal/partner/"
    assert unfinished(situation(earner)) == []
    told = filed(earner)
    assert told["spouse"] == {
        **HUSBAND,
        "personal_number": NUMBER,
        "total_income": 0,
        "living": "together",
        "died_on": "2026-08-20",
        "disability": "",
    }
    assert (told["personal"]["widow"], told["personal"]["widow_reason"]) == (True, "bereaved")
    assert estimate(situation(earner)).total == 66_000


def test_mother_whose_husband_died_files_both(earner):
    tells_of_late_husband(earner)
    earner.answers("relatives/has", has="yes")
    child = {"name": "佐藤 葵", "birth_date": "2016-04-01", "relation": "child"}
    goes_on(
        earner,
        earner.answers("relatives/new/person", **child),
        {"living": "together"},
        {"disability": "none"},
        {"personal_number": "100000000005"},
    )
    earner.answers("personal/partner", partner="no")

    told = filed(earner)
    assert (told["personal"]["single_parent"], told["personal"]["widow"]) == ("mother", False)
    assert estimate(situation(earner)).total == 60_000


def test_partner_takes_the_status_and_leaves_the_deduction_for_the_late_husband(earner):
    tells_of_late_husband(earner)

    earner.answers("personal/partner", partner="yes")

    assert filed(earner)["personal"]["widow"] is False
    assert filed(earner)["spouse"]["died_on"] == "2026-08-20"


def test_who_married_again_is_no_widow_and_is_not_asked_for_a_partner(earner):
    following = tells_of_late_husband(earner, remarried="yes")

    assert "partner" not in following
    assert unfinished(situation(earner)) == []
    assert filed(earner)["personal"]["widow"] is False


def test_number_of_the_dead_may_be_unknown(earner):
    tells_of_late_husband(earner, number="")
    earner.answers("personal/partner", partner="no")

    assert filed(earner)["spouse"]["personal_number"] == ""
    assert "入力していません" in [
        row.value for block in blocks(situation(earner)) for row in block.rows
    ]
    document = document_of(Draft.objects.get(), challenge="0" * 32, now=timezone.now())
    missing = [p for p in filing.validate(document) if p.field == "answers.spouse.personal_number"]
    assert [(p.rule, p.level) for p in missing] == [("number_missing", "warning")]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-12-31", "令和8年より前に亡くなった人は、控除に入りません。"),
        ("2027-01-01", "令和8年12月31日に生きていた夫や妻のときは、前のページで"),
        ("1956-08-31", "亡くなった日が、生まれた日より前です。"),
    ],
)
def test_day_of_death_of_another_year_is_refused(earner, day, said):
    goes_on(earner, earner.answers("spouse/has", has="died"), HUSBAND)

    answer = earner.posts("spouse/death", {"died_on": day, "remarried": "no"})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def tells_of_husband_born_on(person, birth_date):
    husband = {"name": "佐藤 太郎", "kana": "", "birth_date": birth_date}
    return person.posts("spouse/person", husband)


def test_era_that_puts_the_birth_after_the_death_is_refused(earner):
    """昭和8年6月1日 to 令和8年5月3日; then 令和 is picked for the birth."""
    following = earner.answers("spouse/has", has="died")
    old = {"name": "佐藤 太郎", "kana": "", "birth_date": "1933-06-01"}
    goes_on(earner, following, old, {"died_on": "2026-05-03", "remarried": "no"})

    answer = tells_of_husband_born_on(earner, "2026-06-01")

    assert answer.status_code == 422
    assert "亡くなった日が、生まれた日より前です。" in answer.content.decode()
    assert tells_of_husband_born_on(earner, "2026-05-03").status_code == 302


def test_draft_with_a_death_before_the_birth_can_be_opened_and_put_right(earner):
    """He is told as living first, born after the day that is kept from before, then as dead."""
    tells_of_late_husband(earner)
    earner.answers("personal/partner", partner="no")
    earner.answers("spouse/has", has="yes", confirmed="yes")
    assert tells_of_husband_born_on(earner, "2026-10-01").status_code == 302
    earner.answers("spouse/has", has="died")

    hub = earner.client.get("/return/R9/")
    document = document_of(Draft.objects.get(), challenge="0" * 32, now=timezone.now())
    rules = [p.rule for p in filing.validate(document) if p.field == "answers.spouse.died_on"]
    mended = tells_of_husband_born_on(earner, HUSBAND["birth_date"])

    assert (hub.status_code, rules, mended.status_code) == (200, ["before_birth"], 302)
    assert estimate(situation(earner)).total == 66_000


def test_tick_on_the_list_stands_for_the_same_answer(beginner):
    following = beginner.answers("spouse/which", which="bereaved")
    page = beginner.client.get("/return/R9/spouse/which/").content.decode()

    assert following == "/return/R9/spouse/person/"
    assert situation(beginner).answers("spouse")["has"] == "died"
    assert 'value="bereaved" id="id_which_1" checked' in page
    assert 'value="spouse" id="id_which_0" checked' not in page


def test_late_spouse_and_new_one_are_not_ticked_together(beginner):
    answer = beginner.posts("spouse/which", {"which": ["spouse", "bereaved"]})

    assert answer.status_code == 422
    assert "どちらか1人だけ書けます" in answer.content.decode()


def test_partner_is_asked_below_the_list_without_the_earlier_marriages(beginner):
    below = {"which": ["bereaved"], "partner-partner": "no"}
    assert beginner.posts("spouse/which", below).status_code == 302

    assert situation(beginner).answers("personal")["partner"] is False


def test_father_who_died_at_69_is_no_old_parent(earner):
    earner.answers("spouse/has", has="no")
    earner.answers("personal/marital", marital="never")
    earner.answers("relatives/has", has="yes")
    father = {"name": "佐藤 一郎", "birth_date": "1956-09-01", "relation": "parent"}
    following = earner.answers("relatives/new/person", **father, died_on="2026-08-20")
    following = goes_on(
        earner,
        following,
        {"pension_revenue": "600,000"},
        {"living": "together"},
        {"disability": "none"},
        {"personal_number": ""},
    )
    earner.answers("personal/partner", partner="no")

    (relative,) = filed(earner)["relatives"]
    assert (relative["died_on"], relative["cohabiting_parent"]) == ("2026-08-20", False)
    # 65 and older: 600,000 - 1,100,000 is no income; 一般 330,000, not 老人 380,000.
    assert relative["total_income"] == 0
    assert estimate(situation(earner)).result["dependant_deduction"] == 330_000


@pytest.mark.parametrize(
    ("born", "died_on", "said"),
    [
        ("2026-04-01", "2026-03-31", "亡くなった日が、生まれた日より前です。"),
        ("2020-04-01", "2025-12-31", "令和8年より前に亡くなった人は"),
        ("2020-04-01", "2027-01-01", "令和8年12月31日に生きていた人は"),
    ],
)
def test_day_of_a_relatives_death_is_checked(earner, born, died_on, said):
    earner.answers("relatives/has", has="yes")
    child = {"name": "佐藤 葵", "birth_date": born, "relation": "child", "died_on": died_on}

    answer = earner.posts("relatives/new/person", child)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert '<details class="disclosure" open>' in answer.content.decode()


def test_fold_stays_shut_where_another_box_is_wrong(earner):
    earner.answers("relatives/has", has="yes")

    answer = earner.posts("relatives/new/person", {"name": "", "birth_date": "2020-04-01"})

    page = answer.content.decode()
    fold = page[page.index("ほかの人の扶養に入っているとき") - 250 :]
    assert "<details" in fold[:250]
    assert " open>" not in fold[:250]


def test_day_is_on_the_check_page_the_copies_and_the_office(earner):
    tells_of_late_husband(earner)
    earner.answers("personal/partner", partner="no")
    checked = [row.value for block in blocks(situation(earner)) for row in block.rows]
    pk = earner.files()

    files = {
        name: earner.client.get(f"/filings/{pk}/copy.{name}").content for name in ("pdf", "xml")
    }
    document = filing.read_xml(files["xml"])
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    office = {row.label: row.value for block in blocks_of(document, []) for row in block.rows}

    assert "令和8年8月20日" in checked
    assert document.answers["spouse"]["died_on"] == "2026-08-20"
    assert "亡くなった日" in pdf
    assert "8月20日" in pdf
    assert office["亡くなった日"] == "令和8年8月20日"


def test_problem_with_the_day_leads_to_its_page(earner):
    tells_of_late_husband(earner)
    problem = filing.Problem("answers.spouse.died_on", "later", "")

    step = step_of(problem, situation(earner))

    assert (step.section, step.page) == ("spouse", "death")


def test_dead_are_not_carried_into_the_next_year(earner):
    tells_of_late_husband(earner)
    earner.answers("relatives/has", has="yes")
    for name, died_on in (("佐藤 葵", ""), ("佐藤 一郎", "2026-03-03")):
        child = {"name": name, "birth_date": "2016-04-01", "relation": "child"}
        following = earner.answers("relatives/new/person", **child, died_on=died_on)
        goes_on(
            earner,
            following,
            {"living": "together"},
            {"disability": "none"},
            {"personal_number": {"佐藤 葵": "100000000005"}.get(name, "")},
        )
    earner.answers("personal/partner", partner="no")
    earner.files()

    data = begun_from(Submission.objects.get().content, "R9")["data"]

    assert "spouse" not in data
    assert [entry["name"] for entry in data["relatives"]["items"]] == ["佐藤 葵"]
