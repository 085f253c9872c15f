"""Who sees what: a resident's own things, and nothing of anybody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Draft, Submission
from portal.urls import pages

pytestmark = pytest.mark.django_db
PUBLIC = {
    *("landing", "check-duty", "search", "help"),
    *("glossary", "accessibility", "privacy"),
}
POSTED_ONLY = {
    *("sign-prepare", "sign-submit", "sign-wrong-pin"),
    *("item-remove", "item-restore", "paper-turn"),
}
# The first page of each section, so that the sweep opens real pages.
EXAMPLES = {"section": "basic", "page": "phone", "place": "R9", "number": 1}


def address_of(route, pk=None):
    """Return an address of the route, of this submission where it is about one."""
    names = set(route.pattern.converters)
    values = {name: EXAMPLES[name] for name in names if name in EXAMPLES}
    if "pk" in names:
        values["pk"] = pk
    if "item" in names:
        values |= {"section": "salaries", "item": "none", "page": "payer"}
    return reverse(f"portal:{route.name}", kwargs={k: v for k, v in values.items() if k in names})


@pytest.mark.parametrize("route", pages, ids=lambda route: route.name)
def test_visitor_is_sent_to_the_login_and_back_to_the_same_page(route, sato):
    pk = "00000000-0000-4000-8000-000000000000"
    answer = Client().get(address_of(route, pk))

    if route.name in PUBLIC:
        assert answer.status_code == 200
    elif route.name in POSTED_ONLY:
        assert answer.status_code == 405
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/?next=%2F")
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["", "receipt/", "copy/"])
def test_filing_of_another_resident_does_not_exist(sato, yamada, page):
    pk = sato.is_ready_to_sign().files()
    yamada.signs_up()

    answer = yamada.client.get(f"/filings/{pk}/{page}")

    assert answer.status_code == 404
    assert "画面が見つかりません" in answer.content.decode()


def test_draft_of_another_resident_cannot_be_reached(sato, yamada):
    sato.signs_up().begins().reads_card()
    yamada.signs_up()

    answers = {
        name: yamada.client.get(f"/return/R9/{name}")
        for name in ("", "card/", "check/", "sign/", "estimate/", "basic/phone/")
    }

    assert {a.headers["Location"] for a in answers.values()} == {"/return/start/"}


def test_prepared_signature_of_another_resident_cannot_be_submitted(sato, yamada):
    sato.is_ready_to_sign()
    yamada.is_ready_to_sign()
    fields = sato.signature_for(sato.prepares())

    answer = yamada.submits(fields | {"version": yamada.version()})

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_entry_of_another_resident_cannot_be_removed_or_opened(sato, yamada):
    sato.signs_up().begins().reads_card().earns()
    yamada.signs_up().begins().reads_card().earns()
    item = Draft.objects.get(resident__asked_email=sato.email).content["data"]["salaries"]["items"][
        0
    ]

    opened = yamada.client.get(f"/return/R9/salaries/{item['id']}/payer/")
    yamada.posts(f"salaries/{item['id']}/remove", {})

    content = Draft.objects.get(resident__asked_email=sato.email).content
    assert opened.status_code == 404
    assert content["data"]["salaries"]["items"] == [item]


def test_list_of_filings_shows_only_ones_own(sato, yamada):
    sato.is_ready_to_sign().files()
    yamada.signs_up()

    page = yamada.client.get("/filings/").content.decode()

    assert Submission.objects.get().receipt_number not in page
    assert "まだ出した申告はありません" in page


def test_personal_pages_are_never_cached(sato):
    sato.is_ready_to_sign()

    for name in ("", "check/", "sign/", "card/", "basic/phone/"):
        answer = sato.client.get(f"/return/R9/{name}")
        assert (name, answer.headers["Cache-Control"]) == (name, "no-store")


def test_post_without_a_token_is_refused_in_plain_words(sato):
    sato.signs_up().begins()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sato.client.cookies

    answer = strict.post("/return/R9/basic/phone/", {"version": "1", "phone": "096-000-0000"})

    assert answer.status_code == 403
    assert "画面を開いてから時間がたちました" in answer.content.decode()


def test_sign_up_with_a_known_address_does_not_tell(sato):
    sato.signs_up()

    fields = {"email": sato.email, "password1": "aso-no-kemuri"}
    answer = Client().post("/account/signup/", fields, follow=True)

    assert answer.status_code == 200
    assert "登録されています" not in answer.content.decode()
