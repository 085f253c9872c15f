"""After acceptance (受理のあと): a later return until the deadline, and which of the two counts."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from exchange.models import OutboxMessage
from portal.errors import PortalError
from portal.models import Draft, Submission
from portal.services import amending

pytestmark = pytest.mark.django_db
IN_TIME = datetime(2027, 3, 15, 14, 59, tzinfo=UTC)  # 23:59 in Japan, the last day
TOO_LATE = datetime(2027, 3, 15, 15, 0, tzinfo=UTC)
OFFER = "まちがいに気づいたとき(もう一度申告する)"
COUNTS = "あとの申告が受理されました。税額の計算には、あとの申告を使います。"


@pytest.fixture
def accepted(sato, office):
    """Sato's return, which the office has accepted."""
    filed = Submission.objects.get(pk=sato.is_ready_to_sign().files())
    return told(office, filed, "processing", "accepted")


def told(office, submission, state, stage):
    office.reports(submission.receipt_number, state, stage)
    return Submission.objects.get(pk=submission.pk)


def begins_again(person, submission, now=IN_TIME):
    amending.begin(submission, by="resident:sato", now=now)
    return person


def files_again(person, submission):
    """File a later return with a telephone number of its own."""
    begins_again(person, submission).reads_card()
    person.answers("basic/phone", phone="096-111-2222")
    return Submission.objects.get(pk=person.files())


def text_of(person, address):
    return person.client.get(address).content.decode()


