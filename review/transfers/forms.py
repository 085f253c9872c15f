"""Forms of the pages about giving data out (移転・提供)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from review.cases.forms import WordsField
from review.levy.forms import MonthForm, YearForm
from review.slips import SlipField
from review.staff.forms import refuse_personal_number
from review.transfers.models import HandOver, LinkFile
from review.transfers.reading import HandedOut
from review.transfers.requests import Application
from review.transfers.targets import Target


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}))


def _words(label: Any, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, validators=[refuse_personal_number], **options
    )


class AskForm(forms.Form):
    """What an office hands in (データ使用承認願)."""

    applicant = _words(_("申請者(部署と氏名)"), 100)
    route = forms.ChoiceField(label=_("移転方法"))
    identified_by = _words(
        _("申請者の本人確認"),
        100,
        required=False,
        help_text=_("紙・媒体で渡すときに入力します。例 職員証"),
    )
    basis = _words(_("使用根拠"), 300, help_text=_("法令の名前と条"))
    purpose = WordsField(label=_("使用目的"), max_length=500)
    conditions = WordsField(label=_("使用条件"), max_length=500)
    items = forms.MultipleChoiceField(label=_("使用データ"), widget=forms.CheckboxSelectMultiple)
    starts_on = _day(_("使用期間の初日"))
    ends_on = _day(_("使用期間の末日"))

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self._offer("route", [(route.value, route.label) for route in target.routes])
        self._offer("items", [(item.id, item.label) for item in target.item_list])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def application(self) -> Application:
        return Application(target=self.target.id, **self.cleaned_data)


class ApproveForm(forms.Form):
    """The decision on which an application is approved (承認)."""

    decision = _words(_("決裁番号"), 40)


class RemarkForm(forms.Form):
    """Why an application is refused or ended (不承認・中止の理由)."""

    remark = _words(_("理由"), 300)


class OrderForm(YearForm):
    """Which file is made (庁内連携ファイルの作成)."""

    run = forms.ChoiceField(label=_("区分"), choices=LinkFile.Run.choices)
    month = MonthForm.base_fields["month"]
    field_order = ("tax_year", "run", "month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].required = False
        self.fields["month"].help_text = _("月例のときだけ、2027-09 のように入力します。")


class ReceiptForm(forms.Form):
    """The receiver's slip (受領票)."""

    slip = SlipField(label=_("受領票"), help_text=_("受信側のシステムが作るJSON"))


class LookForm(YearForm):
    """Whom an office asks about (移転情報の参照)."""

    target = forms.ChoiceField(label=_("移転先"))
    number = forms.CharField(
        label=_("宛名番号"), max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("target", "number", "tax_year")

    def __init__(self, *args: Any, targets: list[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(target.id, target.name) for target in targets]


class HandOutForm(YearForm):
    """Handing a person's sheet to an office on paper (紙での移転)."""

    number = forms.CharField(
        label=_("宛名番号"), max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )
    receiver = _words(_("受け取る人"), 100)
    identified_by = _words(_("受け取る人の本人確認"), 100, help_text=_("例 職員証"))
    basis = _words(_("根拠法令"), 300)
    field_order = ("number", "tax_year", "receiver", "identified_by", "basis")

    @property
    def handed(self) -> HandedOut:
        given = self.cleaned_data
        return HandedOut(given["receiver"], given["identified_by"], given["basis"])


class HandOverForm(forms.Form):
    """What a contractor received (受託者への引渡し)."""

    contractor = _words(_("受託者"), 100)
    contents = _words(_("引き渡したデータ"), 300)
    medium = _words(_("媒体と管理番号"), 200)
    count = forms.IntegerField(label=_("件数"), min_value=0, max_value=100_000_000)
    receipt = _words(_("預り証の番号"), 60)
    received_by = _words(_("受け取った人"), 100)
    handed_on = _day(_("引渡日"))
    due_on = _day(_("返還・消去の期限"))


class FinishForm(forms.Form):
    """How a hand-over ended (返還・消去の確認)."""

    state = forms.ChoiceField(
        label=_("結果"),
        choices=[choice for choice in HandOver.State.choices if choice[0] != "open"],
    )
    ended_on = _day(_("返還・消去の日"))
    evidence = _words(_("確認したもの"), 300, help_text=_("例 消去報告書の番号"))
