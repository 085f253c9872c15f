"""Forms of the acts on a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField


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
