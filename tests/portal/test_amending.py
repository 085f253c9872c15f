"""Correction requests answered, returns amended: the next version under the same receipt number."""

import pytest

from exchange.models import OutboxMessage
from portal.models import Draft, Notice, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(sato):
    return Submission.objects.get(pk=sato.is_ready_to_sign().files())


@pytest.fixture
def asked(filed, office):
    """Sato's filing, for which the office asks about the social insurance."""
    office.reports(
        filed.receipt_number,
        "needs_correction",
        "correction_requested",
        "国民年金の金額を確かめてください。",
        fields=["answers.social_insurance"],
        due_on="2027-04-01",
    )
    return Submission.objects.get(pk=filed.pk)


def begins_amending(person, submission):
    answer = person.client.post(f"/filings/{submission.pk}/amend/")
    assert answer.headers["Location"] == "/return/R9/check/", answer.headers
    return person


def text_of(person, address):
    return person.client.get(address).content.decode()


@pytest.mark.req("POR-10")
def test_correction_shows_the_offices_words_and_lets_only_the_named_items_change(sato, asked):
    begins_amending(sato, asked)

    page = text_of(sato, "/return/R9/check/")

    assert "国民年金の金額を確かめてください。" in page
    assert 'href="/return/R9/social-insurance/paid/?return=check"' in page
    assert 'href="/return/R9/salaries/' not in page
    assert "株式会社くまもと商店" in page


def test_list_of_filings_says_by_when_a_correction_is_asked_for(sato, asked):
    before = text_of(sato, "/filings/")
    begins_amending(sato, asked).reads_card()
    sato.answers("social-insurance/paid", paid="no")
    sato.files()

    after = text_of(sato, "/filings/")

    said = "期限: 令和9年4月1日(2027年)"
    assert (said in before, said in after) == (True, False)


def test_correction_sends_version_two_under_the_same_number(sato, asked):
    begins_amending(sato, asked).reads_card()
    sato.answers("social-insurance/paid", paid="yes")
    sato.answers("social-insurance/amounts", national_pension="203,760")

    page = text_of(sato, "/return/R9/check/")
    second = Submission.objects.get(pk=sato.files())

    assert "203,760円" in page
    assert (second.version, second.receipt_number) == (2, asked.receipt_number)
    assert second.filing_id == asked.filing_id
    assert OutboxMessage.objects.filter(case_key=asked.receipt_number).count() == 2
    assert Draft.objects.get().state == "submitted"


def test_item_that_was_not_asked_for_is_refused_on_the_server(sato, asked):
    begins_amending(sato, asked)

    shown = sato.client.get("/return/R9/basic/phone/")
    posted = sato.posts("basic/phone", {"phone": "0961111111"})

    assert shown.headers["Location"] == posted.headers["Location"] == "/return/R9/check/"
    assert Draft.objects.get().content["data"]["basic"]["phone"] == "090-1234-5678"


def test_correction_has_no_hub_and_its_pages_lead_to_the_answers_and_to_the_filing(sato, asked):
    begins_amending(sato, asked)

    check, card = (text_of(sato, f"/return/R9/{name}/") for name in ("check", "card"))

    assert f'href="/filings/{asked.pk}/"' in check
    assert ("申告の目次" in check + card, 'href="/return/R9/"' in check + card) == (False, False)
    assert 'href="/return/R9/check/"' in card


def test_number_comes_from_the_card_again_before_signing(sato, asked):
    begins_amending(sato, asked)

    page = text_of(sato, "/return/R9/check/")

    assert "カードをもう一度読み取ってください" in page
    # It is the next step; the resident has made no mistake.
    assert ('data-ready="no"' in page, "エラー:" in page) == (True, False)
    assert sato.prepares().status_code == 422


def test_card_of_another_person_is_refused_for_an_amendment(sato, yamada, asked):
    begins_amending(sato, asked)
    sato.card = yamada.card

    answer = sato.posts_card()

    assert answer.status_code == 422
    assert "同じ人のカード" in answer.content.decode()


def test_amendment_of_ones_own_will_may_change_everything_and_shows_the_difference(sato, filed):
    begins_amending(sato, filed).reads_card()
    sato.answers("basic/phone", phone="096-111-2222")

    page = text_of(sato, "/return/R9/check/")

    assert "<del>090-1234-5678</del>" in page
    assert "<ins>096-111-2222</ins>" in page
    assert sato.files() != filed.pk


def test_what_the_form_writes_as_0_beside_an_amount_is_no_difference(sato, filed):
    begins_amending(sato, filed).reads_card()
    sato.answers("medical/method", method="medical")
    sato.answers("medical/amounts", medical_paid="120,000")

    page = text_of(sato, "/return/R9/check/")

    assert ("<ins>120,000円</ins>" in page, "<ins>0円</ins>" in page) == (True, False)


def test_name_with_a_dot_in_it_reads_in_the_difference_as_it_was_typed(sato, filed):
    begins_amending(sato, filed).reads_card()
    (slip,) = Draft.objects.get().content["data"]["salaries"]["items"]
    typed = {"payer": "ジョン・スミス商会", "revenue": "3,200,000", "social_insurance": "480,000"}
    sato.answers(f"salaries/{slip['id']}/slip", **typed)

    page = text_of(sato, "/return/R9/check/")

    assert "<ins>ジョン・スミス商会</ins>" in page


