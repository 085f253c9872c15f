"""A page posted after the session has run out: kept for its owner, or it is said what was not."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import Draft
from tests.papers import samples
from tests.portal.story import MOTHER

pytestmark = pytest.mark.django_db
LIST = "/return/R9/medical/list/"
# 200 rows of 300 characters, as many as the box takes: about 180,000 bytes.
LONGEST = f"{'佐' * 100},{'病' * 191},1000,0\n" * 200
KEPT = "ログインし直しました。前に入力した内容は下にあります。保存はまだです。"
DROPPED = "前に入力した内容は長すぎて、残せませんでした。"
FILES = "選んだ写真やファイルは残っていません。もう一度選んでください。"


@pytest.fixture
def away(sato):
    """Sato, who has typed a list of receipts for so long that the session has ended."""
    sato.is_ready_to_sign()
    sato.answers("medical/method", method="medical")
    return sato


def comes_back(person, address, **fields):
    """Post a page after the session has run out, log in again, and return the page."""
    page = person.client.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(version|keep)" value="([^"]+)"', page))
    del person.client.cookies[settings.SESSION_COOKIE_NAME]
    answer = person.client.post(address, hidden | fields)
    assert answer.headers["Location"].startswith("/account/login/")
    person.logs_in()
    return person.client.get(address).content.decode()


def test_longest_list_is_there_again_after_the_log_in(away):
    page = comes_back(away, LIST, pasted=LONGEST)

    assert len(LONGEST) == 60_000
    assert KEPT in page
    assert LONGEST.strip() in page


def test_page_that_is_too_long_to_keep_says_so(away):
    page = comes_back(away, LIST, pasted=LONGEST * 2)

    assert DROPPED in page
    assert KEPT not in page
    assert "佐佐佐" not in page


def test_what_was_not_kept_is_said_once(away):
    comes_back(away, LIST, pasted=LONGEST * 2)

    assert DROPPED not in away.client.get(LIST).content.decode()


def test_photograph_is_not_kept_and_the_page_says_so(away):
    photograph = SimpleUploadedFile("領収書.jpg", samples.photograph())
    page = comes_back(away, LIST, pasted="佐藤 花子,くまもと病院,12000,0", uploaded=photograph)

    assert KEPT in page
    assert FILES in page
    assert "佐藤 花子,くまもと病院,12000,0" in page


def test_page_without_files_says_nothing_of_them(away):
    page = comes_back(away, LIST, pasted="佐藤 花子,くまもと病院,12000,0")

    assert KEPT in page
    assert FILES not in page


def test_page_of_another_owner_stays_hidden(away, yamada):
    yamada.is_ready_to_sign()
    yamada.answers("medical/method", method="medical")
    page = away.client.get(LIST).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(version|keep)" value="([^"]+)"', page))
    del away.client.cookies[settings.SESSION_COOKIE_NAME]
    away.client.post(LIST, hidden | {"pasted": LONGEST})

    away.client.post("/account/login/", {"login": yamada.email, "password": "kumamoto-no-mizu"})

    assert "佐佐佐" not in away.client.get(LIST).content.decode()


def test_whom_an_agent_begins_for_is_there_again_after_the_log_in(sato):
    sato.signs_up()

    page = comes_back(sato, "/return/for/", **{**MOTHER, "birth_date_day": ""})

    assert KEPT in page
    assert 'value="佐藤 トメ"' in page
    assert '<option value="昭和" selected' in page
    assert Draft.objects.count() == 0


def test_correction_of_the_principal_is_there_again_after_the_log_in(sato):
    sato.signs_up().begins_for()

    page = comes_back(sato, f"/return/{sato.year}/whom/", **{**MOTHER, "name": "佐藤 とめ子"})

    assert KEPT in page
    assert 'value="佐藤 とめ子"' in page
    assert Draft.objects.get().content["principal"]["name"] == "佐藤 トメ"
