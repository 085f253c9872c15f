"""Settings: one's data taken along, drafts erased, reminders chosen, the session prolonged."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from exchange.models import OutboxMessage
from portal.models import Draft, Event, Paper, Resident, Submission
from portal.records import WORDS
from tests.papers import samples

pytestmark = pytest.mark.django_db


def test_export_holds_what_was_typed_and_filed_and_no_number(sato):
    sato.is_ready_to_sign().files()

    answer = sato.client.get("/settings/my-data.json")

    held = json.loads(answer.content)
    assert held["account"]["asked_email"] == sato.email
    assert held["drafts"][0]["content"]["data"]["basic"]["phone"] == "090-1234-5678"
    assert held["filings"][0]["version"] == 1
    assert b"123456789018" not in answer.content
    assert Event.objects.filter(action="own_data.export").count() == 1


def test_export_before_submission_leaves_the_number_out_too(sato):
    sato.signs_up().begins().reads_card()

    assert b"123456789018" not in sato.client.get("/settings/my-data.json").content


def test_export_holds_wrong_pins_the_session_and_every_operation_of_ones_own(sato, yamada):
    yamada.signs_up().begins()
    sato.is_ready_to_sign()
    wrong = {"version": sato.version(), "certificate": sato.card["certificate"]}
    sato.client.post("/return/R9/sign/wrong-pin/", wrong)

    answer = sato.client.get("/settings/my-data.json")

    held = json.loads(answer.content)
    actor = f"resident:{Resident.objects.get(asked_email=sato.email).pk}"
    written = (
        Event.objects.filter(actor=actor).exclude(action="own_data.export").order_by("-at", "-pk")
    )
    assert [pin["count"] for pin in held["wrong_pins"]] == [1]
    assert held["session"]["ends_at"] > timezone.now().isoformat()
    assert [one["action"] for one in held["operations"]] == [one.action for one in written]
    assert {"draft.card", "sign.wrong_pin"} <= {one["action"] for one in held["operations"]}
    assert held["app_sign_in"] is None
    assert b"123456789018" not in answer.content


def test_export_holds_what_the_app_told(sato, phone):
    asks = sato.client.post("/account/app/login/").headers["Location"]
    sato.client.get(phone.uses(asks, "sato"))

    told = json.loads(sato.client.get("/settings/my-data.json").content)["app_sign_in"]

    assert told.pop("pseudonym")
    assert told == {
        "name": "佐藤 花子",
        "address": "熊本県熊本市中央区手取本町1番1号",
        "birth_date": "1990-05-12",
        "sex": "2",
    }


def test_page_of_records_tells_ones_own_operations_in_words_the_newest_first(sato, yamada):
    yamada.signs_up().begins()
    yamada.client.post("/settings/", {"wants_reminders": "on"})
    sato.signs_up().begins().reads_card()

    page = sato.client.get("/settings/records/").content.decode()

    assert page.index("カードを読み取りました") < page.index("申告書を作りはじめました")
    assert "お知らせの設定を変えました" not in page
    assert "123456789018" not in page


def test_every_operation_of_a_resident_has_words():
    sources = "".join(path.read_text("utf-8") for path in Path("portal").rglob("*.py"))
    recorded = set(re.findall(r'action ?= ?"([a-z_.]+)"', sources))
    others = {"notice.sent", "notice.given_up", "reminders", "status.received", "store_true"}
    # What batches do, and what nobody can read any more who did it.
    others |= {"delivery.delay_told", "draft.warn", "submission.erase", "account.erase"}
    others |= {"account.persons", "account.addresses", "notices.named", "password.forgotten"}
    # Names of rate limits.
    others |= {"app_start", "manage_email", "ask_address", "reset_proof", "signup_address"}

    assert recorded - others - set(WORDS) == set()


def test_draft_is_erased_after_asking_once_more(sato):
    sato.signs_up().begins().reads_card()
    address = f"/settings/erase/{Draft.objects.get().pk}/"

    asked = sato.client.get(address).content.decode()
    kept = Draft.objects.count()
    sato.client.post(address)

    assert "元に戻すことはできません" in asked
    assert (kept, Draft.objects.count()) == (1, 0)
    assert Event.objects.filter(action="draft.erase").count() == 1


def test_draft_of_another_cannot_be_erased(sato, yamada):
    sato.signs_up().begins()
    yamada.signs_up()

    answer = yamada.client.post(f"/settings/erase/{Draft.objects.get().pk}/")

    assert answer.status_code == 404
    assert Draft.objects.count() == 1


def test_filed_return_cannot_be_erased_but_its_amendment_can(sato):
    pk = sato.is_ready_to_sign().files()
    address = f"/settings/erase/{Draft.objects.get().pk}/"
    filed = sato.client.post(address).status_code
    sato.client.post(f"/filings/{pk}/amend/")

    sato.client.post(address)

    assert filed == 404
    assert Draft.objects.get().state == "submitted"


def test_reminders_are_off_until_they_are_asked_for(sato):
    sato.signs_up()
    before = Resident.objects.get().wants_reminders

    sato.client.post("/settings/", {"wants_reminders": "on"})

    assert (before, Resident.objects.get().wants_reminders) == (False, True)


def test_session_is_prolonged_by_a_request(sato):
    sato.signs_up()

    answer = sato.client.get("/session/alive/")

    assert answer.status_code == 204
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 31 * 60


def test_every_page_says_when_the_session_ends_to_whoever_is_logged_in(sato):
    ends = 'data-session="1860" data-sure="1800"'
    asked = sato.is_ready_to_sign().client.get("/return/R9/basic/phone/").content.decode()
    pk = sato.files()
    pages = ["/return/for/", "/settings/", "/messages/", "/filings/", "/help/"]
    pages += [f"/filings/{pk}/{part}" for part in ("", "copy/", "receipt/")]

    told = {page: sato.client.get(page).content.decode().count(ends) for page in pages}

    assert asked.count(ends) == 1
    assert told == dict.fromkeys(pages, 1)
    sato.client.logout()
    assert ends not in sato.client.get("/help/").content.decode()


def test_settings_say_what_is_held_until_when(sato):
    sato.is_ready_to_sign().files()

    page = sato.client.get("/settings/").content.decode()

    assert "送った申告の控え" in page
    assert "令和17年3月31日" in page


def test_settings_tell_the_versions_of_one_filing_apart(sato):
    first = sato.is_ready_to_sign().files()
    sato.client.post(f"/filings/{first}/amend/")
    sato.reads_card().files()

    page = sato.client.get("/settings/").content.decode()

    number = Submission.objects.get(pk=first).receipt_number
    unbroken = f'<span class="nowrap">{number}</span>'
    assert f"送った申告の控え {unbroken}" in page
    assert f"送った申告の控え(第2版) {unbroken}" in page


def test_account_is_erased_and_nothing_of_the_person_stays(sato):
    sato.signs_up().begins().reads_card()

    unsure = sato.client.post("/settings/close/")
    done = sato.client.post("/settings/close/", {"sure": "on"})

    assert (unsure.status_code, done.status_code) == (422, 302)
    assert (Resident.objects.count(), Draft.objects.count()) == (0, 0)
    assert sato.client.get("/settings/").status_code == 302
    assert Event.objects.filter(action="account.erase").count() == 1


def test_account_stays_while_the_office_works_on_a_filing_and_says_which(sato):
    sato.is_ready_to_sign().files()
    number = Submission.objects.get().receipt_number

    page = sato.client.get("/settings/close/").content.decode()
    refused = sato.client.post("/settings/close/", {"sure": "on"})

    assert number in page
    assert "まだ市役所に届いていません" in page
    assert refused.status_code == 422
    assert Resident.objects.filter(is_active=True).count() == 1


def test_settled_filing_waits_for_its_receipt_and_is_not_called_undelivered(sato):
    sato.is_ready_to_sign().files()
    Submission.objects.update(state="completed")

    page = sato.client.get("/settings/close/").content.decode()

    assert "手続きは終わりました。送ったものの受け取りを確認しています。" in page
    assert "まだ市役所に届いていません" not in page


@pytest.mark.usefixtures("scanner")
def test_erased_account_leaves_no_paper_of_a_return_that_was_begun_again(sato):
    pk = sato.is_ready_to_sign().files_with(("slip.pdf", samples.pdf()))
    Submission.objects.update(state="closed", stage="rejected")
    OutboxMessage.objects.update(confirmed_at=timezone.now(), final_receipt="signed")
    sato.client.post(f"/filings/{pk}/amend/")
    assert sato.attaches(("photo.jpg", samples.photograph())).status_code == 302
    held = Paper.objects.count()

    done = sato.client.post("/settings/close/", {"sure": "on"})

    draft = Draft.objects.get()
    assert (held, done.status_code) == (2, 302)
    assert Paper.objects.count() == 0
    assert (draft.state, draft.content) == ("submitted", {})


def test_erased_account_leaves_the_receipt_and_no_contents(sato):
    sato.is_ready_to_sign().files()
    Submission.objects.update(state="completed")
    OutboxMessage.objects.update(confirmed_at=timezone.now(), final_receipt="signed")

    sato.client.post("/settings/close/", {"sure": "on"})

    kept = Submission.objects.get()
    assert (kept.content, bool(kept.receipt_number), bool(kept.erased_at)) == ({}, True, True)
    resident = Resident.objects.get()
    assert (resident.email, resident.is_active) == (None, False)
    assert not resident.has_usable_password()
