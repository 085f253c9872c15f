"""Agents (代理人): Sato files for her mother with her own card, and nothing of the two mixes."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

import filing
from portal.copies.filed import document_filed
from portal.copies.pdf import pdf_of
from portal.interview.flow import sections_for
from portal.models import Draft, Paper, Submission
from portal.services import reminders, signing
from portal.services.agents import MOST_PEOPLE
from portal.services.drafts import situation_of
from tests.papers import samples
from tests.portal.story import ABOUT_MOTHER
from tests.portal.test_submission import rows_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scanner")]
MOTHERS_NUMBER = "234567890121"
SATOS_NUMBER = "123456789018"


@pytest.fixture
def agent(sato):
    return sato.is_ready_to_sign_for_mother()


def signed_xml(person) -> bytes:
    """Sign, and return the document that would be sent."""
    fields = person.signature_for(person.prepares())
    draft = Draft.objects.get()
    value = signing.decode(fields["signature"])
    return signing.complete(draft, fields["prepared"], value, now=timezone.now()).xml


@pytest.mark.req("POR-01")
def test_agent_files_for_her_mother_and_signs_with_her_own_card(agent):
    document = filing.read_xml(signed_xml(agent))
    agent.files()

    assert (document.filer.name, document.filer.personal_number) == ("佐藤 トメ", MOTHERS_NUMBER)
    assert document.filer.birth_date.isoformat() == "1952-04-08"
    assert document.address_jan1 == document.filer.address == "熊本県熊本市北区植木町岩野238番地1"
    assert document.phone == ""
    assert document.agent == {
        "authority": "mandate",
        "name": "佐藤 花子",
        "birth_date": "1990-05-12",
        "address": "熊本県熊本市中央区手取本町1番1号",
        "phone": "090-1234-5678",
    }
    assert [error for error in filing.validate(document) if error.level == "error"] == []
    assert Submission.objects.get().draft.whose


@pytest.mark.req("POR-07")
def test_agents_own_number_is_kept_nowhere(agent):
    held = Draft.objects.get().content

    assert "personal_number" not in held["card"]
    assert SATOS_NUMBER not in str(held)
    assert SATOS_NUMBER.encode() not in signed_xml(agent)
    assert rows_with(SATOS_NUMBER.encode()) == []


def test_both_numbers_are_gone_after_the_submission(agent):
    agent.files()

    held = str([Draft.objects.get().content, Submission.objects.get().content])
    assert MOTHERS_NUMBER not in held
    assert SATOS_NUMBER not in held


@pytest.mark.req("REL-09")
def test_nothing_of_either_person_is_readable_in_what_the_relay_gets(agent):
    agent.files()

    for said in ("佐藤 トメ", "佐藤 花子", "1952-04-08", "mandate", "岩野238番地1"):
        assert rows_with(said.encode()) == [], said


def test_pages_name_the_principal_and_the_copy_names_both(agent):
    check = agent.client.get(f"/return/{agent.year}/check/").content.decode()
    sign = agent.client.get(f"/return/{agent.year}/sign/").content.decode()
    pk = agent.files()
    submission = Submission.objects.get()
    pages = PdfReader(io.BytesIO(pdf_of(submission))).pages
    copy = "".join(page.extract_text() for page in pages)

    for text in ("佐藤 トメ", "佐藤 花子", "任意代理人", "本人のこと"):
        assert text in check
    assert "佐藤 トメさんの令和9年度" in sign.replace("(2027年度)", "")
    assert "佐藤 花子さんのカード" in sign
    assert "代理人" in copy
    assert "佐藤 花子" in copy
    assert "佐藤 トメ" in copy
    assert document_filed(submission).agent["name"] == "佐藤 花子"
    for page in ("", "receipt/", "copy/"):
        assert "佐藤 トメ" in agent.client.get(f"/filings/{pk}/{page}").content.decode()


def test_own_return_and_others_stand_side_by_side_and_each_once(sato):
    sato.signs_up().begins().begins_for()
    mothers = sato.year
    sato.begins_for(name="佐藤　トメ")
    fathers = sato.begins_for(name="佐藤 正").year

    assert {draft.place for draft in Draft.objects.all()} == {"R9", mothers, fathers}
    page = sato.client.get("/return/", follow=True).content.decode()
    for place in ("R9", mothers, fathers):
        assert f"/return/{place}/" in page
    assert "佐藤 トメさんの代理" in page


def test_nobody_else_finds_the_draft(agent, yamada):
    yamada.signs_up()

    for page in ("", "card/", "check/", "principal/", "principal/number/", "papers/", "sign/"):
        answer = yamada.client.get(f"/return/{agent.year}/{page}")
        assert answer.headers["Location"] == "/return/start/"
    yamada.begins_for()
    assert yamada.year != agent.year
    assert situation_of(Draft.objects.get(resident__asked_email="yamada@example.jp")).filer == {
        "whose": yamada.year.removeprefix("R9-"),
        "name": "佐藤 トメ",
        "birth_date": "1952-04-08",
        "authority": "mandate",
    }


def test_agent_for_oneself_is_refused(sato):
    own = {"birth_date_era": "平成", "birth_date_year": "2"}
    own |= {"birth_date_month": "5", "birth_date_day": "12"}
    sato.signs_up().begins_for(name="佐藤花子", **own).tells_of_principal()

    answer = sato.posts_card()

    assert answer.status_code == 422
    assert "本人のカードが読み取られました" in answer.content.decode()
    assert situation_of(Draft.objects.get()).card == {}


def test_agents_number_does_not_pass_for_the_principals(sato):
    mixed = {"number": {"personal_number": SATOS_NUMBER}}
    sato.signs_up().begins_for().tells_of_principal(**mixed)

    answer = sato.posts_card()

    assert answer.status_code == 422
    assert "あなた(代理人)の番号が入力されています" in answer.content.decode()


def test_card_waits_for_the_principals_number(sato):
    sato.signs_up().begins_for()

    answer = sato.posts_card()

    assert answer.status_code == 422
    assert "先に「本人のこと」で" in answer.content.decode()


def test_number_changed_after_the_card_asks_for_the_card_again(agent):
    agent.answers("principal/number", personal_number=SATOS_NUMBER)

    assert agent.prepares().status_code == 422
    assert agent.posts_card().status_code == 422
    agent.answers("principal/number", personal_number=MOTHERS_NUMBER)
    agent.reads_card()
    agent.files()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("number", ["234567890122", "000000000000", "12345", ""])
@pytest.mark.req("POR-06")
def test_wrong_number_of_the_principal_is_refused(sato, number):
    sato.signs_up().begins_for()

    answer = sato.posts("principal/number", {"personal_number": number})

    assert answer.status_code == 422


def test_without_a_mandate_nothing_is_signed(sato):
    sato.signs_up().begins_for()
    for page, fields in ABOUT_MOTHER.items():
        sato.answers(f"principal/{page}", **fields)

    asked = sato.posts("principal/authority", {"papers": ""})
    mandate = SimpleUploadedFile("委任状.jpg", samples.photograph())
    sato.answers("principal/authority", papers=[mandate])
    sato.reads_card().answers("basic/phone", phone="090-1234-5678")
    sato.earns().has_nothing_special()
    sato.client.post(f"/return/{sato.year}/papers/{Paper.objects.get().pk}/remove/")
    check = sato.client.get(f"/return/{sato.year}/check/").content.decode()
    prepared = sato.prepares()

    assert asked.status_code == 422
    for text in (asked.content.decode(), check, prepared.json()["error"]):
        assert "委任状が付いていません" in text
    assert 'data-ready="no"' in check
    assert not Submission.objects.exists()


def test_another_paper_is_no_mandate(agent):
    agent.client.post(f"/return/{agent.year}/papers/{Paper.objects.get().pk}/remove/")
    agent.attaches(("票.jpg", samples.photograph()), topic="other")

    assert "委任状が付いていません" in agent.prepares().json()["error"]


def test_principal_changed_after_signing_is_refused(agent):
    fields = agent.signature_for(agent.prepares())
    agent.answers("principal/address", address="熊本県熊本市西区春日3丁目15番60号")

    answer = agent.submits(fields)

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_signature_for_one_principal_is_worth_nothing_for_another(agent):
    fields = agent.signature_for(agent.prepares())
    mothers = agent.year
    father = {"number": {"personal_number": "100000000005"}}
    agent.begins_for(name="佐藤 正").tells_of_principal(**father).reads_card()

    answer = agent.submits(fields | {"version": agent.version()})

    assert agent.year != mothers
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_same_signature_again_gives_the_first_receipt(agent):
    fields = agent.signature_for(agent.prepares())

    first, again = agent.submits(fields), agent.submits(fields)

    assert first.headers["Location"] == again.headers["Location"]
    assert Submission.objects.count() == 1


def test_another_card_cannot_sign_for_the_agent(agent, yamada):
    version = agent.version()
    agent.card = yamada.card

    assert agent.prepares(version).status_code == 422


def test_parent_files_for_a_child_but_not_for_an_adult(sato):
    sato.signs_up().begins_for(authority="parent").tells_of_principal().reads_card()
    sato.answers("basic/phone", phone="090-1234-5678")
    sato.earns().has_nothing_special()

    check = sato.client.get(f"/return/{sato.year}/check/").content.decode()

    assert "本人が18歳以上のため、親権者としては申告できません" in check
    assert sato.prepares().status_code == 422


def pages_asked(code: str) -> list[str]:
    situation = situation_of(Draft.objects.get())
    section = next((one for one in sections_for(situation) if one.code == code), None)
    return [page.code for page in section.pages_in(situation)] if section else []


def test_questions_follow_the_principal_and_not_the_agents_card(agent):
    """Sato's card says nothing of her mother: neither the sex, nor where she lived."""
    assert "marital" in pages_asked("personal")
    assert pages_asked("house") == []

    agent.answers("principal/lived", same="no")
    agent.answers("principal/lived-where", address_jan1="福岡県福岡市博多区博多駅前2丁目8番1号")

    assert pages_asked("house") == ["has"]
    agent.answers("principal/person", kana="サトウ トメ", sex="1")
    assert "marital" not in pages_asked("personal")


