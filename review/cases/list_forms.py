"""Forms of the queue: its filters, keeping them, taking the list out, finding by name."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.context import load_municipality_file
from filing.numbers import normalise_receipt_number
from review.cases import worklist
from review.cases.models import Case, Export
from review.cases.states import State
from review.staff.models import RoleGrant, StaffMember
from review.staff.roles import Role

ANY = ("", _("すべて"))
PROCEDURES = {"resident-tax-return": _("市民税・県民税の申告")}
VIEW_LABELS = {
    "open": _("処理中のすべて"),
    "waiting": _("審査待ち"),
    "mine": _("自分の担当"),
    "confirm": _("確認待ち"),
    "unmatched": _("宛名の特定待ち"),
    "correction": _("補正待ち"),
    "held": _("保留"),
    "overdue": _("補正の期限切れ"),
    "late": _("処理期限の超過"),
    "stuck": _("止まっている"),
    "papers": _("開けない書類がある"),
    "to_close": _("完了の前"),
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class QueueForm(forms.Form):
    """Filters of the queue; they stand in the address, so a view can be kept or passed on."""

    receipt_number = forms.CharField(label=_("受付番号"), required=False, max_length=20)
    state = forms.ChoiceField(label=_("状態"), required=False, choices=[ANY, *State.choices])
    tax_year = forms.ChoiceField(label=_("課税年度"), required=False)
    procedure = forms.ChoiceField(label=_("手続"), required=False)
    channel = forms.ChoiceField(
        label=_("受付の方法"), required=False, choices=[ANY, *Case.Channel.choices]
    )
    verdict = forms.ChoiceField(
        label=_("署名"), required=False, choices=[ANY, *Case.Verdict.choices]
    )
    match_method = forms.ChoiceField(
        label=_("突合"), required=False, choices=[ANY, *Case.Match.choices]
    )
    ward = forms.ChoiceField(label=_("区"), required=False)
    assigned = forms.ChoiceField(label=_("担当"), required=False)
    since = _day(_("到達日(から)"))
    until = _day(_("到達日(まで)"))
    late = forms.BooleanField(label=_("期限超過だけ"), required=False)
    view = forms.ChoiceField(
        required=False, choices=[(name, name) for name in worklist.VIEWS], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wards = load_municipality_file(settings.MUNICIPALITY_FILE)["wards"]
        self._offer("tax_year", [(y, _year(y)) for y in worklist.tax_years()])
        self._offer("procedure", [(p, PROCEDURES.get(p, p)) for p in worklist.procedures()])
        self._offer("ward", [(ward["name"], ward["name"]) for ward in wards])
        self._offer("assigned", [(worklist.NOBODY, _("担当なし")), *clerks()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]

    def clean_receipt_number(self) -> str:
        typed: str = self.cleaned_data["receipt_number"]
        return normalise_receipt_number(typed) if typed else ""


def _year(tax_year: str) -> str:
    return str(_("令和%(n)s年度") % {"n": tax_year[1:]})


def clerks() -> list[tuple[str, str]]:
    """Return 職員番号 and name of those to whom a case can be given."""
    holders = RoleGrant.active(timezone.localdate()).filter(role=Role.CLERK).values("member")
    members = StaffMember.objects.filter(is_active=True, pk__in=holders)
    return [(member.number, member.name) for member in members.order_by("number")]


class SaveForm(forms.Form):
    """Keeping the present filters under a name (条件の保存)."""

    name = forms.CharField(label=_("条件の名前"), max_length=40)
    shared = forms.BooleanField(label=_("ほかの職員にも見せる"), required=False)
    query = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """Asking for the list as a file (出力の申請)."""

    format = forms.ChoiceField(label=_("形式"), choices=Export.Format.choices)
    why = forms.CharField(
        label=_("使いみち"),
        max_length=200,
        help_text=_("承認する人が読みます。個人の氏名や番号は書きません。"),
    )
    query = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


class FindForm(forms.Form):
    """Search by name, kana, 宛名番号, 受付番号 or words of notes and decisions (申請の検索)."""

    text = forms.CharField(
        label=_("氏名・フリガナ・宛名番号・受付番号・メモの言葉"),
        min_length=2,
        max_length=60,
        help_text=_(
            "氏名とフリガナは、はじめの部分だけでも探せます。"
            "メモ、受付票、補正のお願い、判断の理由にある言葉でも探せます。"
        ),
    )


class BulkForm(forms.Form):
    """What to do with the ticked cases (一括処理)."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("assign", "confirm", "import")])
    to = forms.CharField(required=False, max_length=20)
