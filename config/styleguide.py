"""The style guide: every component with made-up contents, for the eyes and for the tests.

Its texts are not for residents: they are left out of translation on purpose.
"""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.fields import EraDateField, MoneyField, PersonalNumberField

NOON = datetime(2027, 2, 1, 3, 4, tzinfo=UTC)
LONG_NAME = "渡邉󠄀・ファン=デル=フェルデン・クリストフォルス・アレクサンドロヴィッチ健太郎左衛門"


class SampleForm(forms.Form):
    """One field of each sort."""

    payer = forms.CharField(label="支払者(会社の名前)", help_text="例 株式会社くまもと商店")
    revenue = MoneyField(label="支払金額", help_text="例 3,200,000")
    withheld_tax = MoneyField(label="源泉徴収税額", required=False)
    birth_date = EraDateField(label="生まれた日", help_text="例 昭和30年4月1日")
    personal_number = PersonalNumberField(label="マイナンバー(個人番号)")
    living = forms.ChoiceField(
        label="一緒に住んでいますか?",
        help_text="12月31日のようすを選びます。",
        choices=[("together", "いっしょに住んでいます"), ("apart", "別の家に住んでいます")],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label="受け取ったもの",
        help_text="あてはまるものすべてを選びます。",
        choices=[("salary", "給料・パート・アルバイト(給与)"), ("pension", "年金")],
        widget=forms.CheckboxSelectMultiple,
    )
    relation = forms.ChoiceField(label="続き柄", choices=[("", "選んでください"), ("child", "子")])
    note = forms.CharField(label="補足", required=False, widget=forms.Textarea({"rows": 3}))
    agree = forms.BooleanField(label="内容を確かめました")


class FilterForm(forms.Form):
    """The filters above a queue."""

    q = forms.CharField(label="受付番号・氏名", required=False)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), ("open", "審査中")]
    )


class EvidenceForm(forms.Form):
    """An upload."""

    evidence = forms.FileField(label="証明書の写真", required=False)


def portal_contents() -> dict[str, Any]:
    """Return what the residents' components show."""
    return {
        "blank": SampleForm(initial={"birth_date": date(1955, 4, 1), "revenue": 3200000}),
        "wrong": SampleForm(
            {"revenue": "三百万", "birth_date_era": "昭和", "birth_date_year": "64"},
            auto_id="id_wrong_%s",
        ),
        "evidence": EvidenceForm(),
        "files": [{"id": "1", "name": "控除証明書.jpg", "size": 234567, "url": "#"}],
        "steps": [
            {"label": "基本情報", "state": "done", "url": "#"},
            {"label": "収入", "state": "error", "url": "#"},
            {"label": "控除", "state": "current"},
            {"label": "家族", "state": "todo"},
            {"label": "確認と署名", "state": "todo"},
        ],
        "tasks": [
            {"title": "給料", "url": "#", "state": "done", "hint": "株式会社くまもと商店"},
            {"title": "年金", "url": "#", "state": "doing", "minutes": 2},
            {"title": "医療費", "url": "#", "state": "check", "hint": "領収書の合計"},
            {"title": "生命保険", "url": "#", "state": "todo", "minutes": 3},
            {"title": "確認と署名", "state": "blocked", "minutes": 5},
        ],
        "rows": [
            {"key": "氏名", "value": LONG_NAME},
            {"key": "住所", "value": "熊本市中央区手取本町1番1号\nくまもとマンション1201号室"},
            {"key": "支払金額", "amount": 3200000, "url": "#", "changed": True},
            {"key": "医療費", "value": "", "url": "#"},
        ],
        "timeline": [
            {"title": "送信", "state": "done", "at": NOON, "text": "受付番号 2027-0000123-K"},
            {"title": "署名の確認", "state": "done", "at": NOON},
            {"title": "審査", "state": "current", "text": "2週間ほどかかります。"},
            {"title": "訂正のお願い", "state": "error", "at": NOON},
            {"title": "完了", "state": "todo"},
        ],
        "estimate": sample_estimate(),
        "what": ["令和9年度 住民税の申告書(8ページ分の内容)"],
        "now": NOON,
    }


def sample_estimate() -> dict[str, Any]:
    """Return an estimate in the shape that the portal gives."""
    lines = [
        ("所得", "給与所得", 2160000, "3,200,000円 → 法別表第五", "所得税法28条4項"),
        ("所得", "総所得金額", 2160000, "", "地方税法32条"),
        ("控除", "基礎控除", 430000, "", "地方税法314条の2第2項"),
        ("税額", "市民税 所得割", 103800, "1,730,000円 × 6%", "地方税法314条の3"),
    ]
    keys = ("section", "label", "amount", "formula", "basis")
    return {
        "total": 178400,
        "change": -12300,
        "at_most": True,
        "lines": [dict(zip(keys, line, strict=True)) for line in lines],
        "savings": [("社会保険料控除", 45200), ("生命保険料控除", 2800)],
        "missing": [],
        "may_lower": ["医療費", "家族"],
    }


def staff_contents() -> dict[str, Any]:
    """Return what the staff components show."""
    names = ["佐藤 花子", LONG_NAME, "鈴木 一郎", "グエン ティ フオン"]
    states = [("warning", "要訂正"), ("info", "審査中"), ("neutral", "受付"), ("success", "完了")]
    marks = ["overdue", "due", "mine", ""]
    cases = [
        {
            "number": f"2027-{serial:07d}-K",
            "name": names[serial % 4],
            "status": states[serial % 4],
            "mark": marks[serial % 4],
            "amount": 3200000 + serial * 1000,
            "at": NOON,
        }
        for serial in range(1, 51)
    ]
    return {
        "items": [
            {"label": "今日", "url": "#", "current": True},
            {"label": "申請一覧", "url": "#", "count": 128},
            {"label": "資料", "url": "#"},
            {"label": "連携", "url": "#", "count": 2},
            {"label": "操作記録", "url": "#"},
        ],
        "saved": [
            {"label": "自分の担当", "url": "#", "current": True, "count": 12},
            {"label": "期限切れ", "url": "#", "count": 3},
        ],
        "page_obj": Paginator(cases, 15).page(2),
        "filters": FilterForm({}),
        "changes": [
            {"label": "給与の支払金額", "old": "3,200,000", "new": "3,320,000"},
            {"label": "医療費", "old": "", "new": "123,000"},
        ],
        "wrong": SampleForm({"revenue": "三百万"}, auto_id="id_wrong_%s"),
    }


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; `?frame=staff` those of the staff site."""
    if request.GET.get("frame") == "staff":
        return render(request, "styleguide_staff.html", staff_contents() | portal_contents())
    return render(request, "styleguide.html", portal_contents())
