"""A principal's name, birth date or the right to act mistyped (代理): corrected, nothing lost."""

import pytest

import filing
from portal.interview.flow import open_step
from portal.interview.sections import BY_CODE
from portal.models import Draft, Event, Submission
from portal.services.drafts import situation_of
from tests.portal.story import MOTHER
from tests.portal.test_agents import MOTHERS_NUMBER, signed_xml

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scanner")]
NEWBORN = {
    "birth_date_era": "令和",
    "birth_date_year": "8",
    "birth_date_month": "1",
    "birth_date_day": "10",
}
RIGHT = {"name": "佐藤 とめ子", "birth_date_year": "28"}


@pytest.fixture
def agent(sato):
    return sato.is_ready_to_sign_for_mother()


def corrects(person, *, version="", **changed):
    """Post the page; where it was accepted, go on at the return's new address."""
    fields = {"version": version or person.version(), **MOTHER, **changed}
    answer = person.client.post(f"/return/{person.year}/whom/", fields)
    if answer.status_code == 302:
        person.year = answer.headers["Location"].split("/")[2]
    return answer


def test_mistyped_name_and_birth_date_are_corrected_and_every_answer_stays(agent):
    before = Draft.objects.get()
    answers, mistyped = before.content["data"], agent.year

    answer = corrects(agent, **RIGHT)

    draft = Draft.objects.get()
    assert answer.headers["Location"] == f"/return/{draft.place}/check/"
    assert draft.pk == before.pk
    assert draft.place != mistyped
    assert draft.content["data"] == answers
    assert draft.content["card"] == before.content["card"]
    document = filing.read_xml(signed_xml(agent))
    assert (document.filer.name, document.filer.birth_date.isoformat()) == (
        "佐藤 とめ子",
        "1953-04-08",
    )
    assert document.filer.personal_number == MOTHERS_NUMBER
    agent.files()
    assert Submission.objects.count() == 1


def test_correction_is_recorded_without_what_was_said(agent):
    corrects(agent, **RIGHT)

    draft = Draft.objects.get()
    event = Event.objects.filter(action="draft.principal").get()
    assert event.subject == f"draft:{draft.pk}"
    assert event.actor == f"resident:{draft.resident_id}"
    assert event.detail == {"version": draft.version}


def test_corrected_return_is_the_one_that_beginning_for_this_person_opens(agent):
    corrects(agent, **RIGHT)
    corrected = agent.year

    agent.begins_for(**RIGHT)

    assert agent.year == corrected
    assert Draft.objects.count() == 1


def test_check_page_leads_to_the_correction_and_the_page_shows_what_was_said(agent):
    check = agent.client.get(f"/return/{agent.year}/check/").content.decode()
    page = agent.client.get(f"/return/{agent.year}/whom/").content.decode()

    assert check.count(f'href="/return/{agent.year}/whom/"') == 3
    assert 'value="佐藤 トメ"' in page
    assert '<option value="昭和" selected' in page


def test_two_returns_for_one_person_do_not_come_about(agent):
    mistyped = agent.year
    agent.begins_for(**RIGHT)
    agent.year = mistyped

    answer = corrects(agent, **RIGHT)

    assert answer.status_code == 422
    assert "この人の申告は、もう作っています" in answer.content.decode()
    assert {draft.place for draft in Draft.objects.all()} >= {mistyped}


def test_agent_cannot_become_the_principal(agent):
    own = {"name": "佐藤花子", "birth_date_era": "平成", "birth_date_year": "2"}
    own |= {"birth_date_month": "5", "birth_date_day": "12"}

    answer = corrects(agent, **own)

    assert answer.status_code == 422
    assert "代理人のカードと同じ人です" in answer.content.decode()
    assert Draft.objects.get().content["principal"]["name"] == "佐藤 トメ"


def test_another_right_asks_for_its_paper_again(agent):
    corrects(agent, authority="guardian")

    step = open_step(BY_CODE["principal"], situation_of(Draft.objects.get()))
    assert (step.section, step.page) == ("principal", "authority")
    assert agent.prepares().status_code == 422


def test_page_opened_before_another_change_saves_nothing(agent):
    version = agent.version()
    agent.answers("basic/phone", phone="096-328-2181")

    answer = corrects(agent, version=version, **RIGHT)

    assert answer.status_code == 409
    assert "別の画面で内容が変わっていた" in answer.content.decode()
    assert Draft.objects.get().content["principal"]["name"] == "佐藤 トメ"


def test_person_of_a_filed_return_stays(agent):
    pk = agent.files()
    agent.client.post(f"/filings/{pk}/amend/")

    answer = corrects(agent, version=str(Draft.objects.get().version), **RIGHT)

    assert answer.status_code == 422
    assert "送った申告の本人は変えられません" in answer.content.decode()
    assert Draft.objects.get().content["principal"]["name"] == "佐藤 トメ"


@pytest.fixture
def reopened(agent, office):
    """Mother's return was filed and rejected; begun again, it names the person who was meant."""
    pk = agent.files()
    number = Submission.objects.get(pk=pk).receipt_number
    office.reports(number, "closed", "rejected", "本人の名前が住民票とちがいます。")
    agent.filed_as = agent.year
    assert agent.client.post(f"/filings/{pk}/amend/").status_code == 302
    assert corrects(agent, **RIGHT).status_code == 302
    return agent


def test_return_that_is_given_up_is_again_of_the_person_it_was_filed_for(reopened):
    corrected = reopened.year

    answer = reopened.client.post(f"/return/{corrected}/give-up/", follow=True)

    draft = Draft.objects.get()
    assert reopened.filed_as != corrected
    assert draft.place == situation_of(draft).place == reopened.filed_as
    assert answer.redirect_chain[0] == (f"/return/{reopened.filed_as}/", 302)
    assert answer.status_code == 200
    reopened.begins_for(**RIGHT)
    assert reopened.year == corrected
    assert Draft.objects.count() == 2


def test_place_of_the_person_filed_for_stays_free_while_another_is_named(reopened):
    answer = reopened.posts_start_for()

    assert answer.status_code == 422
    assert "この人の申告は、もう作っています" in answer.content.decode()
    assert Draft.objects.count() == 1
    reopened.tells_of_principal().reads_card().files()
    reopened.begins_for()
    assert reopened.year == reopened.filed_as
    assert Draft.objects.count() == 2


def test_ones_own_return_and_strangers_have_no_such_page(agent, yamada):
    yamada.signs_up().begins()

    assert yamada.client.get("/return/R9/whom/").status_code == 404
    assert yamada.client.get(f"/return/{agent.year}/whom/").headers["Location"] == "/return/start/"


def test_missing_day_is_named(agent):
    answer = corrects(agent, birth_date_day="")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー:" in page
    assert page.count("「本人の生まれた日」の日を入力してください。") == 2


def test_who_was_born_after_the_income_year_needs_no_return(sato):
    """A child of January 2026 had no income in 2025, of which 令和8年度 is about."""
    sato.signs_up()
    said = "「本人の生まれた日」が、所得の年の最後の日(令和7年12月31日)より後です。"

    refused = sato.posts_start_for(tax_year="R8", **NEWBORN)
    sato.begins_for(tax_year="R8")
    corrected = corrects(sato, **NEWBORN)

    assert (refused.status_code, corrected.status_code) == (422, 422)
    assert said in refused.content.decode()
    assert said in corrected.content.decode()
