"""The hub counts what is done and says what comes next; no question is about an empty name."""

import pytest

pytestmark = pytest.mark.django_db


def test_hub_leads_to_the_check_once_nothing_else_is_left(sato):
    sato.signs_up().begins()
    begun = sato.client.get("/return/R9/").content.decode()
    sato.reads_card().answers_basics()
    under_way = sato.client.get("/return/R9/").content.decode()
    sato.earns().has_nothing_special()
    ready = sato.client.get("/return/R9/").content.decode()

    assert ("10項目のうち0項目が" in begun, ">カードの読み取りに進む<" in begun) == (True, True)
    assert ">続きから入力する<" in under_way
    assert '" href="/return/R9/check/">内容の確認に進む<' in ready
    assert "12項目のうち11項目が終わりました。" in ready


def test_question_opened_before_the_name_was_typed_does_not_ask_about_an_empty_name(sato):
    sato.signs_up().begins().reads_card()
    sato.answers("spouse/has", has="died")

    page = sato.client.get("/return/R9/spouse/death/").content.decode()

    assert "○○さんが亡くなった日" in page


def test_account_that_cannot_be_closed_yet_is_told_so_in_the_heading(sato):
    sato.is_ready_to_sign().files()

    page = sato.client.get("/settings/close/").content.decode()

    assert "<h1>利用者登録は、まだ消せません</h1>" in page
    assert "利用者登録を消しますか" not in page
