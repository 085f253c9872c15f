"""The card read: copied, never typed; anything that the certificate does not say is refused."""

import base64
import json
from dataclasses import replace

import pytest
from django.utils import timezone

from portal.models import Draft, Submission
from portal.services.drafts import situation_of
from signing.certificates import read_attributes
from tests.portal.conftest import SATO
from tests.portal.story import NUMBER_PIN, SIGNING_PIN, Person

pytestmark = pytest.mark.django_db


@pytest.mark.req("POR-06")
def test_card_read_copies_the_face_into_the_draft(sato):
    sato.signs_up().begins().reads_card()

    card = situation_of(Draft.objects.get()).card
    assert {name: card[name] for name in sato.face} == sato.face


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "山田 次郎"),
        ("birth_date", "1990-05-13"),
        ("sex", "1"),
        ("address", "熊本県熊本市東区東本町16番30号"),
        ("personal_number", "123456789012"),
    ],
)
@pytest.mark.req("POR-06")
@pytest.mark.req("POR-07")
def test_card_read_that_differs_from_the_certificate_is_refused(sato, field, value):
    sato.signs_up().begins()

    answer = sato.posts_card(**{field: value})

    assert answer.status_code == 422
    assert situation_of(Draft.objects.get()).card == {}


@pytest.mark.parametrize(
    ("name", "beyond"),
    [
        ("葛\U000e0100城 花子", ("葛\U000e0100",)),
        ("渡邉 \ue000子", ("\ue000",)),
        ("か\u3099く 髙子", ("髙",)),
    ],
)
@pytest.mark.req("POR-06")
def test_name_that_the_certificate_cannot_bear_is_read_and_signed_with(pki, name, beyond):
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    holder = replace(SATO, name=name, beyond=beyond)
    sato = Person("sato@example.jp", pki.issue(holder, **pins, at=timezone.now()))

    sato.is_ready_to_sign().files()

    borne = read_attributes(base64.b64decode(sato.card["certificate"]))
    assert "■" in borne.name
    assert Submission.objects.get().content["card"]["name"] == name


@pytest.mark.parametrize("read", ["", "{}", "[]", "null", '{"face": 1, "certificate": "x"}'])
def test_card_read_that_is_none_is_refused_in_plain_words(sato, read):
    sato.signs_up().begins()

    answer = sato.client.post("/return/R9/card/", {"version": "1", "read": read})

    assert answer.status_code == 422
    assert "カードを読み取れませんでした" in answer.content.decode()


def test_card_page_never_shows_the_number(sato):
    sato.signs_up().begins().reads_card()

    page = sato.client.get("/return/R9/card/").content.decode()

    assert sato.face["name"] in page
    assert sato.face["personal_number"] not in page


def test_draft_is_sealed_at_rest_and_bound_to_its_row(sato, yamada):
    sato.signs_up().begins().reads_card()
    yamada.signs_up().begins()
    mine, other = Draft.objects.order_by("created_at")
    assert sato.face["name"].encode() not in bytes(mine.sealed)
    assert json.dumps(sato.face["name"]).encode() not in bytes(mine.sealed)

    other.sealed = mine.sealed

    with pytest.raises(Exception, match="another row"):
        _ = other.content
