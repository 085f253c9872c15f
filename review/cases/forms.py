"""Forms of the queue and of the acts on a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField
from filing.numbers import normalise_receipt_number
from review.cases import queries
from review.cases.states import State

VIEW_LABELS = {
    "open": _("処理中のすべて"),
    "waiting": _("審査待ち"),
    "mine": _("自分の担当"),
    "confirm": _("確認待ち"),
    "unmatched": _("宛名の特定待ち"),
    "correction": _("補正待ち"),
    "overdue": _("補正の期限切れ"),
    "stuck": _("止まっている"),
    "to_close": _("完了の前"),
}


class QueueForm(forms.Form):
    """Filters of the queue; they stand in the address, so a view can be kept or passed on."""

    receipt_number = forms.CharField(label=_("受付番号"), required=False, max_length=20)
    state = forms.ChoiceField(
        label=_("状態"), required=False, choices=[("", _("すべて")), *State.choices]
    )
    tax_year = forms.ChoiceField(label=_("課税年度"), required=False)
    view = forms.ChoiceField(
        required=False, choices=[(name, name) for name in queries.VIEWS], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, tax_years: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, _("令和%(n)s年度") % {"n": year[1:]}) for year in tax_years]
        field = self.fields["tax_year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("すべて")), *years]

    def clean_receipt_number(self) -> str:
        typed: str = self.cleaned_data["receipt_number"]
        return normalise_receipt_number(typed) if typed else ""


class ActForm(forms.Form):
    """What every act posts: the revision of the case that the page showed."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CommentForm(ActForm):
    """An act that needs a ground for a colleague (差戻し)."""

    comment = forms.CharField(
        label=_("差し戻す理由"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class RejectionForm(ActForm):
    """The ground of a refusal (却下の理由), which the resident reads."""

    comment = forms.CharField(
        label=_("却下する理由"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("申告した人に届きます。どの点が、なぜ認められないかを書きます。"),
    )


class CorrectionForm(ActForm):
    """What to correct, in words, until when (補正依頼)."""

    fields_to_correct = forms.MultipleChoiceField(
        label=_("補正を求める項目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("申告した人への説明"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("どこを、どう直すかを書きます。マイナンバーや他の人の情報は書きません。"),
    )
    due_on = EraDateField(label=_("補正の期限"))

    def __init__(self, *args: Any, blocks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fields_to_correct"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = blocks


class ChooseForm(ActForm):
    """Who filed (宛名の特定): one of the candidates."""

    addressee = forms.UUIDField(widget=forms.HiddenInput)


class SettleForm(forms.Form):
    """Why a disagreement is settled (不一致の確認)."""

    comment = forms.CharField(label=_("確認した内容"), max_length=250)