def at(moment, monkeypatch, person):
    """Let it be another day; the session of before has ended."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    person.logs_in()


def test_later_return_is_one_of_its_own_begun_from_the_accepted_answers(sato, accepted):
    later = files_again(sato, accepted)

    assert later.version == 1
    assert later.filing_id != accepted.filing_id
    assert later.receipt_number != accepted.receipt_number
    assert later.content["data"]["salaries"] == accepted.content["data"]["salaries"]
    assert later.content["data"]["basic"]["phone"] == "096-111-2222"
    assert OutboxMessage.objects.filter(case_key=later.receipt_number).count() == 1
    assert Submission.objects.get(pk=accepted.pk).content == accepted.content


def test_page_offers_it_until_the_deadline_and_explains_after_it(sato, accepted, monkeypatch):
    at(IN_TIME, monkeypatch, sato)
    before = text_of(sato, f"/filings/{accepted.pk}/")
    at(TOO_LATE, monkeypatch, sato)
    after = text_of(sato, f"/filings/{accepted.pk}/")
    refused = sato.client.post(f"/filings/{accepted.pk}/amend/", follow=True).content.decode()

    assert OFFER in before
    assert f'action="/filings/{accepted.pk}/amend/"' in before
    assert OFFER not in after
    assert f'action="/filings/{accepted.pk}/amend/"' not in after
    for words in ("期限後申告", "更正の請求", "(要確認)", 'href="tel:'):
        assert words in after, words
    assert "申告の期限を過ぎたため、ここでは出し直せません" in refused
    assert Draft.objects.get().state == "submitted"


@pytest.mark.parametrize("stage", ["accepted", "imported", "completed"])
def test_last_moment_of_the_deadline_is_in_time_and_the_next_is_not(sato, accepted, office, stage):
    filed = told(office, accepted, "completed", stage)

    with pytest.raises(PortalError, match="申告の期限を過ぎたため"):
        amending.begin(filed, by="resident:sato", now=TOO_LATE)
    assert amending.begin(filed, by="resident:sato", now=IN_TIME).state == "open"


def test_forwarded_return_is_followed_by_none(sato, accepted, office):
    filed = told(office, accepted, "closed", "forwarded")

    with pytest.raises(PortalError, match="ここでは訂正できません"):
        amending.begin(filed, by="resident:sato", now=IN_TIME)
    assert OFFER not in text_of(sato, f"/filings/{filed.pk}/")


def test_check_page_shows_the_difference_and_which_return_counts(sato, accepted):
    begins_again(sato, accepted).reads_card()
    sato.answers("basic/phone", phone="096-111-2222")

    page = text_of(sato, "/return/R9/check/")

    assert "もう一度申告しています" in page
    assert "<del>090-1234-5678</del>" in page
    assert "<ins>096-111-2222</ins>" in page
    assert "この申告を市役所が受理するまでは、前の申告(" in page
    assert "のまま変わりません" not in page


def test_later_return_needs_the_same_persons_card(sato, yamada, accepted):
    begins_again(sato, accepted)
    sato.card = yamada.card

    answer = sato.posts_card()

    assert answer.status_code == 422
    assert "同じ人のカード" in answer.content.decode()


def test_later_return_that_is_given_up_leaves_the_accepted_one(sato, accepted):
    begins_again(sato, accepted)
    sato.answers("basic/phone", phone="096-111-2222")

    page = sato.client.post("/return/R9/give-up/", follow=True).content.decode()

    draft = Draft.objects.get()
    assert (draft.state, draft.filing_id) == ("submitted", accepted.filing_id)
    assert draft.content["data"]["basic"]["phone"] == "090-1234-5678"
    assert "前に送った申告はそのままです" in page


def test_begun_in_time_it_may_be_finished(sato, accepted, monkeypatch):
    begins_again(sato, accepted)
    at(TOO_LATE, monkeypatch, sato)

    page = text_of(sato, f"/filings/{accepted.pk}/")
    answer = sato.client.post(f"/filings/{accepted.pk}/amend/")

    assert OFFER in page
    assert answer.headers["Location"] == "/return/R9/check/"


@pytest.mark.parametrize(
    ("state", "stage", "words"),
    [
        ("processing", "queued", "市役所があとの申告を受理するまでは、この申告を使います。"),
        ("completed", "imported", COUNTS),
        ("intake_error", "intake_error", "あとの申告は使われません。"),
        ("closed", "rejected", "あとの申告は使われません。"),
    ],
)
def test_earlier_return_says_which_of_the_two_counts(sato, accepted, office, state, stage, words):
    later = files_again(sato, accepted)
    told(office, later, state, stage)

    page = text_of(sato, f"/filings/{accepted.pk}/")

    assert words in page
    assert f'href="/filings/{later.pk}/"' in page
    assert "/amend/" not in page


def test_list_says_which_return_counts_once_the_later_is_accepted(sato, accepted, office):
    later = files_again(sato, accepted)
    words = "税額の計算には、このあとに出した申告を使います。"
    before = text_of(sato, "/filings/")
    told(office, later, "processing", "accepted")
    after = text_of(sato, "/filings/")

    assert (before.count(words), after.count(words)) == (0, 1)
    assert after.index(words) > after.index(f"filing-{accepted.receipt_number}")


def test_later_return_may_be_amended_before_it_is_accepted(sato, accepted):
    later = files_again(sato, accepted)
    begins_again(sato, later).reads_card()
    second = Submission.objects.get(pk=sato.files())

    assert (second.version, second.receipt_number) == (2, later.receipt_number)


def test_later_return_that_came_to_nothing_is_made_again_in_time_only(sato, accepted, office):
    later = told(office, files_again(sato, accepted), "intake_error", "intake_error")

    with pytest.raises(PortalError, match="申告の期限を過ぎたため"):
        amending.begin(later, by="resident:sato", now=TOO_LATE)
    begins_again(sato, later).reads_card()

    page = text_of(sato, "/return/R9/check/")
    assert f"前の申告({accepted.receipt_number[:4]}" in page.replace('<span class="nowrap">', "")
    assert "<del>096-111-2222</del>" not in page


def test_later_return_in_vain_leaves_the_accepted_one_and_alarms_nobody(sato, accepted, office):
    later = told(office, files_again(sato, accepted), "intake_error", "intake_error")

    page = text_of(sato, f"/filings/{later.pk}/")

    assert "税額の計算には、前に受理された申告(" in page
    assert accepted.receipt_number in page
    assert "このままでは、申告したことになりません" not in page
    assert "このままでは、申告したことになりません" not in text_of(sato, "/messages/")
    assert later.notices.latest("pk").kind == "closed"


def test_first_return_that_came_to_nothing_is_made_again_after_the_deadline(sato, office):
    filed = Submission.objects.get(pk=sato.is_ready_to_sign().files())
    filed = told(office, filed, "intake_error", "intake_error")

    assert amending.begin(filed, by="resident:sato", now=TOO_LATE).state == "open"


def test_withdrawal_says_what_is_left_after_the_deadline(sato, monkeypatch):
    pk = sato.is_ready_to_sign().files()
    at(IN_TIME, monkeypatch, sato)
    before = text_of(sato, f"/filings/{pk}/withdraw/")
    at(TOO_LATE, monkeypatch, sato)
    after = text_of(sato, f"/filings/{pk}/withdraw/")

    assert "までにもう一度申告してください" in before
    assert "までにもう一度申告してください" not in after
    assert "は過ぎています。申告が必要な人は、すぐにもう一度申告してください。" in after