def test_amendment_stays_with_the_principal_and_asks_for_number_and_card_again(agent):
    pk = agent.files()
    agent.client.post(f"/filings/{pk}/amend/")

    content = Draft.objects.get().content
    assert content["principal"]["name"] == "佐藤 トメ"
    assert agent.prepares().status_code == 422
    agent.answers("principal/number", personal_number=MOTHERS_NUMBER)
    agent.reads_card()
    item = situation_of(Draft.objects.get()).items("salaries")[0]["id"]
    agent.answers(f"salaries/{item}/revenue", revenue="3,300,000")
    agent.files()

    assert [s.version for s in Submission.objects.order_by("version")] == [1, 2]


def test_somebody_elses_return_is_no_start_for_ones_own(agent):
    agent.files()
    Submission.objects.update(tax_year="R8")

    page = agent.client.get("/return/start/").content.decode()

    assert "去年ここで送った申告の内容から始めます" not in page


def test_who_filed_for_another_is_still_reminded_of_the_own_return(agent):
    agent.files()
    sato = Submission.objects.get().resident
    reminders.choose(sato, wanted=True, by="resident:1", now=timezone.now())
    near = timezone.now().replace(year=2027, month=3, day=5)

    assert reminders.remind(now=near) == 1
    Submission.objects.update(draft=Draft.objects.get())
    Draft.objects.update(whose="")
    assert reminders.remind(now=near + timedelta(days=8)) == 0


def test_agent_acts_for_ten_people_a_year_and_no_more(sato):
    sato.signs_up()
    for n in range(MOST_PEOPLE):
        sato.begins_for(name=f"佐藤 {'一二三四五六七八九十'[n]}郎")

    answer = sato.posts_start_for(name="佐藤 末男")

    assert answer.status_code == 422
    assert "10人まで" in answer.content.decode()
    assert Draft.objects.count() == MOST_PEOPLE
    assert sato.posts_start_for(name="佐藤 一郎").status_code == 302


def test_own_return_knows_no_paper_of_an_agent(sato):
    sato.signs_up().begins()

    answer = sato.attaches(("票.jpg", samples.photograph()), topic="authority")

    assert answer.status_code == 422
    assert sato.client.get("/return/R9/principal/").status_code == 404
    posted = sato.posts("principal/number", {"personal_number": MOTHERS_NUMBER})
    assert posted.status_code == 404
    assert "principal" not in Draft.objects.get().content["data"]


def test_erasing_the_account_takes_the_others_drafts_along(agent):
    agent.client.post("/settings/close/", {"sure": "on"})

    assert not Draft.objects.exists()