def test_amendment_that_is_given_up_leaves_the_filed_return(sato, filed):
    begins_amending(sato, filed)
    sato.answers("basic/phone", phone="096-111-2222")

    sato.client.post("/return/R9/give-up/")

    draft = Draft.objects.get()
    assert draft.state == "submitted"
    assert draft.content["data"]["basic"]["phone"] == "090-1234-5678"


def test_filing_that_came_to_nothing_may_be_made_again_under_a_new_number(sato, filed, office):
    office.reports(filed.receipt_number, "intake_error", "intake_error")
    begins_amending(sato, filed).reads_card()

    again = Submission.objects.get(pk=sato.files())

    assert again.version == 1
    assert again.receipt_number != filed.receipt_number


def test_status_of_the_replaced_version_stays_with_it_and_sends_no_mail(sato, asked, office):
    begins_amending(sato, asked).reads_card()
    second = Submission.objects.get(pk=sato.files())
    Notice.objects.all().delete()

    office.reports(asked.receipt_number, "processing", "arrived", version=2)
    office.reports(asked.receipt_number, "closed", "withdrawn", version=1)

    assert Submission.objects.get(pk=second.pk).stage == "arrived"
    assert Submission.objects.get(pk=asked.pk).state == "closed"
    assert not Notice.objects.exists()
    assert "新しい版に差し替わりました" in text_of(sato, f"/filings/{asked.pk}/")


def test_another_resident_cannot_amend(sato, yamada, asked):
    yamada.signs_up()

    assert yamada.client.post(f"/filings/{asked.pk}/amend/").status_code == 404


def test_relatives_number_is_asked_again(sato):
    sato.is_ready_to_sign()
    sato.answers("spouse/has", has="yes")
    sato.answers(
        "spouse/person",
        **{
            "name": "佐藤 一郎",
            "kana": "サトウ イチロウ",
            "birth_date_era": "西暦",
            "birth_date_year": "1988",
            "birth_date_month": "3",
            "birth_date_day": "3",
        },
    )
    sato.answers("spouse/income")
    sato.answers("spouse/living", living="together")
    sato.answers("spouse/disability", disability="none")
    sato.answers("spouse/number", personal_number="234567890121")
    filed = Submission.objects.get(pk=sato.files())
    # The copy knows of two numbers, and has neither.
    copy = text_of(sato, f"/filings/{filed.pk}/copy/")
    assert (copy.count("残っていません"), "入力済み" in copy) == (3, False)
    begins_amending(sato, filed).reads_card()

    assert 'href="/return/R9/spouse/number/"' in text_of(sato, "/return/R9/check/")
    sato.answers("spouse/number", personal_number="234567890121")

    assert 'data-ready="yes"' in text_of(sato, "/return/R9/check/")


@pytest.mark.req("POR-10")
def test_withdrawal_is_confirmed_and_sent_to_the_office_once(sato, filed):
    page = text_of(sato, f"/filings/{filed.pk}/withdraw/")
    for _time in range(2):
        sato.client.post(f"/filings/{filed.pk}/withdraw/")

    assert "元に戻すことはできません" in page
    assert OutboxMessage.objects.filter(kind="withdrawal").count() == 1
    assert "取下げを市役所に伝えました" in text_of(sato, f"/filings/{filed.pk}/")


def test_withdrawal_after_acceptance_is_refused_clearly(sato, filed, office):
    office.reports(filed.receipt_number, "processing", "accepted")

    page = sato.client.post(f"/filings/{filed.pk}/withdraw/", follow=True).content.decode()

    assert "もう取り下げることができません" in page
    assert not OutboxMessage.objects.filter(kind="withdrawal").exists()


def test_withdrawal_that_the_office_overtook_says_so(sato, filed, office):
    sato.client.post(f"/filings/{filed.pk}/withdraw/")

    office.reports(filed.receipt_number, "processing", "accepted", "受理されています。")

    page = text_of(sato, f"/filings/{filed.pk}/")
    assert "取下げはできませんでした" in page
    assert "受理されています。" in page


def test_withdrawal_of_a_rejected_filing_does_not_call_it_accepted(sato, filed, office):
    sato.client.post(f"/filings/{filed.pk}/withdraw/")

    office.reports(filed.receipt_number, "closed", "rejected", "受け付けられませんでした。")

    page = text_of(sato, f"/filings/{filed.pk}/")
    assert "取下げより先に、市役所が手続きを進めていました" in page
    assert "受理されていました" not in page


def test_withdrawal_ends_an_amendment(sato, filed):
    begins_amending(sato, filed)

    sato.client.post(f"/filings/{filed.pk}/withdraw/")

    assert Draft.objects.get().state == "submitted"


def test_withdrawn_filing_may_be_made_again(sato, filed, office):
    sato.client.post(f"/filings/{filed.pk}/withdraw/")
    office.reports(filed.receipt_number, "closed", "withdrawn")

    begins_amending(sato, filed)

    assert Draft.objects.get().filing_id != filed.filing_id
