"""How a paper return came in and who brought it (受付と本人確認の入力)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import EraDateField, PersonalNumberField
from filing import form_years
from filing.numbers import normalise_receipt_number
from review.cases.forms import WordsField
from review.errors import Refusal
from review.paper import juki_net
from review.paper.identity import Document, Identity, check, documents
from review.staff.forms import refuse_personal_number

CHANNELS = [("counter", gettext_lazy("窓口")), ("post", gettext_lazy("郵送"))]


def _offered(kind: str) -> list[tuple[str, Any]]:
    return [(document.code, _label(document)) for document in documents(kind).values()]


def _label(document: Document) -> str:
    return f"{document.label} ({_('1点で足りる')})" if document.alone else document.label


class ArrivalForm(forms.Form):
    """Channel, day, and the documents that were shown (本人確認)."""

    channel = forms.ChoiceField(
        label=gettext_lazy("受付の方法"), choices=CHANNELS, widget=forms.RadioSelect
    )
    received_on = EraDateField(label=gettext_lazy("受領日"))
    corrects = forms.CharField(
        label=gettext_lazy("訂正する申告の受付番号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("前に出された書面の申告を訂正するときだけ入力します。"),
    )
    number = forms.ChoiceField(label=gettext_lazy("番号確認の方法"))
    reference = forms.CharField(
        label=gettext_lazy("住基ネットの照会番号"),
        required=False,
        max_length=40,
        validators=[refuse_personal_number],
        help_text=gettext_lazy("住基ネットの端末で番号と4情報の一致を確かめたときに入力します。"),
    )
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("身元確認の書類"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("「1点で足りる」と付いた書類は1点、それ以外は2点を確認します。"),
    )
    agent = forms.CharField(
        label=gettext_lazy("代理人の氏名"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "代理人が提出したときだけ入力します。身元確認は代理人の書類で行います。"
        ),
    )
    authority = forms.ChoiceField(label=gettext_lazy("代理権を確認した書類"), required=False)

    identity: Identity

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("number", [("", "—"), *_offered("number")])
        self._offer("documents", _offered("identity"))
        self._offer("authority", [("", "—"), *_offered("authority")])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_corrects(self) -> str:
        typed: str = self.cleaned_data["corrects"]
        return normalise_receipt_number(typed) if typed else ""

    def clean(self) -> None:
        given = self.cleaned_data
        if self.errors:
            return
        self.identity = Identity(
            number=given["number"],
            documents=tuple(given["documents"]),
            reference=given["reference"],
            agent=given["agent"],
            authority=given["authority"],
        )
        try:
            check(self.identity, asked=juki_net.connected() is None)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class YearForm(forms.Form):
    """Which year's form the paper is (課税年度)."""

    year = forms.ChoiceField(label=gettext_lazy("課税年度"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (year, _("令和%(n)s年度") % {"n": year[1:]}) for year in reversed(form_years())
        ]


class CheckForm(forms.Form):
    """The second person's check (入力の確認): the number is typed again from the paper."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    number = PersonalNumberField(
        label=gettext_lazy("紙に書かれた個人番号"),
        required=False,
        help_text=gettext_lazy(
            "紙を見て、もう一度入力します。入力した人の番号と照合します。番号の記載がない申告では空にします。"
        ),
    )


class BackForm(forms.Form):
    """Sending an entry back or cancelling it, with the ground (差戻し・取消しの理由)."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    comment = WordsField(label=gettext_lazy("理由"), max_length=300)
