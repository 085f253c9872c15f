"""Forms of the acts on a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField, MoneyField
from review.cases.models import Note, Tick
from review.cases.phrases import LANGUAGES, compose, phrases
from review.staff.forms import refuse_personal_number


class ActForm(forms.Form):
    """What every act posts: the revision of the case that the page showed."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class WordsField(forms.CharField):
    """Free text of some lines, without a 個人番号 in it."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {
            "max_length": 1000,
            "widget": forms.Textarea({"rows": 3}),
        } | options
        super().__init__(validators=[refuse_personal_number], **given)


class CommentForm(ActForm):
    """An act that needs a ground for a colleague (差戻し)."""

    comment = WordsField(label=_("差し戻す理由"))


class RejectionForm(ActForm):
    """The ground of a refusal (却下の理由), which the resident reads."""

    comment = WordsField(
        label=_("却下する理由"),
        help_text=_("申告した人に届きます。どの点が、なぜ認められないかを書きます。"),
    )


class CorrectionForm(ActForm):
    """What to correct, in words, until when (補正依頼)."""

    fields_to_correct = forms.MultipleChoiceField(
        label=_("補正を求める項目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    phrases = forms.MultipleChoiceField(
        label=_("定型文"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("定型文に付ける訳"), required=False, choices=list(LANGUAGES.items())
    )
    message = WordsField(
        label=_("申告した人への説明"),
        required=False,
        max_length=600,
        help_text=_("どこを、どう直すかを書きます。マイナンバーや他の人の情報は書きません。"),
    )
    due_on = EraDateField(label=_("補正の期限"))

    def __init__(self, *args: Any, blocks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fields_to_correct"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = blocks
        sentences = self.fields["phrases"]
        assert isinstance(sentences, forms.MultipleChoiceField)
        sentences.choices = [(code, words["ja"]) for code, words in phrases().items()]

    def clean(self) -> None:
        """Put phrases and own words together; one of the two has to be there."""
        codes = self.cleaned_data.pop("phrases", [])
        language = self.cleaned_data.pop("language", "")
        message = compose(codes, self.cleaned_data.get("message", ""), language)
        if not message and "message" not in self.errors:
            self.add_error("message", _("「申告した人への説明」を入力してください。"))
        self.cleaned_data["message"] = message


class AmendmentForm(ActForm):
    """Another amount for one field (職権修正)."""

    field = forms.ChoiceField(label=_("修正する項目"))
    value = MoneyField(label=_("修正後の金額"), min_value=0, max_value=99_999_999_999)
    comment = WordsField(label=_("修正の理由"), max_length=300)

    def __init__(self, *args: Any, amounts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = amounts


class HoldForm(ActForm):
    """Putting a case aside (保留): why, and until when."""

    comment = forms.CharField(
        label=_("保留の理由"), max_length=200, validators=[refuse_personal_number]
    )
    until = EraDateField(label=_("いつまで"))


class WaiverForm(ActForm):
    """A finding that was looked into (形式審査の確認済み)."""

    place = forms.TypedChoiceField(label=_("指摘"), coerce=int)
    comment = WordsField(label=_("確認した内容"), max_length=300)

    def __init__(self, *args: Any, findings: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = findings


class NoteForm(ActForm):
    """A note or an inquiry slip (メモ・受付票)."""

    kind = forms.ChoiceField(label=_("種類"), choices=Note.Kind.choices)
    text = WordsField(label=_("内容"))
    answer = WordsField(label=_("対応"), required=False)
    follows = forms.ChoiceField(label=_("続きを書く受付票"), required=False)

    def __init__(self, *args: Any, slips: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["follows"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("新しく書く")), *((slip, slip) for slip in slips)]


class TickForm(ActForm):
    """Which part of the return was held against what (照合の記録)."""

    item = forms.ChoiceField()
    method = forms.ChoiceField(choices=Tick.Method.choices)
    # The paper from whose page the tick came, to go back to it.
    paper = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, items: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(item, item) for item in items]


class ForwardForm(ActForm):
    """Where a filing is passed on to (回送先)."""

    municipality = forms.CharField(
        label=_("回送先の市区町村"),
        max_length=60,
        validators=[refuse_personal_number],
        help_text=_("例 福岡県福岡市。申告した人に知らせます。"),
    )


class ChooseForm(ActForm):
    """Who filed (宛名の特定): one of the candidates."""

    addressee = forms.UUIDField(widget=forms.HiddenInput)
