"""Procedures are found by everyday words, in any width and kana."""

import re

import pytest
from django.test import Client

from portal.procedures import ENTRIES, find

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("証明書がほしい", "所得や課税の証明書をもらう"),
        ("ひかぜい しょうめい", "所得や課税の証明書をもらう"),
        ("税金が払えない", "納め方や分けて納めることを相談する"),
        ("失業した", "住民税の減免を相談する"),
        ("まちがえた 間違えた", "送った申告を直す、取り下げる"),
        ("アルバイト", "住民税の申告をする"),
        ("ｱﾙﾊﾞｲﾄ", "住民税の申告をする"),
        ("暗証番号を忘れた", "マイナンバーカードの暗証番号を直す"),
        ("e-tax", "税務署で確定申告をする"),
        ("母の代わり 委任状", "家族などの申告を代理でする"),
    ],
)
def test_everyday_words_find_the_procedure_first(question, title):
    assert find(question)[0].title == title


@pytest.mark.parametrize("question", ["", "   ", "ゾウの散歩", "<script>"])
def test_question_without_an_answer_finds_nothing(question):
    assert find(question) == []


def test_page_shows_the_question_escaped_and_every_procedure_where_none_fits():
    page = Client().get("/search/", {"q": "<b>ゾウ</b>"}).content.decode()

    assert "&lt;b&gt;ゾウ&lt;/b&gt;" in page
    assert all(entry.title in page for entry in ENTRIES)


@pytest.mark.req("POR-09")
@pytest.mark.parametrize("words", ["住民税", "アルバイト 申告", "resident tax"])
def test_search_by_everyday_words_leads_into_the_return(sato, words):
    sato.signs_up()
    page = sato.client.get("/search/", {"q": words}).content.decode()

    links = re.findall(r'<main.*?href="(/return/start/)"', page, re.DOTALL)
    form = sato.client.get(links[0])

    assert form.status_code == 200
    assert 'name="purpose_version"' in form.content.decode()
    assert sato.begins().client.get("/return/R9/").status_code == 200


def test_every_procedure_leads_somewhere():
    assert [entry.title for entry in ENTRIES if not (entry.url or entry.office)] == []


@pytest.mark.parametrize("page", ["help", "glossary", "accessibility", "privacy"])
def test_footer_leads_to_the_pages_that_explain(page):
    assert f'href="/{page}/"' in Client().get("/").content.decode()
