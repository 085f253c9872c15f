"""Procedures are found by everyday words, in any width and kana."""

import re

import pytest
from django.test import Client

from portal.procedures import ENTRIES, find

pytestmark = pytest.mark.django_db


# What people type, each alone; endings, kana, halves of words and slips among them.
TYPED = {
    "住民税の申告をする": (
        "住民税 じゅうみんぜい 住民ぜい 市民税 ｼﾐﾝｾﾞｲ 税金 ぜいきん バイト アルバイト "
        "ｱﾙﾊﾞｲﾄ パート 副業 年金 ねんきん 給料 きゅうりょう 住民是 申告したい salary "
        "taxes"
    ),
    "医療費や保険料などの控除を申告する": (
        "医療費 いりょうひ 医療ひ 病院 びょういん 薬 保険料 生命保険 地震保険 障害者手帳 "
        "住宅ローン 控除 こうじょ iDeCo イデコ 介護 medical insurance deductions"
    ),
    "ふるさと納税などの寄附を申告する": (
        "ふるさと納税 寄附 寄付 寄付した ワンストップ ふるさとのうぜい donations"
    ),
    "家族などの申告を代理でする": "代理 だいり 代わりに 委任状 後見人 guardian",
    "税理士が依頼者の申告をする": "税理士 eltax accountant",
    "申告が必要かどうかを確かめる": (
        "必要 ひつよう いらない 無職 むしょく 学生 専業主婦 扶養 所得がない 収入がない "
        "収入なし 働いていない 103万 student unemployed"
    ),
    "送った申告を直す、取り下げる": (
        "まちがえた 間違えた 間違い まちがい 訂正 訂正したい 直したい 修正 取り消したい "
        "取下げ やめたい キャンセル mistake cancel"
    ),
    "受理された申告や、決まった税額のまちがいを直す": "更正の請求 更正 払いすぎ 修正申告",
    "申告の進み具合を見る": "届いた とどいた 受付番号 控え 進み具合 結果 status",
    "所得や課税の証明書をもらう": (
        "証明書 しょうめい 証明書がほしい 非課税証明 ひかぜい 奨学金 保育園 児童手当 "
        "certificate certificat"
    ),
    "住民税の減免を相談する": (
        "減免 失業した しつぎょう 病気 火災 火事 台風 地震 水害 生活保護 収入が減った flood"
    ),
    "納め方や分けて納めることを相談する": (
        "払えない 払えません 払えなくて はらえない はらえません 分割 ぶんかつ 滞納 督促 "
        "相談 そうだん 納付書 納付書をなくした 口座振替 差押え 延滞金 お金がない pay "
        "instalments"
    ),
    "税額や納税通知書について聞く": (
        "いくら 税額 納税通知書 通知 計算方法 高すぎる 均等割 calculation"
    ),
    "給料や年金から引かれる住民税について聞く": (
        "特別徴収 普通徴収 天引き 給料から引かれる 年金から引かれる withholding"
    ),
    "会社を辞めたときの住民税について聞く": (
        "退職 退職した たいしょく 会社を辞めた 仕事をやめた 転職 退職金 定年 retired"
    ),
    "引っ越したときの住民税について聞く": (
        "引っ越した 引っ越し ひっこし ひっこしました 引越 転出 転入 住所変更 海外 moved"
    ),
    "亡くなった人の住民税について聞く": "亡くなった 母が亡くなった 死亡 相続 なくなった died",
    "税務署で確定申告をする": "税務署 還付 かんぷ e-tax イータックス 自営業 青色申告 refund",
    "マイナンバーカードの暗証番号を直す": (
        "暗証番号 暗証番号を忘れた ロックされた 電子証明書 locked"
    ),
    "ログインできないとき": (
        "ログインできない ログイン パスワード パスワードを忘れた ぱすわーど 入れない pasword login"
    ),
    "マイナンバーカードを使わずに申告する": "カードがない 紙 郵送 窓口 用紙 paper",
    "申告の期限を過ぎたとき": (
        "期限 いつまで 締切 しめきり 出し忘れた 遅れた 間に合わない 申告し忘れた deadline"
    ),
}


@pytest.mark.parametrize("title", TYPED)
def test_everyday_words_find_the_procedure_first(title):
    missed = {
        word: [found.title for found in find(word)[:2]]
        for word in TYPED[title].split()
        if not find(word) or find(word)[0].title != title
    }

    assert missed == {}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("税金が払えない", "納め方や分けて納めることを相談する"),
        ("母の代わり 委任状", "家族などの申告を代理でする"),
        ("ひかぜい しょうめい", "所得や課税の証明書をもらう"),
        ("I lost my job", "住民税の減免を相談する"),
        ("for someone else", "家族などの申告を代理でする"),
        ("What is the deadline?", "申告の期限を過ぎたとき"),
    ],
)
def test_questions_of_several_words_find_the_procedure_first(question, title):
    assert find(question)[0].title == title


def test_every_procedure_is_found_by_what_people_type():
    assert {entry.title for entry in ENTRIES} == set(TYPED)


def test_example_on_the_page_finds_something():
    hint = re.search(r'id="q-hint">例 ([^<]+)<', Client().get("/search/").content.decode())

    assert [word for word in hint[1].split("、") if not find(word)] == []


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
